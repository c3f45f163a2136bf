//! Writing roles: what they are called and hold, and that they are gone.

use rusqlite::{Connection, params};

use crate::authz::standing::Operator;
use crate::base::ids::{RoleId, UserId};
use crate::domain::role_change::RoleChange;
use crate::domain::target::TargetKind;
use crate::store::carry_out::changed;
use crate::store::structure::write::{STRUCTURE, next_number, tell};
use crate::store::writer::Writing;

/// The code in the history of a user whose roles are others.
const ROLES: &str = "user.roles";

/// Writes one change; the number of the role that it made.
pub(in crate::store) fn role(
    writing: &Writing<'_>,
    change: &RoleChange,
    operator: &Operator,
) -> rusqlite::Result<Option<i64>> {
    let connection = writing.connection;
    match change {
        RoleChange::Made { name, description, organisation, rights } => {
            let id = next_number(connection, TargetKind::Role)?;
            connection
                .prepare_cached(
                    "INSERT INTO roles (id, organisation, name, description) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![id, organisation.map(|id| id.0), name, description])?;
            give(connection, RoleId(id), rights)?;
            changed(connection, STRUCTURE, id, id)?;
            return Ok(Some(id));
        }
        RoleChange::Named { role, name, description } => {
            touch(connection, *role, "name = ?2, description = ?3", params![role.0, name, description])?;
            // It stands in the row of everybody who has it.
            changed(connection, "role", role.0, role.0)?;
        }
        RoleChange::RightsSet { role, given, taken } => {
            give(connection, *role, given)?;
            take(connection, *role, taken)?;
            touch(connection, *role, "name = name", params![role.0])?;
        }
        RoleChange::Deleted { role, name } => delete(writing, *role, name, operator)?,
    }
    Ok(None)
}

fn give(connection: &Connection, role: RoleId, rights: &[&str]) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("INSERT INTO role_rights (role, right_code) VALUES (?1, ?2)")?;
    rights.iter().try_for_each(|right| statement.execute(params![role.0, right]).map(drop))
}

fn take(connection: &Connection, role: RoleId, rights: &[&str]) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("DELETE FROM role_rights WHERE role = ?1 AND right_code = ?2")?;
    rights.iter().try_for_each(|right| statement.execute(params![role.0, right]).map(drop))
}

/// Updates a role, raises its version, and tells the feed. Exactly one row, or it is a fault.
fn touch(
    connection: &Connection,
    role: RoleId,
    set: &str,
    values: &[&dyn rusqlite::ToSql],
) -> rusqlite::Result<()> {
    let sql = format!("UPDATE roles SET {set}, version = version + 1 WHERE id = ?1");
    let rows = connection.prepare_cached(&sql)?.execute(values)?;
    if rows != 1 {
        return Err(rusqlite::Error::StatementChangedRows(rows));
    }
    changed(connection, STRUCTURE, role.0, role.0)
}

fn delete(writing: &Writing<'_>, role: RoleId, name: &str, operator: &Operator) -> rusqlite::Result<()> {
    let connection = writing.connection;
    // Those who are not visible yet have it as well.
    let mut statement = connection.prepare_cached(
        "UPDATE users SET modified = ?2, version = version + 1
         WHERE id IN (SELECT user FROM user_roles WHERE role = ?1) RETURNING id",
    )?;
    let users: Vec<i64> =
        statement.query_map(params![role.0, writing.now.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for user in users {
        tell(writing, UserId(user), operator, ROLES, &format!("role lost: {name} was deleted"))?;
    }
    let rows = connection.prepare_cached("DELETE FROM roles WHERE id = ?1")?.execute([role.0])?;
    if rows != 1 {
        return Err(rusqlite::Error::StatementChangedRows(rows));
    }
    changed(connection, STRUCTURE, role.0, role.0)
}
