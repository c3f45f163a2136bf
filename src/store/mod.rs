//! The store: a boundary of capabilities, not of SQL.
//!
//! [`Store::execute`] a request, [`Store::record`] an event, [`Store::ask`] a
//! question, and see in [`Store::committed`] that something changed. One writer
//! thread with group commit, a few reader threads, checkpoints beside them. No
//! type of SQLite is seen outside this folder.

mod apply;
mod archive;
mod arrivals;
mod ask;
mod assign;
mod audit;
pub mod backup;
mod batch;
mod batch_step;
mod beside;
mod carry_out;
mod chain;
mod choices;
mod connection;
pub mod examine;
mod execute;
mod feed;
mod field_keys;
mod export;
pub mod files;
mod found;
mod functions;
mod import;
mod import_piece;
mod import_show;
mod import_update;
mod import_words;
mod import_write;
mod index;
mod index_answer;
mod index_feed;
#[cfg(test)]
mod index_laws;
mod key_file;
mod jobs;
mod list;
mod look_first;
mod log;
mod migrate;
mod offers;
mod others;
mod pasted;
mod outbox;
mod populate;
mod populate_person;
mod questions;
mod readers;
pub mod record;
mod rotate;
mod restore;
mod row_cache;
mod rows;
mod seal;
mod sealed_fields;
#[cfg(test)]
mod sealed_laws;
mod sealed_search;
mod sessions;
mod set_up;
mod sets;
mod settings;
mod sign_in;
mod sign_in_steps;
mod stale;
mod sources;
mod standing;
mod structure;
mod trusted_keys;
mod undo;
mod undo_set;
mod user_keys;
mod unsealed;
mod users;
mod why;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::watch;

use crate::actions::request::Request;
use crate::base::fault::{Fault, Origin};
use crate::base::time::Clock;
use crate::protocol::{Answer, Source};
pub use crate::store::batch_step::BatchStep;
use crate::store::connection::Purpose;
pub use crate::store::export::Exported;
pub use crate::store::field_keys::FieldKey;
pub use crate::store::found::Founding;
pub use crate::store::import_piece::Piece;
use crate::store::index::Live;
use crate::store::jobs::runner::Runner;
pub use crate::store::jobs::runner::is_alive;
use crate::store::log::Log;
use crate::store::look_first::{at, look_first};
pub use crate::store::outbox::{Due, Settled, Waiting};
pub use crate::store::populate::{Populating, Population};
use crate::store::readers::Readers;
pub use crate::store::record::{Event, Recorded};
pub use crate::store::rotate::{Rotation, Sealed};
use crate::store::seal::Sealer;
pub use crate::store::set_up::SetUpStep;
pub use crate::store::user_keys::UserKeys;
pub use crate::store::writer::Committed;
use crate::store::writer::{Heard, Turn, Writer};

/// Where a store lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The database file.
    pub database: PathBuf,
    /// The keys of sealed values: outside the database, so that a copied file tells no sealed value.
    pub field_key: PathBuf,
}

/// An open store; clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    writer: Writer,
    readers: Readers,
    sealer: Sealer,
    clock: Clock,
    committed: watch::Sender<Committed>,
    log: Log,
    index: Live,
    /// Receivers of `committed` that are the store's own.
    listeners: Arc<AtomicUsize>,
    database: Arc<Path>,
    threads: Arc<Threads>,
}

#[derive(Debug)]
struct Threads {
    /// Each holds a connection.
    all: Vec<thread::JoinHandle<()>>,
    /// The same, of the search in memory.
    index: Mutex<Option<thread::JoinHandle<()>>>,
    /// The same, of the jobs.
    jobs: Mutex<Option<thread::JoinHandle<()>>>,
    /// While it is there, other processes are watched.
    alive: Arc<()>,
}

