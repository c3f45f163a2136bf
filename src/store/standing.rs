//! Where people stand, read for a decision; and the facts that decisions look at.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::actions::case::LiveSession;
use crate::authz::grants::{Grantable, RightSet};
use crate::authz::masters::Master;
use crate::authz::right::Right;
use crate::authz::standing::{Operator, Standing};
use crate::base::ids::{GroupId, OrganisationId, PlatformAccountId, SessionId, UserId};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::user::Kind;
use crate::store::users::{self, FACT_COLUMNS};

/// Where `id` stands at `now`, or `None` where there is no such user.
pub(super) fn standing(
    connection: &Connection,
    id: UserId,
    now: Timestamp,
) -> rusqlite::Result<Option<Standing>> {
    let sql = format!(
        "SELECT u.login, u.kind, u.level, u.organisation, u.group_id, u.scope_all, {FACT_COLUMNS} FROM visible_users u WHERE u.id = ?1"
    );
    let found = connection.prepare_cached(&sql)?.query_row([id.0], |row| head(id, row, now)).optional()?;
    let Some((mut standing, all)) = found else {
        return Ok(None);
    };
    standing.scope = users::scope(connection, id, standing.level, standing.organisation, all)?;
    if standing.kind != Kind::Customer {
        granted(connection, &mut standing)?;
    }
    Ok(Some(standing))
}

fn head(id: UserId, row: &Row<'_>, now: Timestamp) -> rusqlite::Result<(Standing, bool)> {
    let organisation = OrganisationId(row.get(3)?);
    let facts = users::facts(row, 6)?;
    let standing = Standing {
        id,
        login: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
        kind: users::kind(&row.get::<_, String>(1)?),
        status: facts.status_at(now),
        status_until: facts.holds_until(now),
        level: users::level(row, 2)?,
        scope: crate::domain::scope::Scope::of(organisation),
        organisation,
        group: row.get::<_, Option<i64>>(4)?.map(GroupId),
        accounts: BTreeSet::new(),
        rights: RightSet::EMPTY,
        assigned: false,
    };
    Ok((standing, row.get(5)?))
}

fn granted(connection: &Connection, standing: &mut Standing) -> rusqlite::Result<()> {
    let id = standing.id.0;
    let roles: i64 = connection
        .prepare_cached("SELECT count(*) FROM user_roles WHERE user = ?1")?
        .query_row([id], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(
        "SELECT rr.right_code FROM user_roles ur JOIN role_rights rr ON rr.role = ur.role WHERE ur.user = ?1
         UNION SELECT right_code FROM group_rights WHERE group_id = ?2",
    )?;
    let codes: Vec<String> = statement
        .query_map((id, standing.group.map(|group| group.0)), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let own = RightSet::closed(codes.iter().filter_map(|code| Right::parse(code)));
    standing.rights = standing.level.map_or(own, |level| RightSet::of_level(level).union(own));
    standing.assigned = standing.level.is_some() || standing.group.is_some() || roles > 0;
    let mut accounts =
        connection.prepare_cached("SELECT account FROM user_platform_accounts WHERE user = ?1")?;
    standing.accounts =
        accounts.query_map([id], |row| row.get(0).map(PlatformAccountId))?.collect::<Result<_, _>>()?;
    Ok(())
}

/// An operator: the standing, and the groups strictly below the own one.
pub(super) fn operator(
    connection: &Connection,
    id: UserId,
    now: Timestamp,
) -> rusqlite::Result<Option<Operator>> {
    let Some(standing) = standing(connection, id, now)? else {
        return Ok(None);
    };
    let groups_below = match standing.group {
        Some(group) => below(connection, group)?,
        None => BTreeSet::new(),
    };
    Ok(Some(Operator { standing, groups_below }))
}

fn below(connection: &Connection, group: GroupId) -> rusqlite::Result<BTreeSet<GroupId>> {
    // UNION, not UNION ALL: a cycle, which no action makes, would not run for ever.
    let mut statement = connection.prepare_cached(
        "WITH RECURSIVE tree(id, depth) AS (
             SELECT id, 1 FROM groups WHERE parent = ?1
             UNION SELECT g.id, depth + 1 FROM groups g JOIN tree t ON g.parent = t.id WHERE depth < ?2
         ) SELECT id FROM tree",
    )?;
    statement.query_map((group.0, limits::GROUP_DEPTH_MAX), |row| row.get(0).map(GroupId))?.collect()
}

/// All master administrators, with what decides whether they can work.
pub(super) fn masters(connection: &Connection) -> rusqlite::Result<Vec<Master>> {
    let sql = format!("SELECT u.id, {FACT_COLUMNS} FROM visible_users u WHERE u.level = 'MA'");
    connection
        .prepare_cached(&sql)?
        .query_map([], |row| Ok(Master { id: UserId(row.get(0)?), facts: users::facts(row, 1)? }))?
        .collect()
}

/// Live console sessions of a user, the oldest first.
pub(super) fn live_sessions(connection: &Connection, id: UserId) -> rusqlite::Result<Vec<LiveSession>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, source, opened_at FROM sessions WHERE user = ?1 AND closed_at IS NULL ORDER BY id",
    )?;
    let found = statement.query_map([id.0], |row| {
        Ok(LiveSession { id: SessionId(row.get(0)?), source: row.get(1)?, opened_at: Timestamp(row.get(2)?) })
    })?;
    found.collect()
}

