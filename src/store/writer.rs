//! The one writer thread: group commit, a savepoint for each piece of work.
//!
//! Work is acknowledged only after the commit that holds it. An error such as a
//! full disk can end the whole transaction: after any error we look whether it
//! still stands, and if not, every piece of the group has failed.
//!
//! Pieces of long work wait behind everybody else, one between two groups: who acts meanwhile waits for one piece at
//! most.

use std::collections::VecDeque;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot, watch};

use crate::base::fault::Fault;
use crate::base::ids::JobId;
use crate::base::limits;
use crate::base::time::{Clock, Timestamp};
use crate::store::connection::fault;
use crate::store::field_keys;
use crate::store::seal::Sealer;

/// What work writes with.
#[derive(Debug)]
pub(super) struct Writing<'tx> {
    /// Inside the transaction and a savepoint.
    pub connection: &'tx Connection,
    /// The time of the transaction: never before the newest in the store.
    pub now: Timestamp,
    /// Seals under the key that is the newest in the store.
    pub sealer: &'tx Sealer,
    /// The job whose row is written; its set was confirmed when it was made.
    pub job: Option<JobId>,
}

/// Who hears of a commit that changed something.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    /// Whoever looks at what exists: raised where others may see a change.
    pub committed: watch::Sender<Committed>,
    /// Whoever keeps the file in order: raised every time.
    pub written: watch::Sender<u64>,
}

/// When a piece of work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// With the next group, and durable when it is acknowledged.
    Now,
    /// Behind whatever else waits. Durable with the next group: what it writes does not count before.
    Behind,
}

/// A piece of work in the queue.
trait Job: Send {
    /// When it is done.
    fn turn(&self) -> Turn;
    /// Writes; on an error, what it wrote is rolled back.
    fn run(&mut self, writing: &Writing<'_>) -> Result<(), Fault>;
    /// Tells the caller, after the commit or its failure.
    fn finish(self: Box<Self>, committed: Result<(), Fault>);
}

struct Task<T, W> {
    turn: Turn,
    work: Option<W>,
    result: Option<Result<T, Fault>>,
    reply: oneshot::Sender<Result<T, Fault>>,
}

impl<T: Send, W: FnOnce(&Writing<'_>) -> Result<T, Fault> + Send> Job for Task<T, W> {
    fn turn(&self) -> Turn {
        self.turn
    }

    fn run(&mut self, writing: &Writing<'_>) -> Result<(), Fault> {
        let Some(work) = self.work.take() else { return Ok(()) };
        let result = work(writing);
        let failed = result.as_ref().err().cloned();
        self.result = Some(result);
        failed.map_or(Ok(()), Err)
    }

    fn finish(self: Box<Self>, committed: Result<(), Fault>) {
        let result = match (committed, self.result) {
            (_, Some(Err(fault))) | (Err(fault), _) => Err(fault),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Ok(()), None) => {
                Err(Fault::store("the request was lost: see the log, then look before trying again"))
            }
        };
        // Nobody waits any more (a dropped connection): what is committed stays.
        let _ = self.reply.send(result);
    }
}

/// The queue in front of the writer thread, which ends when the last clone is dropped.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(
        connection: Connection,
        sealer: Sealer,
        clock: Clock,
        heard: Heard,
    ) -> Result<(Self, thread::JoinHandle<()>), Fault> {
        let (queue, jobs) = mpsc::channel(limits::WRITES_WAITING_MAX);
        let thread = thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || write_until_closed(connection, &sealer, &clock, jobs, &heard))
            .map_err(|error| Fault::machine(format!("cannot start the writer thread: {error}")))?;
        Ok((Self { queue }, thread))
    }

    /// The same queue for whoever must not keep it open.
    pub(super) fn downgrade(&self) -> WeakWriter {
        WeakWriter { queue: self.queue.downgrade() }
    }

    /// Queues `work` and waits until it is committed.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce(&Writing<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (reply, answer) = oneshot::channel();
        let task = Task { turn, work: Some(work), result: None, reply };
        self.queue
            .send(Box::new(task))
            .await
            .map_err(|_| Fault::store("the store is closing: nothing was written"))?;
        answer.await.unwrap_or_else(|_| Err(Fault::store("the store is closing: look whether it was done")))
    }
}

/// The queue, as long as somebody else keeps it open.
pub(super) struct WeakWriter {
    queue: mpsc::WeakSender<Box<dyn Job>>,
}

impl WeakWriter {
    /// The queue; `None` when the store closes.
    pub(super) fn upgrade(&self) -> Option<Writer> {
        self.queue.upgrade().map(|queue| Writer { queue })
    }
}

fn write_until_closed(
    mut connection: Connection,
    sealer: &Sealer,
    clock: &Clock,
    mut jobs: mpsc::Receiver<Box<dyn Job>>,
    heard: &Heard,
) {
    let (mut behind, mut flushing) = (VecDeque::new(), Turn::Now);
    loop {
        let first = if behind.is_empty() { jobs.blocking_recv() } else { jobs.try_recv().ok() };
        if first.is_none() && behind.is_empty() {
            return;
        }
        let mut group = Vec::new();
        let mut waiting = first;
        while let Some(job) = waiting {
            match job.turn() {
                Turn::Now => group.push(job),
                Turn::Behind => behind.push_back(job),
            }
            let has_room = group.len() < limits::GROUP_COMMIT_MAX;
            waiting = if has_room { jobs.try_recv().ok() } else { None };
        }
        let piece = behind.pop_front().map(|piece| vec![piece]).unwrap_or_default();
        for (turn, mut group) in [(Turn::Now, group), (Turn::Behind, piece)] {
            if group.is_empty() {
                continue;
            }
            let result = flush_as(&connection, &mut flushing, turn)
                .and_then(|()| commit(&mut connection, sealer, clock, &mut group));
            if let Ok(Ended::Committed { authority }) = result {
                heard.written.send_modify(|count| *count += 1);
                if turn == Turn::Now {
                    heard.committed.send_modify(|before| *before = before.next(Some(authority)));
                }
            }
            let result = result.map(|_| ());
            for job in group {
                job.finish(result.clone());
            }
        }
    }
}

