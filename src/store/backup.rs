//! A copy of a store that is in use: one moment of it, page by page beside whoever writes; and what a copy holds.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::domain::audit::Head;
use crate::store::connection::{self, Purpose, fault};
use crate::store::look_first::at;
use crate::store::seal::Sealer;
use crate::store::{audit, chain, field_keys, migrate};

/// What a copy of a store holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The version of its tables.
    pub version: i64,
    /// Where its audit ends.
    pub head: Head,
}

/// Copies the store at `from` to `to`, which must not be there, as it is at this moment.
///
/// Writers go on: the copy is read from one snapshot that the write-ahead log keeps. `tell` hears of pages copied and
/// of all, and ends the copy by `false`. Blocks until done.
pub fn copy(from: &Path, to: &Path, mut tell: impl FnMut(u64, u64) -> bool) -> Result<Copied, Fault> {
    let sql = |error| at(from, fault(&error));
    let source = connection::open(from, Purpose::Read).map_err(|fault| at(from, fault))?;
    // Held open: a copy that begins anew with every commit of others would never end.
    source.execute_batch("BEGIN").map_err(sql)?;
    let copied = Copied { version: migrate::version_of(&source)?, head: audit::head(&source).map_err(sql)? };
    if to.exists() {
        return Err(Fault::store(format!(
            "there is a file at `{}` already: nothing was copied",
            to.display()
        )));
    }
    let mut copy = Connection::open(to).map_err(|error| at(to, fault(&error)))?;
    let to_sql = |error| at(to, fault(&error));
    // One flush at the end instead of one a step.
    copy.pragma_update(None, "synchronous", "OFF").map_err(to_sql)?;
    let backup = Backup::new(&source, &mut copy).map_err(to_sql)?;
    let mut busy = 0;
    loop {
        let step = backup.step(limits::BACKUP_STEP_PAGES).map_err(to_sql)?;
        let progress = backup.progress();
        let count = |pages: i32| u64::try_from(pages).unwrap_or(0);
        if !tell(count(progress.pagecount - progress.remaining), count(progress.pagecount)) {
            return Err(Fault::input("interrupted: the backup is not whole"));
        }
        match step {
            StepResult::Done => break,
            StepResult::Busy | StepResult::Locked if busy < limits::STORE_BUSY_MS => {
                busy += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            StepResult::More => busy = 0,
            StepResult::Busy | StepResult::Locked | _ => {
                return Err(Fault::store("the store is locked by another process: end that process"));
            }
        }
    }
    drop(backup);
    copy.close().map_err(|(_, error)| to_sql(error))?;
    let flushed = std::fs::File::open(to).and_then(|file| file.sync_all());
    flushed.map_err(|error| Fault::store(format!("cannot write `{}`: {error}", to.display())))?;
    Ok(copied)
}

/// Looks at a copy that nobody uses: every page, every row, and the whole chain of the audit. Changes nothing, not even
/// beside it. With `keys`, whether they are those of the copy.
pub fn inspect(path: &Path, keys: Option<&Path>) -> Result<Copied, Fault> {
    let sql = |error| at(path, fault(&error));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(immutable(path)?, flags).map_err(sql)?;
    let version = migrate::version_of(&connection)?;
    if version > migrate::NEWEST {
        return Err(migrate::newer(version));
    }
    let told: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(sql)?;
    if told != "ok" {
        return Err(Fault::store(format!("`{}` is damaged: {told}", path.display())));
    }
    let verified = chain::whole(&connection).map_err(sql)?;
    if let Some((seq, why)) = verified.broken {
        return Err(Fault::store(format!("the audit breaks at entry {seq}: {why}")));
    }
    // Older versions know their keys in another way: opening the store brings it up to date, and proves them.
    if let Some(keys) = keys.filter(|_| version == migrate::NEWEST) {
        field_keys::prove(&connection, &Sealer::open(keys)?)?;
    }
    Ok(Copied { version, head: verified.head })
}

/// Whether something can be written now: takes the lock of writers and gives it back.
pub fn is_writable(path: &Path) -> Result<(), Fault> {
    let connection = connection::open(path, Purpose::Write).map_err(|fault| at(path, fault))?;
    connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK").map_err(|error| at(path, fault(&error)))
}

/// The name by which SQLite opens a file that nobody changes: without a lock, and without files beside it.
fn immutable(path: &Path) -> Result<String, Fault> {
    let path = path
        .canonicalize()
        .map_err(|error| Fault::store(format!("cannot read `{}`: {error}", path.display())))?;
    let mut name = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
            name.push(char::from(*byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(name, "%{byte:02X}");
        }
    }
    Ok(name + "?immutable=1")
}
