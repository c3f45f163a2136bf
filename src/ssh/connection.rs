//! One connection, from accept to its end: deadlines, and the way out when the server stops.

use std::collections::HashMap;
use std::future::pending;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use russh::Disconnect;
use russh::server::{Config, Handle, run_stream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use crate::base::limits;

use super::admission::Place;
use super::flag::raised;
use super::handler::{Ended, Handler};
use super::house::House;
use super::settings::Settings;
use super::sign_in::{Progress, SignIn};
use super::wire::{Line, Wire};

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared<H> {
    pub(super) house: Arc<H>,
    pub(super) config: Arc<Config>,
    pub(super) settings: Settings,
    /// True: the server stops, what runs finishes.
    pub(super) closing: watch::Receiver<bool>,
    /// True: what still runs is cut.
    pub(super) cutting: watch::Receiver<bool>,
    /// Held by whatever still has to end.
    pub(super) alive: mpsc::Sender<()>,
}

/// Serves the connection on `line` until it has ended; `place` is given back then.
pub(super) async fn attend<H: House>(
    shared: Arc<Shared<H>>,
    line: Arc<Line>,
    place: Place,
    accepted: Instant,
) {
    let (progress, seen) = watch::channel(Progress::Unproved);
    let programs = watch::Sender::new(0);
    let settings = &shared.settings;
    let handler = Handler {
        house: Arc::clone(&shared.house),
        sign_in: SignIn::new(shared.house.visit(line.source()), progress, settings.rejection_floor),
        line: Arc::clone(&line),
        place,
        farewell: settings.farewell,
        closing: shared.closing.clone(),
        programs: programs.clone(),
        alive: shared.alive.clone(),
        channels: HashMap::new(),
        opened: 0,
    };
    let handle = OnceLock::new();
    let serving = async {
        let running = run_stream(Arc::clone(&shared.config), Wire(Arc::clone(&line)), handler).await?;
        let _ = handle.set(running.handle());
        running.await
    };
    let mut serving = pin!(serving);
    let ended = tokio::select! {
        ended = &mut serving => ended,
        () = overdue(seen.clone(), accepted, settings) => {
            tracing::info!(source = %line.source(), "not signed in in time");
            line.cut();
            serving.await
        }
        () = raised(shared.cutting.clone()) => {
            line.cut();
            serving.await
        }
        () = idle_at_closing(&shared, seen.clone(), programs.subscribe()) => {
            let goodbye = async {
                // A client whose program has ended hangs up by itself. Told to go before that, OpenSSH drops
                // what it has not written yet: the bytes that give its terminal back.
                let pause = Duration::from_millis(limits::HANG_UP_MS);
                if let Ok(ended) = timeout(pause, &mut serving).await {
                    return ended;
                }
                say_goodbye(handle.get()).await;
                (&mut serving).await
            };
            if let Ok(ended) = timeout(settings.farewell, goodbye).await {
                ended
            } else {
                line.cut();
                serving.await
            }
        }
    };
    tell(&line, &ended);
}

/// Ends when the connection has to have proved more than it has.
async fn overdue(mut seen: watch::Receiver<Progress>, accepted: Instant, settings: &Settings) {
    let mut until = accepted + settings.login_grace;
    loop {
        let progress = *seen.borrow_and_update();
        match progress {
            Progress::Unproved => {}
            Progress::Proved => until = Instant::now() + settings.second_factor_grace,
            Progress::SignedIn => return pending().await,
        }
        tokio::select! {
            () = sleep_until(until) => return,
            changed = seen.changed() => if changed.is_err() {
                return pending().await;
            }
        }
    }
}

/// Ends when the server stops and nothing of this connection has to finish.
async fn idle_at_closing<H>(
    shared: &Shared<H>,
    seen: watch::Receiver<Progress>,
    mut programs: watch::Receiver<usize>,
) {
    raised(shared.closing.clone()).await;
    if *seen.borrow() == Progress::SignedIn && programs.wait_for(|count| *count == 0).await.is_err() {
        pending::<()>().await;
    }
}

async fn say_goodbye(handle: Option<&Handle>) {
    if let Some(handle) = handle {
        let said = "the console is stopping".to_owned();
        let _ = handle.disconnect(Disconnect::ByApplication, said, String::new()).await;
    }
}

fn tell(line: &Line, ended: &Result<(), Ended>) {
    let (received, sent) = line.traffic();
    let why = match ended {
        Ok(()) => "left".to_owned(),
        Err(Ended::HungUp) => "hung up".to_owned(),
        Err(Ended::Wire(error)) => error.to_string(),
    };
    tracing::debug!(source = %line.source(), received, sent, why, "connection ended");
}
