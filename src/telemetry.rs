//! The log: to standard error of a server, to a file beside a local screen, never with a secret.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use crate::base::fault::Fault;

/// Where the log goes.
#[derive(Clone, Copy, Debug)]
pub enum Log<'a> {
    /// Standard error: whoever runs the server keeps it.
    StandardError,
    /// A file, appended to: a screen owns the terminal.
    File(&'a Path),
}

/// Starts the log. Called once, by `main`.
pub fn start(log: Log<'_>, filter: &str) -> Result<(), Fault> {
    let filter = parsed(filter).map_err(|fault| fault.during("log.filter"))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_target(false)
        // Nobody reads the log any more: said on standard error, which may be gone as well, that would be a panic.
        .log_internal_errors(false);
    let started = match log {
        Log::StandardError => lines.with_writer(std::io::stderr).try_init(),
        Log::File(path) => {
            let file =
                OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(|error| {
                    Fault::machine(format!("cannot write the log `{}`: {error}", path.display()))
                })?;
            lines.with_writer(Mutex::new(file)).try_init()
        }
    };
    started.map_err(|error| Fault::machine(format!("cannot start the log: {error}")))
}

/// Whether `filter` is a level, or levels per module.
pub fn check(filter: &str) -> Result<(), Fault> {
    parsed(filter).map(drop)
}

fn parsed(filter: &str) -> Result<EnvFilter, Fault> {
    EnvFilter::try_new(filter).map_err(|error| Fault::input(error.to_string()))
}
