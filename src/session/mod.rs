//! One operator's session: runs one console between a terminal's two ends and the service.
//!
//! SSH and local use run the same loop; only the ends differ. The loop waits for
//! nothing but its own events, draws only when there is room to send, and is the
//! one place where a console's effects happen.

mod answers;
mod clockwork;
mod console;
mod face;
pub mod keys;
mod set_up;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tokio::sync::{mpsc, watch};

use crate::base::fault::Fault;
use crate::domain::operator::{Actor, Entry, Via};
use crate::service::Service;
use crate::session::console::Console;
use crate::session::keys::Keys;
use crate::terminal::Capabilities;
use crate::ui::plain::Reads;
use crate::ui::{Environment, Place};

pub use set_up::set_up;

/// What a terminal needs to be: the ends, and what is known of it.
#[derive(Debug)]
pub struct Terminal<K> {
    /// Keys, pastes and the end of both.
    pub keys: K,
    /// Columns and rows; the newest counts.
    pub size: watch::Receiver<(u16, u16)>,
    /// Frames, one waiting at most: a newer one makes an older one worthless.
    pub output: mpsc::Sender<Vec<u8>>,
    /// What is shown on it.
    pub look: Look,
    /// True: leave now.
    pub closing: watch::Receiver<bool>,
}

/// Screens, or a dialogue in lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Screens, on a terminal that can show this.
    Screens(Capabilities),
    /// A dialogue, which works on everything.
    Plain(Reads),
}

/// What a session runs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The badge of the institution.
    pub environment: Environment,
    /// Seconds without a key after which the screen locks.
    pub idle_limit_s: u64,
    /// Seconds after which the session ends, whatever it does.
    pub session_limit_s: u64,
}

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farewell {
    /// One line for the terminal that was given back.
    pub line: String,
    /// For the program that started the client: 0, or 1 when the session was ended from elsewhere.
    pub exit_status: u32,
}

/// Runs a session from its first frame to the moment the terminal is given back.
pub async fn run<K: Keys>(
    service: &Service,
    mut actor: Actor,
    entry: Entry,
    place: Place,
    terms: Terms,
    terminal: Terminal<K>,
) -> Farewell {
    let past = match (actor.via, service.past(&entry).await) {
        (Via::Ssh, Ok(past)) => Some(past),
        // Whoever works on this machine has not signed in.
        (Via::Local, _) => None,
        (Via::Ssh, Err(fault)) => return refused(&fault),
    };
    let session = match service.open_session(&actor, entry).await {
        Ok(session) => session,
        Err(fault) => return refused(&fault),
    };
    actor.session = Some(session);
    tracing::info!(login = %actor.login, source = %actor.source, session = %session, "session opened");
    let present = service.enter(session);
    let console = Console::new(service, (actor, present), past, place, terms, terminal);
    // A bug ends this session only; it is in the audit before whoever holds the terminal gives it back.
    let ended = AssertUnwindSafe(console.run()).catch_unwind().await;
    let why = ended.as_ref().map_or("ended by a fault of the program", |farewell| farewell.line.as_str());
    if let Err(fault) = service.close_session(session, why).await {
        tracing::error!(%fault, %session, "a session could not be closed in the store");
    }
    tracing::info!(%session, %why, "session closed");
    ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn refused(fault: &Fault) -> Farewell {
    tracing::error!(%fault, "a session could not be opened");
    Farewell { line: format!("no session was opened: {fault}"), exit_status: 69 }
}
