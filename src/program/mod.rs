//! The program as `main` starts it: which part of it the words mean, and with which files.

mod backup;
mod console;
mod core;
mod demo;
mod doctor;
mod keys;
mod mail;
mod make;
mod manifest;
mod notify;
mod places;
mod running;
mod serve;
mod serving;

use std::collections::BTreeMap;

use crate::base::fault::Fault;
use crate::cli::command::{Asked, Command, Globals};
use crate::cli::here::Here;
use crate::cli::stop::Stop;
use crate::cli::understand::understand;
use crate::cli::words::Place;
use crate::cli::{exit, run};
use crate::config::Config;
use crate::domain::operator::Actor;
use crate::program::places::Places;
use crate::protocol::Trouble;
use crate::service::Service;
use crate::telemetry::{self, Log};

/// Runs `words` (without the program's name); the exit code.
pub async fn run(words: &[String]) -> u8 {
    let mut ends = Here::new();
    let line = match understand(words, Place::Here) {
        Ok(line) => line,
        Err(unsaid) => return run::say(&unsaid, &mut ends).await,
    };
    match Box::pin(carry_out(line.command, &line.globals, &mut ends)).await {
        Ok(code) => code,
        Err(stop) => run::stopped(&mut ends, stop).await,
    }
}

async fn carry_out(command: Command, globals: &Globals, ends: &mut Here) -> Result<u8, Stop> {
    let places = Places::of(globals);
    if let Command::Running(running) = command {
        // Also where the settings are wrong: that is what some of these words tell.
        return running::run(running, &places, globals, ends).await;
    }
    let config = Config::read(globals.config.as_deref(), &environment())
        .map_err(|fault| Stop { exit: exit::USAGE, text: fault.text })?;
    match command {
        Command::Console { demo, plain } => {
            console::run(&config, &places, globals, (demo, plain), ends).await
        }
        Command::Serve { listen, demo } => {
            telemetry::start(Log::StandardError, &config.log.filter)?;
            serve::run(&config, &places, listen, demo, ends).await
        }
        Command::Demo { users, seed } => demo::run(&places, users, seed, ends).await,
        Command::Init(flags) => make::init(&places, &flags, ends).await,
        Command::OperatorsAdd(flags) => make::add(&places, &flags, ends).await,
        Command::Keys(what) => keys::run(&places, what, ends).await,
        Command::Running(running) => running::run(running, &places, globals, ends).await,
        // What the program knows needs no store.
        Command::Asked(Asked::Catalog(what, shape)) => Ok(run::catalog(what, shape, ends).await),
        Command::Asked(asked) => {
            telemetry::start(Log::StandardError, "error")?;
            let service = core::with(&config, places.open(0)?)?;
            let mut actor = actor(&service, globals).await?;
            let code = run::carry_out(&service, &mut actor, asked, ends, Place::Here).await;
            service.close();
            Ok(code)
        }
    }
}

/// The operator that local use runs as; who cannot be is not signed in.
async fn actor(service: &Service, globals: &Globals) -> Result<Actor, Stop> {
    service.actor_here(globals.acting_as.clone()).await.map_err(|error| {
        let refused = matches!(error, Trouble::Refused(_));
        let stop = Stop::from(error);
        if refused { Stop { exit: exit::NOT_SIGNED_IN, ..stop } } else { stop }
    })
}

/// The variables that settings may come from; one that is not text cannot be a setting.
fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("WARDROOM_"))
        .collect()
}

/// Files of this process are its owner's alone, and no core file holds what it knew.
///
/// Call before anything else, while there is one thread.
pub fn harden() -> Result<(), Fault> {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    rustix::process::setrlimit(rustix::process::Resource::Core, none)
        .map_err(|error| Fault::machine(format!("cannot turn off core files: {error}")))?;
    // Each connection is a socket: as many as the system gives, not the 1,024 of a shell.
    let sockets = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let all = rustix::process::Rlimit { current: sockets.maximum, maximum: sockets.maximum };
    // What is refused here is found at accept, which waits and says so.
    let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, all);
    Ok(())
}
