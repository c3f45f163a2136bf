//! Groups, roles and organisations, read; and who has them.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use crate::authz::grants::RightSet;
use crate::authz::groups::{Group, GroupTree, Holders};
use crate::authz::right::Right;
use crate::authz::roles::{NamedRole, Role};
use crate::authz::standing::Sight;
use crate::base::ids::{GroupId, OrganisationId, RoleId, UserId};
use crate::domain::organisation::{Organisation, OrganisationProfile};
use crate::domain::transfer_limits::TransferLimits;
use crate::store::rows::sight_clause;
use crate::store::users;

const GROUP: &str =
    "SELECT g.id, g.name, g.description, g.organisation, o.key, o.display_name, g.parent, g.limit_currency,
         g.limit_transfer, g.limit_day, g.limit_month, g.version
     FROM groups g LEFT JOIN organisations o ON o.id = g.organisation";

const ROLE: &str = "SELECT r.id, r.name, r.description, r.organisation, o.key, o.display_name, r.version
     FROM roles r LEFT JOIN organisations o ON o.id = r.organisation";

/// Every group, with its rights and how many users are in it.
pub(in crate::store) fn tree(connection: &Connection) -> rusqlite::Result<GroupTree> {
    let mut rights = rights(connection, "SELECT group_id, right_code FROM group_rights")?;
    let mut users = counts(
        connection,
        "SELECT group_id, count(*) FROM visible_users WHERE group_id IS NOT NULL GROUP BY group_id",
    )?;
    let mut statement = connection.prepare_cached(GROUP)?;
    let groups = statement.query_map([], group)?.map(|group| {
        let mut group = group?;
        group.rights = rights.remove(&group.id.0).unwrap_or_default();
        group.users = users.remove(&group.id.0).unwrap_or_default();
        Ok(group)
    });
    groups.collect::<rusqlite::Result<Vec<Group>>>().map(GroupTree::new)
}

/// One group.
pub(in crate::store) fn group_of(connection: &Connection, id: GroupId) -> rusqlite::Result<Option<Group>> {
    let found = connection
        .prepare_cached(&format!("{GROUP} WHERE g.id = ?1"))?
        .query_row([id.0], group)
        .optional()?;
    let Some(mut group) = found else { return Ok(None) };
    group.rights = rights_of(connection, "SELECT right_code FROM group_rights WHERE group_id = ?1", id.0)?;
    group.users = count(connection, "SELECT count(*) FROM visible_users WHERE group_id = ?1", id.0)?;
    Ok(Some(group))
}

/// One role.
pub(in crate::store) fn role_of(connection: &Connection, id: RoleId) -> rusqlite::Result<Option<Role>> {
    let found =
        connection.prepare_cached(&format!("{ROLE} WHERE r.id = ?1"))?.query_row([id.0], role).optional()?;
    let Some(mut role) = found else { return Ok(None) };
    role.rights = rights_of(connection, "SELECT right_code FROM role_rights WHERE role = ?1", id.0)?;
    role.users = count(
        connection,
        "SELECT count(*) FROM user_roles ur JOIN visible_users u ON u.id = ur.user WHERE ur.role = ?1",
        id.0,
    )?;
    Ok(Some(role))
}

/// Every role, by name.
pub(in crate::store) fn roles(connection: &Connection) -> rusqlite::Result<Vec<Role>> {
    let mut rights = rights(connection, "SELECT role, right_code FROM role_rights")?;
    let mut users = counts(
        connection,
        "SELECT ur.role, count(*) FROM user_roles ur JOIN visible_users u ON u.id = ur.user GROUP BY ur.role",
    )?;
    let mut statement = connection.prepare_cached(&format!("{ROLE} ORDER BY r.name, r.id"))?;
    let roles = statement.query_map([], role)?.map(|role| {
        let mut role = role?;
        role.rights = rights.remove(&role.id.0).unwrap_or_default();
        role.users = users.remove(&role.id.0).unwrap_or_default();
        Ok(role)
    });
    roles.collect()
}

/// Every role by its name.
pub(in crate::store) fn role_names(connection: &Connection) -> rusqlite::Result<Vec<NamedRole>> {
    connection
        .prepare_cached("SELECT id, name, organisation FROM roles")?
        .query_map([], |row| {
            let organisation = row.get::<_, Option<i64>>(2)?.map(OrganisationId);
            Ok(NamedRole { id: RoleId(row.get(0)?), name: row.get(1)?, organisation })
        })?
        .collect()
}

/// One organisation.
pub(in crate::store) fn organisation_of(
    connection: &Connection,
    id: OrganisationId,
) -> rusqlite::Result<Option<OrganisationProfile>> {
    connection
        .prepare_cached("SELECT key, display_name, version FROM organisations WHERE id = ?1")?
        .query_row([id.0], |row| {
            let organisation = Organisation { id, key: row.get(0)?, display_name: row.get(1)? };
            Ok(OrganisationProfile { organisation, version: row.get(2)? })
        })
        .optional()
}

