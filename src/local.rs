//! The console in the terminal of this machine: the same session between other ends.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::{IpAddr, Ipv4Addr};

use crossterm::event::{Event, EventStream};
use crossterm::terminal;
use futures_util::StreamExt as _;
use tokio::io::AsyncReadExt as _;
use tokio::sync::{mpsc, watch};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::domain::operator::{Actor, Entry};
use crate::service::Service;
use crate::session::keys::{Decoded, Keys};
use crate::session::{self, Farewell, Look, Terminal, Terms};
use crate::terminal::{Capabilities, LEAVE};
use crate::ui::Place;
use crate::ui::plain::Reads;

/// Runs the console here until it is left.
///
/// A fault when standard input or output is no terminal, or one that nothing can be drawn on. The terminal is given
/// back on every way out, a panic included.
pub async fn run(
    service: &Service,
    actor: Actor,
    place: Place,
    terms: Terms,
    closing: watch::Receiver<bool>,
) -> Result<Farewell, Fault> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(Fault::input(
            "the console needs a terminal: give words instead, such as `wardroom users list`",
        ));
    }
    let term = std::env::var("TERM").unwrap_or_default();
    let capabilities = Capabilities::of(&term, |name| std::env::var(name).ok())?;
    let size = terminal::size()
        .map_err(|error| Fault::machine(format!("cannot read the terminal's size: {error}")))?;
    let given_back = Raw::enter()?;
    let (output, frames) = mpsc::channel(limits::FRAMES_WAITING_MAX);
    let writer = std::thread::spawn(move || write_frames(frames));
    let (_resize, size) = watch::channel(size);
    let entry = entry_of(&actor);
    let look = Look::Screens(capabilities);
    let terminal = Terminal { keys: Local { events: EventStream::new() }, size, output, look, closing };
    let farewell = session::run(service, actor, entry, place, terms, terminal).await;
    // The last frame first, then the terminal's own mode.
    let _ = writer.join();
    drop(given_back);
    Ok(farewell)
}

/// Runs the console as a dialogue in lines until it is left, or standard input ends. Works without a terminal as well.
pub async fn run_plain(
    service: &Service,
    actor: Actor,
    place: Place,
    terms: Terms,
    closing: watch::Receiver<bool>,
) -> Farewell {
    let (output, said) = mpsc::channel(limits::FRAMES_WAITING_MAX);
    let writer = std::thread::spawn(move || write_frames(said));
    let (_resize, size) = watch::channel(terminal::size().unwrap_or(limits::TERMINAL_MIN));
    let (typed, bytes) = mpsc::channel(limits::INPUT_CHUNKS_MAX);
    tokio::spawn(read_input(typed));
    let entry = entry_of(&actor);
    // The terminal edits lines and shows them by itself.
    let look = Look::Plain(Reads::Lines);
    let terminal = Terminal { keys: Decoded::new(bytes), size, output, look, closing };
    let farewell = session::run(service, actor, entry, place, terms, terminal).await;
    let _ = writer.join();
    farewell
}

/// Passes standard input on until it ends, or nobody wants more.
async fn read_input(typed: mpsc::Sender<Vec<u8>>) {
    let (mut input, mut piece) = (tokio::io::stdin(), [0; 4096]);
    loop {
        match input.read(&mut piece).await {
            Ok(0) => return,
            Ok(count) => {
                if typed.send(piece[..count].to_vec()).await.is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::error!(%error, "standard input cannot be read");
                return;
            }
        }
    }
}

fn entry_of(actor: &Actor) -> Entry {
    Entry {
        operator: actor.operator,
        login: actor.login.clone(),
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        proof: "local".to_owned(),
        code_at: None,
    }
}

fn write_frames(mut frames: mpsc::Receiver<Vec<u8>>) {
    while let Some(frame) = frames.blocking_recv() {
        let mut out = io::stdout().lock();
        if out.write_all(&frame).and_then(|()| out.flush()).is_err() {
            // The terminal is gone; the session sees the closed channel.
            return;
        }
    }
}

/// The terminal in raw mode, until dropped.
struct Raw;

impl Raw {
    fn enter() -> Result<Self, Fault> {
        terminal::enable_raw_mode()
            .map_err(|error| Fault::machine(format!("cannot take over the terminal: {error}")))?;
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
        Ok(Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    let mut out = io::stdout().lock();
    // Nothing can be done, or said, when even this fails.
    let _ = out.write_all(LEAVE).and_then(|()| out.flush());
    let _ = terminal::disable_raw_mode();
}

/// Events of the local terminal.
struct Local {
    events: EventStream,
}

impl Keys for Local {
    async fn next(&mut self) -> Option<Vec<Event>> {
        match self.events.next().await {
            Some(Ok(event)) => Some(vec![event]),
            Some(Err(error)) => {
                tracing::error!(%error, "the local terminal cannot be read");
                None
            }
            None => None,
        }
    }
}
