//! Where the files are: a data directory with everything, or `./data` and `./keys` of a checkout.

use std::path::{Path, PathBuf};

use crate::base::fault::Fault;
use crate::base::secret::random;
use crate::base::time::Clock;
use crate::cli::command::Globals;
use crate::domain::audit::hex;
use crate::service::Service;
use crate::store::{self, Store};

/// The files of one institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Places {
    /// Store and log.
    pub data: PathBuf,
    /// Host key, the key of sealed values, the key of the audit.
    pub keys: PathBuf,
}

impl Places {
    /// What `--data` names; without it `./data` and `./keys`.
    pub(super) fn of(globals: &Globals) -> Self {
        match &globals.data {
            Some(data) => Self { data: data.clone(), keys: data.join("keys") },
            None => Self { data: PathBuf::from("data"), keys: PathBuf::from("keys") },
        }
    }

    /// What the store is made of.
    pub(super) fn store(&self) -> store::Places {
        store::Places { database: self.data.join("wardroom.db"), field_key: self.keys.join("field.key") }
    }

    /// Whether there is a store.
    pub(super) fn has_store(&self) -> Result<bool, Fault> {
        Store::is_there(&self.store())
    }

    /// Opens the store that is there; `arenas` password hashes can run at once.
    pub(super) fn open(&self, arenas: usize) -> Result<Service, Fault> {
        Service::start(Store::open(&self.store(), Clock::system())?, self.keys.clone(), arenas)
    }

    /// Makes an empty store.
    pub(super) fn create(&self, arenas: usize) -> Result<Service, Fault> {
        Service::start(Store::create(&self.store(), Clock::system())?, self.keys.clone(), arenas)
    }

    /// Takes back a store that was just made and is of no use: its first operator was refused.
    pub(super) fn take_back(&self) {
        for ending in ["db", "db-wal", "db-shm"] {
            // What is left is said by the next `init`, which finds a store.
            let _ = std::fs::remove_file(self.store().database.with_extension(ending));
        }
    }
}

/// A directory for a made-up institution, gone when dropped.
#[derive(Debug)]
pub(super) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    pub(super) fn make() -> Result<Self, Fault> {
        let name = hex(&random::<8>());
        let path = std::env::temp_dir().join(format!("wardroom-demo-{name}"));
        std::fs::create_dir(&path)
            .map_err(|error| Fault::machine(format!("cannot make `{}`: {error}", path.display())))?;
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Everything in it.
    pub(super) fn places(&self) -> Places {
        Places { data: self.path.clone(), keys: self.path.join("keys") }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "a demo's files could not be removed");
        }
    }
}
