//! Writing groups.

use rusqlite::{Connection, params};

use crate::base::ids::GroupId;
use crate::domain::target::TargetKind;
use crate::store::carry_out::changed;

/// The kind of a change that no row of a list shows: whoever looks at groups asks again, and nothing else does.
pub(in crate::store) const STRUCTURE: &str = "structure";

/// Inserts a group; its number.
pub(in crate::store) fn make_group(
    connection: &Connection,
    (name, description): (&str, &str),
    organisation: Option<i64>,
    parent: Option<i64>,
    rights: &[&str],
) -> rusqlite::Result<i64> {
    let id = next_number(connection, TargetKind::Group)?;
    connection
        .prepare_cached(
            "INSERT INTO groups (id, organisation, parent, name, description) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![id, organisation, parent, name, description])?;
    give(connection, GroupId(id), rights)?;
    changed(connection, STRUCTURE, id, id)?;
    Ok(id)
}

/// Gives rights to a group.
pub(in crate::store) fn give(
    connection: &Connection,
    group: GroupId,
    rights: &[&str],
) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("INSERT INTO group_rights (group_id, right_code) VALUES (?1, ?2)")?;
    for right in rights {
        statement.execute(params![group.0, right])?;
    }
    Ok(())
}

/// A number that nothing of this kind has had before: the audit goes on to name what is gone.
pub(in crate::store) fn next_number(connection: &Connection, kind: TargetKind) -> rusqlite::Result<i64> {
    let (table, name) = match kind {
        TargetKind::User => ("users", "newest_user"),
        TargetKind::Group => ("groups", "newest_group"),
        TargetKind::Role => ("roles", "newest_role"),
        TargetKind::Organisation => ("organisations", "newest_organisation"),
    };
    let sql = format!(
        "INSERT INTO state (name, value) SELECT ?1, 1 + coalesce(max(id), 0) FROM {table} WHERE true
         ON CONFLICT (name) DO UPDATE SET value = max(value + 1, excluded.value) RETURNING value"
    );
    connection.prepare_cached(&sql)?.query_row([name], |row| row.get(0))
}
