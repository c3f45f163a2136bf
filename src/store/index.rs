//! Feeding the search in memory: everybody read once, then what the table of changes tells.
//!
//! A thread of its own follows every commit, ours and other processes'. A question
//! waits a moment for it, so that no answer is older than a commit that was
//! acknowledged before; while the index is not there, the store answers by itself.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{Notify, watch};

use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::base::limits;
use crate::directory::index::{Builder, Index};
use crate::store::rows;
use crate::store::writer::Committed;

/// The index as it is now, and who keeps it so. Clones share it; without [`Live::start`] there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Live(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    moved: Condvar,
    wanted: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// `None` while everybody is read, above the memory limit, and after a fault.
    index: Option<Arc<Index>>,
    /// The last change that `index` knows.
    seq: i64,
}

impl Live {
    /// Starts the thread. It ends when the store is closed.
    pub(super) fn start(
        &self,
        connection: Connection,
        committed: watch::Receiver<Committed>,
    ) -> Result<thread::JoinHandle<()>, Fault> {
        let failed =
            |error: std::io::Error| Fault::machine(format!("cannot start the index thread: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(failed)?;
        let shared = Arc::clone(&self.0);
        let run = move || {
            let guard = OffAtEnd(&shared);
            let mut feeder = Feeder { shared: &shared, connection, committed };
            while let ControlFlow::Continue(()) = feeder.feed() {
                let Feeder { shared, committed, .. } = &mut feeder;
                let is_open = runtime.block_on(async {
                    tokio::select! {
                        changed = committed.changed() => changed.is_ok(),
                        () = shared.wanted.notified() => true,
                    }
                });
                if !is_open {
                    break;
                }
            }
            drop(guard);
        };
        thread::Builder::new().name("index".to_owned()).spawn(run).map_err(failed)
    }

    /// Whether there is an index.
    pub(super) fn is_ready(&self) -> bool {
        self.0.state().index.is_some()
    }

    /// The index as it is, and the last change that it knows, without waiting.
    #[cfg(test)]
    pub(super) fn now(&self) -> (Option<Arc<Index>>, i64) {
        let state = self.0.state();
        (state.index.clone(), state.seq)
    }

    /// The index once it knows the change `seq`; `None` where that takes too long, or there is none.
    ///
    /// It may know later changes as well.
    pub(super) fn reached(&self, seq: i64) -> Option<Arc<Index>> {
        let mut state = self.0.state();
        if state.index.is_some() && state.seq < seq {
            self.0.wanted.notify_one();
            let wait = Duration::from_millis(limits::INDEX_WAIT_MS);
            let behind = |state: &mut State| state.index.is_some() && state.seq < seq;
            let waited = self.0.moved.wait_timeout_while(state, wait, behind);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        if state.seq < seq { None } else { state.index.clone() }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, index: Option<Arc<Index>>, seq: i64) {
        // What was there before may be large: it goes after the lock.
        let before = std::mem::replace(&mut *self.state(), State { index, seq });
        self.moved.notify_all();
        drop(before);
    }
}

/// However the thread ends, nobody waits for it afterwards.
struct OffAtEnd<'a>(&'a Shared);

impl Drop for OffAtEnd<'_> {
    fn drop(&mut self) {
        self.0.publish(None, 0);
    }
}

struct Feeder<'a> {
    shared: &'a Shared,
    connection: Connection,
    committed: watch::Receiver<Committed>,
}

/// What changed since a moment.
enum News {
    Nothing,
    Users(BTreeSet<i64>),
    /// Too many, or names that many users share.
    Everything,
}

impl Feeder<'_> {
    /// Brings the index to what is committed; breaks where there is to be none any more.
    fn feed(&mut self) -> ControlFlow<()> {
        let fed = self
            .follow()
            .and_then(|is_known| if is_known { Ok(ControlFlow::Continue(())) } else { self.read() });
        fed.unwrap_or_else(|error| {
            tracing::warn!(%error, "the search index cannot be read; the store answers until the next commit");
            self.shared.publish(None, 0);
            ControlFlow::Continue(())
        })
    }

    /// Takes in what changed; `false` where everybody must be read.
    fn follow(&mut self) -> rusqlite::Result<bool> {
        let (index, seq) = {
            let state = self.shared.state();
            let Some(index) = &state.index else { return Ok(false) };
            (Arc::clone(index), state.seq)
        };
        let snapshot = self.connection.transaction()?;
        let newest = newest(&snapshot)?;
        if newest == seq {
            return Ok(true);
        }
        let index = match news(&snapshot, seq)? {
            News::Nothing => index,
            News::Users(ids) => {
                let touched: Vec<UserId> = ids.into_iter().map(UserId).collect();
                let read = touched.iter().filter_map(|id| rows::entry(&snapshot, *id).transpose());
                Arc::new(index.updated(&touched, &read.collect::<rusqlite::Result<Vec<_>>>()?))
            }
            News::Everything => return Ok(false),
        };
        if index.bytes() > limits::INDEX_BYTES_MAX {
            return Ok(false);
        }
        self.shared.publish(Some(index), newest);
        Ok(true)
    }

    /// Reads everybody. What was there before is of no use meanwhile, and takes the same memory again.
    fn read(&mut self) -> rusqlite::Result<ControlFlow<()>> {
        self.shared.publish(None, 0);
        let snapshot = self.connection.transaction()?;
        let newest = newest(&snapshot)?;
        let (mut builder, mut until_look, mut is_wanted) = (Builder::default(), 0, true);
        let committed = &self.committed;
        rows::everybody(&snapshot, |entry| {
            builder.push(entry);
            until_look += 1;
            if until_look == limits::INDEX_LOOK_USERS {
                until_look = 0;
                // A store that closes has no more commits.
                is_wanted = builder.bytes() <= limits::INDEX_BYTES_MAX && committed.has_changed().is_ok();
            }
            is_wanted
        })?;
        if !is_wanted || builder.bytes() > limits::INDEX_BYTES_MAX {
            if committed.has_changed().is_ok() {
                let limit = limits::INDEX_BYTES_MAX;
                tracing::warn!(
                    limit,
                    "too many users for the memory of the search index; the store answers by itself"
                );
            }
            return Ok(ControlFlow::Break(()));
        }
        let index = builder.finish();
        tracing::info!(users = index.users(), bytes = index.bytes(), "the search index is ready");
        self.shared.publish(Some(Arc::new(index)), newest);
        Ok(ControlFlow::Continue(()))
    }
}

/// The number of the newest change.
pub(super) fn newest(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT ifnull(max(seq), 0) FROM changes")?.query_row([], |row| row.get(0))
}

fn news(connection: &Connection, since: i64) -> rusqlite::Result<News> {
    let mut statement = connection
        .prepare_cached("SELECT kind, first_id, last_id FROM changes WHERE seq > ?1 ORDER BY seq")?;
    let mut changes = statement.query([since])?;
    let mut users = BTreeSet::new();
    while let Some(change) = changes.next()? {
        let (first, last): (i64, i64) = (change.get(1)?, change.get(2)?);
        match change.get_ref(0)?.as_str()? {
            "note" | "session" | "job" => {}
            "user" if last.abs_diff(first) < limits::INDEX_FOLLOWED_USERS_MAX => users.extend(first..=last),
            // Names of organisations, groups and roles stand in many rows; they change once in a while.
            _ => return Ok(News::Everything),
        }
        if users.len() as u64 > limits::INDEX_FOLLOWED_USERS_MAX {
            return Ok(News::Everything);
        }
    }
    Ok(if users.is_empty() { News::Nothing } else { News::Users(users) })
}
