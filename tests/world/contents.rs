//! Everything that a store holds, as text: what a test compares before and after.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::Connection;
use wardroom::store::Places;

/// Every row of every table, as text.
pub(crate) type Contents = BTreeMap<String, Vec<String>>;

/// Tables that are not the same in both.
pub(crate) fn differing(before: &Contents, after: &Contents) -> BTreeSet<String> {
    let names = before.keys().chain(after.keys());
    names.filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

/// Where store and key of a world lie.
pub(crate) fn places(folder: &Path) -> Places {
    Places { database: folder.join("data/wardroom.db"), field_key: folder.join("keys/field.key") }
}

pub(super) fn all_rows(connection: &Connection, table: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..columns).map(|column| row.get_ref(column).map(shown)).collect::<Result<Vec<_>, _>>()
    });
    rows.unwrap().map(|row| row.unwrap().join("|")).collect()
}

pub(super) fn shown(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => wardroom::domain::audit::hex(bytes),
    }
}