/// Every organisation, by key.
pub(in crate::store) fn organisations(connection: &Connection) -> rusqlite::Result<Vec<Organisation>> {
    connection
        .prepare_cached("SELECT id, key, display_name FROM organisations ORDER BY key_folded")?
        .query_map([], |row| {
            Ok(Organisation { id: OrganisationId(row.get(0)?), key: row.get(1)?, display_name: row.get(2)? })
        })?
        .collect()
}

/// Roles that `user` has.
pub(in crate::store) fn roles_of(connection: &Connection, user: UserId) -> rusqlite::Result<Vec<RoleId>> {
    connection
        .prepare_cached("SELECT role FROM user_roles WHERE user = ?1")?
        .query_map([user.0], |row| row.get(0).map(RoleId))?
        .collect()
}

/// Who is in one of `groups`.
pub(in crate::store) fn in_groups(
    connection: &Connection,
    groups: &[GroupId],
) -> rusqlite::Result<Vec<Holders>> {
    let mut statement = connection.prepare_cached(
        "SELECT level, organisation, group_id, count(*) FROM visible_users WHERE group_id = ?1 GROUP BY 1, 2, 3",
    )?;
    let mut found = Vec::new();
    for group in groups {
        let holders = statement.query_map([group.0], holders)?;
        for one in holders {
            found.push(one?);
        }
    }
    Ok(found)
}

/// Staff in no group whom `sight` holds, of `organisation` where one is given; master administrators stay in none.
pub(in crate::store) fn free_staff(
    connection: &Connection,
    sight: &Sight,
    organisation: Option<OrganisationId>,
) -> rusqlite::Result<u64> {
    let mut values = Vec::new();
    let within = sight_clause(sight, &mut values);
    values.push(organisation.map_or(Value::Null, |id| Value::Integer(id.0)));
    let sql = format!(
        "SELECT count(*) FROM visible_users u WHERE u.kind <> 'customer' AND u.group_id IS NULL AND {within}
         AND (u.level IS NULL OR u.level <> 'MA') AND (?{0} IS NULL OR u.organisation = ?{0})",
        values.len()
    );
    connection.query_row(&sql, params_from_iter(&values), |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// Who has `role`.
pub(in crate::store) fn with_role(connection: &Connection, role: RoleId) -> rusqlite::Result<Vec<Holders>> {
    connection
        .prepare_cached(
            "SELECT u.level, u.organisation, u.group_id, count(*) FROM user_roles ur JOIN visible_users u ON u.id = ur.user
             WHERE ur.role = ?1 GROUP BY 1, 2, 3",
        )?
        .query_map([role.0], holders)?
        .collect()
}

fn holders(row: &Row<'_>) -> rusqlite::Result<Holders> {
    Ok(Holders {
        level: users::level(row, 0)?,
        organisation: OrganisationId(row.get(1)?),
        group: row.get::<_, Option<i64>>(2)?.map(GroupId),
        count: row.get::<_, i64>(3)?.unsigned_abs(),
    })
}

fn organisation_at(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Organisation>> {
    let Some(id) = row.get::<_, Option<i64>>(at)? else { return Ok(None) };
    Ok(Some(Organisation { id: OrganisationId(id), key: row.get(at + 1)?, display_name: row.get(at + 2)? }))
}

fn group(row: &Row<'_>) -> rusqlite::Result<Group> {
    let limits = match row.get::<_, Option<String>>(7)? {
        Some(currency) => {
            Some(TransferLimits { currency, transfer: row.get(8)?, day: row.get(9)?, month: row.get(10)? })
        }
        None => None,
    };
    Ok(Group {
        id: GroupId(row.get(0)?),
        name: row.get(1)?,
        description: row.get(2)?,
        organisation: organisation_at(row, 3)?,
        parent: row.get::<_, Option<i64>>(6)?.map(GroupId),
        rights: RightSet::EMPTY,
        limits,
        users: 0,
        version: row.get(11)?,
    })
}

fn role(row: &Row<'_>) -> rusqlite::Result<Role> {
    Ok(Role {
        id: RoleId(row.get(0)?),
        name: row.get(1)?,
        description: row.get(2)?,
        organisation: organisation_at(row, 3)?,
        rights: RightSet::EMPTY,
        users: 0,
        version: row.get(6)?,
    })
}

fn rights_of(connection: &Connection, sql: &str, id: i64) -> rusqlite::Result<RightSet> {
    let mut statement = connection.prepare_cached(sql)?;
    let codes: Vec<String> = statement.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(RightSet::closed(codes.iter().filter_map(|code| Right::parse(code))))
}

fn rights(connection: &Connection, sql: &str) -> rusqlite::Result<BTreeMap<i64, RightSet>> {
    let mut all: BTreeMap<i64, RightSet> = BTreeMap::new();
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(right) = Right::parse(row.get_ref(1)?.as_str()?) {
            let held = all.entry(row.get(0)?).or_default();
            *held = held.union(RightSet::closed([right]));
        }
    }
    Ok(all)
}

fn counts(connection: &Connection, sql: &str) -> rusqlite::Result<BTreeMap<i64, u64>> {
    connection
        .prepare_cached(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?
        .collect()
}

fn count(connection: &Connection, sql: &str, id: i64) -> rusqlite::Result<u64> {
    connection.prepare_cached(sql)?.query_row([id], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}
