//! Commits of other processes: looked for while somebody watches, four times a second.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::watch;

use crate::base::fault::Fault;
use crate::base::limits;
use crate::store::writer::{self, Committed};

/// Raises `committed` when another connection has committed, as long as `alive` can be upgraded.
///
/// `own` is how many receivers are of the store itself: with no more than those, nobody watches.
///
/// `PRAGMA data_version` changes on a connection when any other commits; it reads one page of shared memory. Our own
/// commits count as well: whoever watches hears of them twice, and looks once.
pub(super) fn watch<T: Send + Sync + 'static>(
    connection: Connection,
    committed: watch::Sender<Committed>,
    alive: Weak<T>,
    own: Arc<AtomicUsize>,
) -> Result<thread::JoinHandle<()>, Fault> {
    thread::Builder::new()
        .name("others".to_owned())
        .spawn(move || {
            let mut seen = version(&connection);
            while alive.strong_count() > 0 {
                // Closing wakes it.
                thread::park_timeout(Duration::from_millis(limits::OTHERS_LOOK_MS));
                if committed.receiver_count() <= own.load(Ordering::Relaxed) {
                    continue;
                }
                let now = version(&connection);
                if now != seen {
                    seen = now;
                    let authority = writer::authority(&connection).ok();
                    committed.send_modify(|before| *before = before.next(authority));
                }
            }
        })
        .map_err(|error| {
            Fault::machine(format!("cannot start the thread that looks at other processes: {error}"))
        })
}

/// `None` where it cannot be read: the next look tells.
fn version(connection: &Connection) -> Option<i64> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0)).ok()
}
