//! The write-ahead log, for whoever writes much: it must start anew now and then, or it grows without end.

use std::path::{Path, PathBuf};

use tokio::sync::watch;

use crate::base::limits;

/// The write-ahead log.
#[derive(Clone, Debug)]
pub(super) struct Log {
    path: PathBuf,
    written: watch::Sender<u64>,
    /// Counts what the checkpointer did.
    passes: watch::Receiver<u64>,
}

impl Log {
    /// The log of the store at `path`. Raising `written` wakes the checkpointer, which counts in `passes`.
    pub(super) fn new(path: &Path, written: watch::Sender<u64>, passes: watch::Receiver<u64>) -> Self {
        Self { path: path.with_extension("db-wal"), written, passes }
    }

    /// Waits until the log is written back, where it has grown large: it starts anew only in a pause.
    pub(super) async fn room(&self) {
        let bytes = std::fs::metadata(&self.path).map_or(0, |log| log.len());
        if bytes <= limits::WAL_BYTES_ROOM {
            return;
        }
        let mut passes = self.passes.clone();
        // One may be under way, of an older state.
        let wanted = *passes.borrow() + 2;
        while *passes.borrow_and_update() < wanted {
            self.written.send_modify(|count| *count += 1);
            if passes.changed().await.is_err() {
                return;
            }
        }
    }
}
