//! Reader threads: questions are answered beside the writer, each on a snapshot of its own.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::base::fault::Fault;
use crate::base::limits;
use crate::store::connection::{self, Purpose, fault};

type Question = Box<dyn FnOnce(&mut Connection) + Send>;

/// The pool; the threads end when it is dropped.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    questions: mpsc::SyncSender<Question>,
}

impl Readers {
    /// Opens a connection for each thread. The threads come back, to wait for the end of their connections.
    pub(super) fn start(path: &Path) -> Result<(Self, Vec<thread::JoinHandle<()>>), Fault> {
        let (questions, waiting) = mpsc::sync_channel::<Question>(limits::READS_WAITING_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        let mut threads = Vec::new();
        for number in 0..limits::READERS {
            let mut connection = connection::open(path, Purpose::Read)?;
            let waiting = Arc::clone(&waiting);
            let started = thread::Builder::new()
                .name(format!("reader-{number}"))
                .spawn(move || {
                    loop {
                        // The lock is held while waiting, not while answering.
                        let question = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok(question) = question else { return };
                        // A bug in one question must not take the thread from all others.
                        let asked = std::panic::AssertUnwindSafe(|| question(&mut connection));
                        if std::panic::catch_unwind(asked).is_err() {
                            tracing::error!("a question to the store panicked");
                        }
                    }
                })
                .map_err(|error| Fault::machine(format!("cannot start a reader thread: {error}")))?;
            threads.push(started);
        }
        Ok((Self { questions }, threads))
    }

    /// Asks on a snapshot: everything that `question` reads is of one moment.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Fault> {
        let (reply, answer) = oneshot::channel();
        let asked: Question = Box::new(move |connection| {
            // Nobody waits any more: a newer question made this one worthless.
            if reply.is_closed() {
                return;
            }
            let result = connection.transaction().and_then(|snapshot| question(&snapshot));
            let _ = reply.send(result.map_err(|error| fault(&error)));
        });
        self.questions
            .try_send(asked)
            .map_err(|_| Fault::busy("too many questions wait for the store: try again in a moment"))?;
        answer
            .await
            .unwrap_or_else(|_| Err(Fault::store("the question was lost: see the log, then try again")))
    }
}
