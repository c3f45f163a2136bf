//! The account's settings, as far as the store itself goes by them.

use rusqlite::{Connection, OptionalExtension};

/// The number that setting `name` has, or `default` where it was never set.
pub(super) fn number(connection: &Connection, name: &str, default: u32) -> rusqlite::Result<u32> {
    let set: Option<String> = connection
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(set.and_then(|value| value.parse().ok()).unwrap_or(default))
}
