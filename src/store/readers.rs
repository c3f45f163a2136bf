//! Reader threads: questions are answered beside the writer, each on a snapshot of its own.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::base::fault::Fault;
use crate::base::limits;
use crate::store::connection::{self, Purpose, fault};

type Question = Box<dyn FnOnce(&mut Connection) + Send>;

/// Somebody who waits for an answer, until this is dropped: a newer question made it worthless, or the session ended.
#[derive(Debug, Default)]
struct Waits(Arc<AtomicBool>);

impl Waits {
    fn is_over(&self) -> impl Fn() -> bool + Send + 'static {
        let over = Arc::clone(&self.0);
        move || over.load(Ordering::Relaxed)
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

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
        let waits = Waits::default();
        let is_unwanted = waits.is_over();
        let asked: Question = Box::new(move |connection| {
            if is_unwanted() {
                return;
            }
            // It may run long where there is no index: the thread is free as soon as nobody waits any more.
            let result = connection
                .progress_handler(limits::READ_STEPS_BETWEEN_LOOKS, Some(is_unwanted))
                .and_then(|()| connection.transaction())
                .and_then(|snapshot| question(&snapshot));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_question_that_nobody_waits_for_any_more_frees_its_thread() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("store.db");
        connection::create(&file).unwrap();
        let (readers, threads) = Readers::start(&file).unwrap();
        let (began, mut begun) = tokio::sync::mpsc::unbounded_channel();
        let endless: Vec<_> = (0..limits::READERS)
            .map(|_| {
                let (readers, began) = (readers.clone(), began.clone());
                tokio::spawn(async move {
                    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n";
                    readers
                        .ask(move |snapshot| {
                            began.send(()).unwrap();
                            snapshot.query_row(endless, [], |row| row.get::<_, i64>(0))
                        })
                        .await
                })
            })
            .collect();
        for _ in 0..limits::READERS {
            begun.recv().await.unwrap();
        }
        endless.iter().for_each(tokio::task::JoinHandle::abort);
        // Every thread answered an endless one; this takes one of them.
        let seven = readers.ask(|snapshot| snapshot.query_row("SELECT 7", [], |row| row.get::<_, i64>(0)));
        assert_eq!(seven.await.unwrap(), 7);
        drop(readers);
        for thread in threads {
            thread.join().unwrap();
        }
    }
}