/// Sets what a commit waits for: its own flush to disk, or nothing, since the next group's flush takes it along.
fn flush_as(connection: &Connection, flushing: &mut Turn, turn: Turn) -> Result<(), Fault> {
    if *flushing != turn {
        let mode = match turn {
            Turn::Now => "FULL",
            Turn::Behind => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", mode).map_err(|error| fault(&error))?;
        *flushing = turn;
    }
    Ok(())
}

/// How a transaction ended.
enum Ended {
    Committed {
        /// The number of authority afterwards.
        authority: i64,
    },
    /// Nothing was written, as in a dry run: nobody has to look again.
    Unchanged,
}

fn commit(
    connection: &mut Connection,
    sealer: &Sealer,
    clock: &Clock,
    group: &mut [Box<dyn Job>],
) -> Result<Ended, Fault> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| fault(&error))?;
    let now = believed_now(&transaction, clock.now()).map_err(|error| fault(&error))?;
    let key = field_keys::current(&transaction).map_err(|error| fault(&error))?;
    let sealer = &sealer.under(key)?;
    let changes = transaction.total_changes();
    // Whoever is alone goes with the transaction: a savepoint around many statements costs more with each of them.
    let is_alone = group.len() == 1;
    let run = |sql: &str| {
        if is_alone { Ok(()) } else { transaction.execute_batch(sql).map_err(|error| fault(&error)) }
    };
    let mut failed_alone = false;
    for job in group {
        run("SAVEPOINT work")?;
        let writing = Writing { connection: &transaction, now, sealer, job: None };
        // A bug in one piece of work must not take the writer from everybody.
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job.run(&writing)));
        match ran {
            Ok(Ok(())) => run("RELEASE work")?,
            Ok(Err(failed)) if transaction.is_autocommit() => return Err(failed),
            Ok(Err(_)) => {
                failed_alone = is_alone;
                run("ROLLBACK TO work; RELEASE work")?;
            }
            Err(_) => {
                tracing::error!("a piece of work in the store panicked; it was rolled back");
                failed_alone = is_alone;
                run("ROLLBACK TO work; RELEASE work")?;
            }
        }
    }
    if failed_alone || transaction.total_changes() == changes {
        transaction.rollback().map_err(|error| fault(&error))?;
        return Ok(Ended::Unchanged);
    }
    let authority = authority(&transaction).map_err(|error| fault(&error))?;
    transaction.commit().map_err(|error| fault(&error))?;
    Ok(Ended::Committed { authority })
}

/// What is known of the newest commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Rises with every commit.
    pub count: u64,
    /// The number of authority: as long as it is the same, nobody may do anything else than before.
    pub authority: i64,
}

impl Committed {
    /// After one more commit; `None` where the number of authority cannot be read, which counts as another one.
    pub(super) fn next(self, authority: Option<i64>) -> Self {
        Self { count: self.count + 1, authority: authority.unwrap_or(self.authority + 1) }
    }
}

/// The number of authority in the store.
pub(super) fn authority(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT value FROM state WHERE name = 'authority'")?
        .query_row([], |row| row.get(0))
}

/// A clock behind the newest time in the store counts as that time until it catches up.
fn believed_now(connection: &Connection, clock: Timestamp) -> rusqlite::Result<Timestamp> {
    let newest: i64 = connection
        .prepare_cached("SELECT value FROM state WHERE name = 'newest_time'")?
        .query_row([], |row| row.get(0))?;
    let now = clock.0.max(newest);
    connection.prepare_cached("UPDATE state SET value = ?1 WHERE name = 'newest_time'")?.execute([now])?;
    Ok(Timestamp(now))
}

/// Writes the log back to the file when it has grown, on a thread and a connection of its own.
///
/// Passive: it never makes a reader or the writer wait. Each pass is counted in `passes`.
pub(super) fn start_checkpoints(
    connection: Connection,
    path: &Path,
    mut written: watch::Receiver<u64>,
    passes: watch::Sender<u64>,
) -> Result<thread::JoinHandle<()>, Fault> {
    let log = path.with_extension("db-wal");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| Fault::machine(format!("cannot start the checkpoint thread: {error}")))?;
    thread::Builder::new()
        .name("checkpoint".to_owned())
        .spawn(move || {
            while runtime.block_on(written.changed()).is_ok() {
                let bytes = std::fs::metadata(&log).map_or(0, |log| log.len());
                if bytes <= limits::WAL_BYTES_CHECKPOINT {
                    continue;
                }
                if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
                    tracing::warn!(%error, "a checkpoint failed; the next one tries again");
                }
                passes.send_modify(|count| *count += 1);
                // Not after every commit: readers may hold the log open for a while. Closing wakes it.
                if bytes <= limits::WAL_BYTES_ROOM {
                    thread::park_timeout(Duration::from_millis(limits::CHECKPOINT_PAUSE_MS));
                }
            }
        })
        .map_err(|error| Fault::machine(format!("cannot start the checkpoint thread: {error}")))
}
