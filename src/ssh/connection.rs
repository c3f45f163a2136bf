//! One connection, from accept to its end: deadlines, and the way out when the server stops.

use std::collections::HashMap;
use std::future::pending;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use russh::Disconnect;
use russh::server::{Config, Handle, run_stream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::base::limits;

use super::admission::Place;
use super::flag::raised;
use super::handler::{Ended, Handler};
use super::house::House;
use super::last_words;
use super::settings::Settings;
use super::sign_in::{Progress, SignIn};
use super::wire::{Line, Wire};

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared<H> {
    pub(super) house: Arc<H>,
    pub(super) config: Arc<Config>,
    pub(super) settings: Settings,
    /// Taken while a bastion's header is waited for.
    pub(super) headers: Arc<Semaphore>,
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
    let said = tokio::select! {
        ended = &mut serving => return tell(&line, &ended),
        () = overdue(seen.clone(), accepted, settings) => {
            tracing::info!(source = %line.source(), "not signed in in time");
            None
        }
        () = raised(shared.cutting.clone()) => None,
        () = idle_at_closing(&shared, seen.clone(), programs.subscribe()) => Some(last_words::STOPPING),
        () = unused(seen.clone(), programs.subscribe(), settings.unused_grace) => {
            tracing::info!(source = %line.source(), "signed in and not used");
            Some(last_words::UNUSED)
        }
    };
    let goodbye = async {
        say_goodbye(handle.get(), said?).await;
        Some((&mut serving).await)
    };
    let ended = if let Ok(Some(ended)) = timeout(settings.farewell, goodbye).await {
        ended
    } else {
        line.cut();
        serving.await
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
    // A client whose program has ended hangs up by itself. Told to go before that, OpenSSH drops
    // what it has not written yet: the bytes that give its terminal back.
    sleep(Duration::from_millis(limits::HANG_UP_MS)).await;
}

/// Ends when a signed-in connection has run nothing for `grace`.
async fn unused(mut seen: watch::Receiver<Progress>, mut programs: watch::Receiver<usize>, grace: Duration) {
    if seen.wait_for(|progress| *progress == Progress::SignedIn).await.is_err() {
        return pending().await;
    }
    loop {
        // A program that came and went in between has changed the count as well.
        let idle = *programs.borrow_and_update() == 0;
        tokio::select! {
            changed = programs.changed() => if changed.is_err() {
                return pending().await;
            },
            () = sleep(grace), if idle => return,
        }
    }
}

async fn say_goodbye(handle: Option<&Handle>, said: &str) {
    if let Some(handle) = handle {
        let _ = handle.disconnect(Disconnect::ByApplication, said.to_owned(), String::new()).await;
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