impl Store {
    /// Makes an empty store. Neither file may be there.
    pub fn create(places: &Places, clock: Clock) -> Result<Self, Fault> {
        let path = &places.database;
        if path.exists() {
            return Err(Fault::store(format!(
                "there is a store at `{}` already: nothing was changed",
                path.display()
            )));
        }
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory)
                .map_err(|error| Fault::store(format!("cannot make `{}`: {error}", directory.display())))?;
        }
        let sealer = if places.field_key.exists() {
            Sealer::open(&places.field_key)?
        } else {
            Sealer::create(&places.field_key, clock.now())?
        };
        let mut connection = connection::create(path).map_err(|fault| at(path, fault))?;
        migrate::migrate(&mut connection)?;
        field_keys::bind(&connection, &sealer, clock.now())?;
        Self::start(connection, path, sealer, clock)
    }

    /// Whether there is a store, or something else in its place; a fault where nobody lets this user look.
    pub fn is_there(places: &Places) -> Result<bool, Fault> {
        let path = &places.database;
        path.try_exists().map_err(|error| Fault::file(Origin::Store, path, &error))
    }

    /// Opens a store that is there, bringing it to the newest version.
    pub fn open(places: &Places, clock: Clock) -> Result<Self, Fault> {
        let path = &places.database;
        if !Self::is_there(places)? {
            return Err(Fault::store(format!(
                "no store at `{}`: make one with `wardroom init`, or look at a made-up one with `wardroom --demo`",
                path.display()
            )));
        }
        if !path.is_file() {
            return Err(Fault::store(format!("`{}` cannot be opened: it is not a file", path.display())));
        }
        look_first(path)?;
        let sealer = Sealer::open(&places.field_key)?;
        let mut connection = connection::open(path, Purpose::Write).map_err(|fault| at(path, fault))?;
        migrate::migrate(&mut connection).map_err(|fault| at(path, fault))?;
        let sealer = field_keys::prove(&connection, &sealer).map_err(|fault| at(path, fault))?;
        Self::start(connection, path, sealer, clock)
    }

    fn start(
        connection: rusqlite::Connection,
        path: &Path,
        sealer: Sealer,
        clock: Clock,
    ) -> Result<Self, Fault> {
        let committed = watch::Sender::new(Committed::default());
        let (readers, mut threads) = Readers::start(path)?;
        let checkpoints = connection::open(path, Purpose::Write)?;
        let written = watch::Sender::new(0);
        let (finished, passes) = watch::channel(0);
        threads.push(writer::start_checkpoints(checkpoints, path, written.subscribe(), finished)?);
        let log = Log::new(path, written.clone(), passes);
        let look = connection::open(path, Purpose::Read)?;
        let alive = Arc::new(());
        let listeners = Arc::new(AtomicUsize::new(0));
        let own = Arc::clone(&listeners);
        threads.push(others::watch(look, committed.clone(), Arc::downgrade(&alive), own)?);
        let heard = Heard { committed: committed.clone(), written };
        let (writer, thread) = Writer::start(connection, sealer.clone(), clock.clone(), heard)?;
        threads.push(thread);
        let threads =
            Arc::new(Threads { all: threads, index: Mutex::default(), jobs: Mutex::default(), alive });
        let (index, database) = (Live::default(), Arc::from(path));
        Ok(Self { writer, readers, sealer, clock, committed, log, index, listeners, database, threads })
    }

    /// Starts to search in memory, on a thread of its own; the store itself answers until everything is read.
    ///
    /// For whoever stays: a single question is answered sooner without. Once started it stays, unless it would take
    /// more than `bytes_max`: then the store goes on to answer by itself.
    pub fn start_index(&self, bytes_max: usize) -> Result<(), Fault> {
        let mut thread = self.threads.index.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_none() {
            self.listeners.fetch_add(1, Ordering::Relaxed);
            *thread = Some(self.index.start(&self.database, self.committed.subscribe(), bytes_max)?);
        }
        Ok(())
    }

    /// Starts to carry out jobs, those that a killed process left among them, on a thread of its own.
    ///
    /// For whoever stays. It hears of other processes' commits as well, always: a job may be resumed from there.
    pub fn start_jobs(&self) -> Result<(), Fault> {
        let mut thread = self.threads.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_none() {
            let runner = Runner {
                look: connection::open(&self.database, Purpose::Read)?,
                writer: self.writer.downgrade(),
                committed: self.committed.subscribe(),
            };
            *thread = Some(runner.start()?);
        }
        Ok(())
    }

    /// Where searches are answered.
    pub fn source(&self) -> Source {
        self.index.source()
    }

    /// Executes a request: allowed and done, or refused and in the audit, in one transaction.
    pub async fn execute(&self, request: Request) -> Answer {
        self.writer
            .write(Turn::Now, move |writing| execute::execute(writing, &request))
            .await
            .unwrap_or_else(Answer::Failed)
    }

    /// Records what is no operator's action: the second door, with its own closed list.
    pub async fn record(&self, event: Event) -> Result<Recorded, Fault> {
        self.writer.write(event.turn(), move |writing| record::record(writing, &event)).await
    }

    /// Waits until long work may go on: what it wrote so far is in the file.
    pub async fn room(&self) {
        self.log.room().await;
    }

    /// A file without a name beside the database, for its owner only: gone with the process, however that ends.
    pub fn unnamed_file(&self) -> Result<std::fs::File, Fault> {
        files::unnamed(self.database.parent().unwrap_or(Path::new(".")))
    }

    /// Rises with every commit of this process, and with what others commit while it is watched.
    pub fn committed(&self) -> watch::Receiver<Committed> {
        self.committed.subscribe()
    }

    /// The clock that this store reads.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Waits until what is queued is written and the file is closed. Only the last clone closes.
    pub fn close(self) {
        let Self { writer, readers, committed, log, threads, .. } = self;
        drop((writer, readers, committed, log));
        let Some(Threads { all, index, jobs, alive }) = Arc::into_inner(threads) else { return };
        drop(alive);
        let later = [index, jobs].map(|thread| thread.into_inner().unwrap_or_else(PoisonError::into_inner));
        for thread in all.into_iter().chain(later.into_iter().flatten()) {
            // Whoever sleeps between two looks need not sleep to the end.
            thread.thread().unpark();
            // A panic was logged where it happened.
            let _ = thread.join();
        }
    }
}
