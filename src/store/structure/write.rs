//! Writing groups: what they are called and hold, who is in them, and that they are gone.

use rusqlite::{Connection, params};

use crate::authz::right::Right;
use crate::authz::standing::Operator;
use crate::base::ids::{GroupId, UserId};
use crate::domain::group_change::{GroupChange, NewGroup};
use crate::domain::target::TargetKind;
use crate::domain::transfer_limits::TransferLimits;
use crate::store::carry_out::changed;
use crate::store::writer::Writing;

/// The kind of a change that no row of a list shows: whoever looks at groups asks again, and nothing else does.
pub(in crate::store) const STRUCTURE: &str = "structure";

/// The code in the history of a user whose group is another.
const MOVED: &str = "user.group";

/// Writes one change; the number of the group that it made.
pub(in crate::store) fn group(
    writing: &Writing<'_>,
    change: &GroupChange,
    operator: &Operator,
) -> rusqlite::Result<Option<i64>> {
    let connection = writing.connection;
    match change {
        GroupChange::Made(new) => return made(writing, new, operator).map(Some),
        GroupChange::Named { group, name, description } => {
            touch(connection, *group, "name = ?2, description = ?3", params![group.0, name, description])?;
            // It stands in the row of everybody in it.
            changed(connection, "group", group.0, group.0)?;
        }
        GroupChange::RightsGiven { group, rights } => {
            give(connection, *group, rights)?;
            touch(connection, *group, "name = name", params![group.0])?;
        }
        GroupChange::RightsTaken { groups, rights } => {
            groups.iter().try_for_each(|group| take(connection, *group, rights))?;
        }
        GroupChange::LimitsSet { group, limits } => {
            limit(connection, *group, limits.as_ref())?;
            touch(connection, *group, "name = name", params![group.0])?;
        }
        GroupChange::MembersMoved { group, name, joined, left } => {
            for user in joined {
                move_user(writing, (*user, None), Some(*group), name, operator)?;
            }
            for user in left {
                move_user(writing, (*user, Some(*group)), None, name, operator)?;
            }
            touch(connection, *group, "name = name", params![group.0])?;
        }
        GroupChange::Deleted { groups, name } => {
            groups.iter().try_for_each(|group| delete(writing, *group, name, operator))?;
        }
    }
    Ok(None)
}

fn made(writing: &Writing<'_>, new: &NewGroup, operator: &Operator) -> rusqlite::Result<i64> {
    let connection = writing.connection;
    let id = next_number(connection, TargetKind::Group)?;
    let (organisation, parent) = (new.organisation.map(|id| id.0), new.parent.map(|id| id.0));
    connection
        .prepare_cached(
            "INSERT INTO groups (id, organisation, parent, name, description) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![id, organisation, parent, new.name, new.description])?;
    let group = GroupId(id);
    give(connection, group, &new.rights)?;
    limit(connection, group, new.limits.as_ref())?;
    for user in &new.users {
        move_user(writing, (*user, None), Some(group), &new.name, operator)?;
    }
    changed(connection, STRUCTURE, id, id)?;
    Ok(id)
}

/// Gives rights to a group.
fn give(connection: &Connection, group: GroupId, rights: &[&str]) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("INSERT INTO group_rights (group_id, right_code) VALUES (?1, ?2)")?;
    for right in rights {
        statement.execute(params![group.0, right])?;
    }
    Ok(())
}

fn take(connection: &Connection, group: GroupId, rights: &[&str]) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("DELETE FROM group_rights WHERE group_id = ?1 AND right_code = ?2")?;
    for right in rights {
        statement.execute(params![group.0, right])?;
    }
    // Without the right to move money there is nothing to limit.
    if rights.contains(&Right::CardTransfer.code()) {
        limit(connection, group, None)?;
    }
    touch(connection, group, "name = name", params![group.0])
}

fn limit(connection: &Connection, group: GroupId, limits: Option<&TransferLimits>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE groups SET limit_currency = ?2, limit_transfer = ?3, limit_day = ?4, limit_month = ?5 WHERE id = ?1",
        )?
        .execute(params![
            group.0,
            limits.map(|limits| limits.currency.as_str()),
            limits.map(|limits| limits.transfer),
            limits.map(|limits| limits.day),
            limits.map(|limits| limits.month),
        ])
        .map(drop)
}

/// Updates a group, raises its version, and tells the feed. Exactly one row, or it is a fault.
fn touch(
    connection: &Connection,
    group: GroupId,
    set: &str,
    values: &[&dyn rusqlite::ToSql],
) -> rusqlite::Result<()> {
    let sql = format!("UPDATE groups SET {set}, version = version + 1 WHERE id = ?1");
    let rows = connection.prepare_cached(&sql)?.execute(values)?;
    if rows != 1 {
        return Err(rusqlite::Error::StatementChangedRows(rows));
    }
    changed(connection, STRUCTURE, group.0, group.0)
}

/// Moves a user from one group to another, each of which may be none; not where they are in another by now.
fn move_user(
    writing: &Writing<'_>,
    (user, from): (UserId, Option<GroupId>),
    to: Option<GroupId>,
    name: &str,
    operator: &Operator,
) -> rusqlite::Result<()> {
    let rows = writing
        .connection
        .prepare_cached(
            "UPDATE users SET group_id = ?3, modified = ?4, version = version + 1 WHERE id = ?1 AND group_id IS ?2",
        )?
        .execute(params![user.0, from.map(|id| id.0), to.map(|id| id.0), writing.now.0])?;
    if rows != 1 {
        return Err(rusqlite::Error::StatementChangedRows(rows));
    }
    let detail = if to.is_some() { format!("into {name}") } else { format!("out of {name}") };
    tell(writing, user, operator, MOVED, &detail)
}

/// Puts a row into the history of `user`, and tells the feed that they are others.
pub(in crate::store) fn tell(
    writing: &Writing<'_>,
    user: UserId,
    operator: &Operator,
    code: &str,
    detail: &str,
) -> rusqlite::Result<()> {
    let actor = &operator.standing.login;
    writing
        .connection
        .prepare_cached(
            "INSERT INTO history (user, code, at, actor, device, detail) VALUES (?1, ?2, ?3, ?4, 'console', ?5)",
        )?
        .execute(params![user.0, code, writing.now.0, actor, detail])?;
    changed(writing.connection, "user", user.0, user.0)
}

fn delete(writing: &Writing<'_>, group: GroupId, name: &str, operator: &Operator) -> rusqlite::Result<()> {
    let connection = writing.connection;
    // Those who are not visible yet are in it as well.
    let mut statement = connection.prepare_cached(
        "UPDATE users SET group_id = NULL, modified = ?2, version = version + 1 WHERE group_id = ?1 RETURNING id",
    )?;
    let users: Vec<i64> =
        statement.query_map([group.0, writing.now.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for user in users {
        tell(writing, UserId(user), operator, MOVED, &format!("group lost: {name} was deleted"))?;
    }
    let rows = connection.prepare_cached("DELETE FROM groups WHERE id = ?1")?.execute([group.0])?;
    if rows != 1 {
        return Err(rusqlite::Error::StatementChangedRows(rows));
    }
    changed(connection, STRUCTURE, group.0, group.0)
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
