//! One connection to the file: pragmas, and SQLite's errors in words.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::store::functions;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The one writer of this process, or the checkpointer.
    Write,
    /// A reader: SQLite itself refuses a write on it.
    Read,
}

/// Opens the file, which must be there.
pub(super) fn open(path: &Path, purpose: Purpose) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    connect(path, flags, purpose)
}

/// Makes the file, which must not be there.
pub(super) fn create(path: &Path) -> Result<Connection, Fault> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    connect(path, flags, Purpose::Write)
}

fn connect(path: &Path, flags: OpenFlags, purpose: Purpose) -> Result<Connection, Fault> {
    let mut connection = Connection::open_with_flags(path, flags).map_err(|error| fault(&error))?;
    prepare(&mut connection, purpose).map_err(|error| fault(&error))?;
    Ok(connection)
}

fn prepare(connection: &mut Connection, purpose: Purpose) -> rusqlite::Result<()> {
    connection.busy_handler(Some(waits))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // Acknowledged means durable, also when the power goes.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A file from elsewhere may hold views and triggers that call functions: none may.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // What was deleted is overwritten: tokens and seeds do not stay in free pages.
    connection.pragma_update(None, "secure_delete", true)?;
    // The checkpointer does it, off the writer.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", limits::WAL_BYTES_KEPT)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // A plan that may follow the values is made anew whenever a value is bound: ten times the work of finding one row.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(limits::STATEMENTS_CACHED);
    if purpose == Purpose::Write {
        connection.pragma_update(None, "cache_size", -limits::WRITER_CACHE_KIB)?;
    } else {
        connection.pragma_update(None, "query_only", true)?;
        functions::add(connection)?;
    }
    Ok(())
}

/// Whether to try again after `tries` times. SQLite's own pauses grow to a tenth of a second: beside another process
/// that writes piece after piece, they miss every moment in between.
fn waits(tries: i32) -> bool {
    std::thread::sleep(Duration::from_millis(1));
    u64::try_from(tries).is_ok_and(|tries| tries < limits::STORE_BUSY_MS)
}

/// An error of SQLite in words: what failed, and what to do.
#[expect(clippy::wildcard_enum_match_arm, reason = "the list is SQLite's")]
pub(super) fn fault(error: &rusqlite::Error) -> Fault {
    let Some(code) = error.sqlite_error_code() else {
        return Fault::store(format!("the store answered something unexpected: {error}"));
    };
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            Fault::store("the store is locked by another process: try again, or end that process")
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
            Fault::store("the store cannot be written: check the owner and the mode of the data directory")
        }
        ErrorCode::DiskFull => {
            Fault::store("the disk is full: nothing was written; free some space and try again")
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            Fault::store("the store is corrupt: stop here, and restore a backup")
        }
        ErrorCode::CannotOpen => Fault::store("the store cannot be opened: check the path and its mode"),
        ErrorCode::SystemIoFailure => Fault::store(format!("the disk failed: {error}")),
        _ => Fault::store(format!("the store failed: {error}")),
    }
}
