//! The search in memory as the store has it: shared by all questions, and never older than they are.
//!
//! A thread of its own follows every commit, ours and other processes' (`index_feed`). A
//! question waits a moment for it, so that no answer is older than a commit that was
//! acknowledged before; while the index is not there, the store answers by itself.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{Notify, watch};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::directory::index::Index;
use crate::protocol::{Absence, Source};
use crate::store::connection::{self, Purpose};
use crate::store::index_feed::Feeder;
use crate::store::row_cache::RowCache;
use crate::store::writer::Committed;

/// The index as it is now, and who keeps it so. Clones share it; without [`Live::start`] there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Live(Arc<Shared>);

#[derive(Debug, Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    moved: Condvar,
    /// Rows of users that were found lately.
    rows: RowCache,
    /// Tells the thread that somebody waits, or that there is something to take in.
    pub(super) wanted: Notify,
}

#[derive(Debug)]
struct State {
    /// Or why there is none.
    index: Result<Arc<Index>, Absence>,
    /// The last change that `index` knows.
    seq: i64,
}

impl Default for State {
    fn default() -> Self {
        Self { index: Err(Absence::NotAsked), seq: 0 }
    }
}

impl Live {
    /// Starts the thread. It ends when the store is closed, or when the index takes more than `bytes_max`.
    pub(super) fn start(
        &self,
        database: &Path,
        committed: watch::Receiver<Committed>,
        bytes_max: usize,
    ) -> Result<thread::JoinHandle<()>, Fault> {
        let failed =
            |error: std::io::Error| Fault::machine(format!("cannot start the index thread: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(failed)?;
        let open = || connection::open(database, Purpose::Read);
        let connections = [open()?, open()?];
        let shared = Arc::clone(&self.0);
        let run = move || {
            let _guard = OffAtEnd(&shared);
            Feeder::new(&shared, connections, committed, bytes_max).run(&runtime);
        };
        thread::Builder::new().name("index".to_owned()).spawn(run).map_err(failed)
    }

    /// Rows of users that were found lately.
    pub(super) fn rows(&self) -> &RowCache {
        &self.0.rows
    }

    /// Where searches are answered.
    pub(super) fn source(&self) -> Source {
        match &self.0.state().index {
            Ok(_) => Source::Memory,
            Err(absence) => Source::Store(*absence),
        }
    }

    /// The index as it is, and the last change that it knows, without waiting.
    #[cfg(test)]
    pub(super) fn now(&self) -> (Option<Arc<Index>>, i64) {
        self.0.now()
    }

    /// The index once it knows the change `seq`; `None` where that takes too long, or there is none.
    ///
    /// It may know later changes as well.
    pub(super) fn reached(&self, seq: i64) -> Option<Arc<Index>> {
        let mut state = self.0.state();
        if state.index.is_ok() && state.seq < seq {
            self.0.wanted.notify_one();
            let wait = Duration::from_millis(limits::INDEX_WAIT_MS);
            let behind = |state: &mut State| state.index.is_ok() && state.seq < seq;
            let waited = self.0.moved.wait_timeout_while(state, wait, behind);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        if state.seq < seq { None } else { state.index.as_ref().ok().cloned() }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The index, and the last change that it knows.
    pub(super) fn now(&self) -> (Option<Arc<Index>>, i64) {
        let state = self.state();
        (state.index.as_ref().ok().cloned(), state.seq)
    }

    /// From now on questions are answered by `index`, which knows all changes up to `seq`.
    pub(super) fn publish(&self, index: Arc<Index>, seq: i64) {
        self.replace(State { index: Ok(index), seq });
    }

    /// From now on the store answers by itself.
    pub(super) fn withdraw(&self, absence: Absence) {
        self.replace(State { index: Err(absence), seq: 0 });
    }

    fn replace(&self, state: State) {
        // What was there before may be large: it goes after the lock.
        let before = std::mem::replace(&mut *self.state(), state);
        self.moved.notify_all();
        drop(before);
    }
}

/// However the thread ends, nobody waits for it afterwards.
struct OffAtEnd<'a>(&'a Shared);

impl Drop for OffAtEnd<'_> {
    fn drop(&mut self) {
        let was_there = self.0.state().index.is_ok();
        if was_there {
            self.0.withdraw(Absence::Failed);
        }
    }
}

/// The number of the newest change.
pub(super) fn newest(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT ifnull(max(seq), 0) FROM changes")?.query_row([], |row| row.get(0))
}
