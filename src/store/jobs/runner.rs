//! The thread that carries jobs out: one piece of each in turn, with a pause for whoever else waits for the writer.
//!
//! It belongs to the store, not to a session: a job goes on when the operator's connection is cut. It takes on what a
//! process left that is no more, so that a restart goes on where a killed server stood.

use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::base::fault::Fault;
use crate::base::ids::JobId;
use crate::base::limits;
use crate::store::connection::fault;
use crate::store::record::{Event, Recorded, record};
use crate::store::writer::{Committed, WeakWriter};

/// What carries jobs out.
pub(in crate::store) struct Runner {
    pub(in crate::store) look: Connection,
    /// Not a writer of its own: it must not keep the store open.
    pub(in crate::store) writer: WeakWriter,
    pub(in crate::store) committed: watch::Receiver<Committed>,
}

/// What a turn came to.
enum Turn {
    /// There is more to do.
    More,
    /// Nothing to do until something is committed, or for so long.
    Rest(Option<Duration>),
    /// The store closes.
    Over,
}

impl Runner {
    /// Starts the thread, which ends when the store closes.
    pub(in crate::store) fn start(mut self) -> Result<thread::JoinHandle<()>, Fault> {
        let failed = |error| Fault::machine(format!("cannot start the thread of the jobs: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(failed)?;
        thread::Builder::new().name("jobs".to_owned()).spawn(move || self.run(&runtime)).map_err(failed)
    }

    fn run(&mut self, runtime: &Runtime) {
        let mut wait_ms = limits::JOB_RETRY_MS.0;
        loop {
            self.committed.mark_unchanged();
            let turn = self.turn(runtime).unwrap_or_else(|failed| {
                tracing::error!(fault = %failed, "jobs stand still; the next try comes by itself");
                let wait = Duration::from_millis(wait_ms);
                wait_ms = (2 * wait_ms).min(limits::JOB_RETRY_MS.1);
                Turn::Rest(Some(wait))
            });
            match turn {
                Turn::Over => return,
                Turn::More => {
                    wait_ms = limits::JOB_RETRY_MS.0;
                    thread::sleep(Duration::from_millis(limits::JOB_PAUSE_MS));
                }
                Turn::Rest(most) => {
                    let is_open = runtime.block_on(async {
                        match most {
                            None => self.committed.changed().await.is_ok(),
                            Some(most) => tokio::time::timeout(most, self.committed.changed())
                                .await
                                .map_or(true, |changed| changed.is_ok()),
                        }
                    });
                    if !is_open {
                        return;
                    }
                }
            }
        }
    }

    /// One piece of every job that is ours to run.
    fn turn(&self, runtime: &Runtime) -> Result<Turn, Fault> {
        let own = std::process::id();
        let mut turn = Turn::Rest(None);
        for (job, process) in self.running().map_err(|error| fault(&error))? {
            if process != own && process != 0 && is_alive(process) {
                if matches!(turn, Turn::Rest(_)) {
                    turn = Turn::Rest(Some(Duration::from_millis(limits::JOB_FOREIGN_LOOK_MS)));
                }
                continue;
            }
            let event = Event::JobPiece { job, process: own, was: process };
            match self.write(runtime, event) {
                None => return Ok(Turn::Over),
                Some(Ok(Recorded::JobGoesOn(true))) => turn = Turn::More,
                Some(Ok(_)) => {}
                Some(Err(failed)) => {
                    tracing::error!(%job, fault = %failed, "a piece of a job could not be written");
                    let event = Event::JobFailed { job, why: failed.text };
                    match self.write(runtime, event) {
                        None => return Ok(Turn::Over),
                        Some(noted) => drop(noted?),
                    }
                }
            }
        }
        Ok(turn)
    }

    fn running(&self) -> rusqlite::Result<Vec<(JobId, u32)>> {
        let mut statement = self.look.prepare_cached(
            "SELECT id, process FROM jobs WHERE state = 'running' AND kind = 'set' ORDER BY id",
        )?;
        statement.query_map([], |row| Ok((JobId(row.get(0)?), row.get(1)?)))?.collect()
    }

    /// `None` where the store closes.
    fn write(&self, runtime: &Runtime, event: Event) -> Option<Result<Recorded, Fault>> {
        let writer = self.writer.upgrade()?;
        Some(runtime.block_on(writer.write(event.turn(), move |writing| record(writing, &event))))
    }
}

/// Whether a process with this number is there.
pub fn is_alive(process: u32) -> bool {
    i32::try_from(process)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
        .is_some_and(|pid| !matches!(rustix::process::test_kill_process(pid), Err(rustix::io::Errno::SRCH)))
}
