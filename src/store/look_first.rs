//! The first look at a file that should be a store.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::base::fault::Fault;
use crate::base::limits;
use crate::store::connection::fault;
use crate::store::migrate;

/// Looks at a file before anything is written to it: a corrupt, foreign or newer one is left as it is.
pub(super) fn look_first(path: &Path) -> Result<(), Fault> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|error| at(path, fault(&error)))?;
    connection
        .busy_timeout(Duration::from_millis(limits::STORE_BUSY_MS))
        .map_err(|error| at(path, fault(&error)))?;
    let version = migrate::version_of(&connection).map_err(|fault| at(path, fault))?;
    if version > migrate::NEWEST {
        return Err(at(path, migrate::newer(version)));
    }
    if version == 0 {
        return Err(Fault::store(format!(
            "`{}` is not a store of this program: nothing was changed",
            path.display()
        )));
    }
    Ok(())
}

/// `fault`, with the file that it is about.
pub(super) fn at(path: &Path, fault: Fault) -> Fault {
    fault.during(&format!("`{}`", path.display()))
}