/// How much there is about a user: notes, rows of the history, messages that wait to go out.
pub(super) fn belongings(connection: &Connection, id: UserId) -> rusqlite::Result<[u64; 3]> {
    let count = |sql: &str| {
        let counted = connection.prepare_cached(sql)?.query_row([id.0], |row| row.get::<_, i64>(0));
        counted.map(i64::unsigned_abs)
    };
    Ok([
        count("SELECT count(*) FROM notes WHERE user = ?1")?,
        count("SELECT count(*) FROM history WHERE user = ?1")?,
        count("SELECT count(*) FROM outbox WHERE user = ?1 AND state = 'waiting'")?,
    ])
}

/// Which of the two tables of things that can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Given {
    /// Roles.
    Role,
    /// Groups.
    Group,
}

impl Given {
    /// One of them, as a word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Group => "group",
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Role => "roles",
            Self::Group => "groups",
        }
    }
}

/// Roles or groups with this name that a user of `organisation` could have.
pub(super) fn grantable(
    connection: &Connection,
    which: Given,
    name: &str,
    organisation: OrganisationId,
) -> rusqlite::Result<Option<Grantable>> {
    let table = which.table();
    let find = format!(
        "SELECT id FROM {table} WHERE name = ?1 AND (organisation = ?2 OR organisation IS NULL)
         ORDER BY organisation IS NULL LIMIT 1"
    );
    let id: Option<i64> =
        connection.prepare_cached(&find)?.query_row((name, organisation.0), |row| row.get(0)).optional()?;
    id.map_or(Ok(None), |id| grantable_by_id(connection, which, id))
}

/// The role or group with this number.
pub(super) fn grantable_by_id(
    connection: &Connection,
    which: Given,
    id: i64,
) -> rusqlite::Result<Option<Grantable>> {
    let find = format!("SELECT id, name, organisation FROM {} WHERE id = ?1", which.table());
    let rights = match which {
        Given::Role => "SELECT right_code FROM role_rights WHERE role = ?1",
        Given::Group => "SELECT right_code FROM group_rights WHERE group_id = ?1",
    };
    let found = connection
        .prepare_cached(&find)?
        .query_row([id], |row| {
            Ok(Grantable {
                id: row.get(0)?,
                name: row.get(1)?,
                organisation: row.get::<_, Option<i64>>(2)?.map(OrganisationId),
                rights: RightSet::EMPTY,
            })
        })
        .optional()?;
    let Some(mut grantable) = found else {
        return Ok(None);
    };
    let mut statement = connection.prepare_cached(rights)?;
    let codes: Vec<String> =
        statement.query_map([grantable.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    grantable.rights = RightSet::closed(codes.iter().filter_map(|code| Right::parse(code)));
    Ok(Some(grantable))
}
