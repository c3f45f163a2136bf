//! Writing what is given to a user: roles, group, platform accounts, level and scope, a password.

use rusqlite::{Connection, OptionalExtension, params};

use crate::base::ids::{GroupId, PlatformAccountId, RoleId, UserId};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::level::Level;
use crate::domain::scope::Scope;
use crate::store::apply::touch;
use crate::store::settings;

/// Puts these roles in the place of those that are there.
pub(super) fn roles(
    connection: &Connection,
    user: UserId,
    roles: &[RoleId],
    now: Timestamp,
) -> rusqlite::Result<()> {
    let values = roles.iter().map(|role| role.0);
    replace(connection, ("user_roles", "role"), user, values, now)
}

/// Puts these platform accounts in the place of those that are there.
pub(super) fn accounts(
    connection: &Connection,
    user: UserId,
    accounts: &[PlatformAccountId],
    now: Timestamp,
) -> rusqlite::Result<()> {
    let values = accounts.iter().map(|account| account.0);
    replace(connection, ("user_platform_accounts", "account"), user, values, now)
}

/// Only what differs is written: every row that goes or comes raises the number of authority.
fn replace(
    connection: &Connection,
    (table, column): (&str, &str),
    user: UserId,
    values: impl Iterator<Item = i64>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let before: Vec<i64> = connection
        .prepare_cached(&format!("SELECT {column} FROM {table} WHERE user = ?1"))?
        .query_map([user.0], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let after: Vec<i64> = values.collect();
    let taken = format!("DELETE FROM {table} WHERE user = ?1 AND {column} = ?2");
    let given = format!("INSERT INTO {table} (user, {column}) VALUES (?1, ?2)");
    for (sql, from, to) in [(taken, &before, &after), (given, &after, &before)] {
        for value in from.iter().filter(|value| !to.contains(value)) {
            connection.prepare_cached(&sql)?.execute([user.0, *value])?;
        }
    }
    touch(connection, user, "version = version", params![user.0, now.0])
}

/// Puts the user into a group, or into none.
pub(super) fn group(
    connection: &Connection,
    user: UserId,
    group: Option<GroupId>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    touch(connection, user, "group_id = ?3", params![user.0, now.0, group.map(|group| group.0)])
}

/// Sets level and scope. Whoever gets the first level is an admin; whoever loses it is what they were before.
pub(super) fn level(
    connection: &Connection,
    user: UserId,
    (level, scope): (Option<Level>, Option<&Scope>),
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM user_scope WHERE user = ?1")?.execute([user.0])?;
    let set = match level {
        Some(_) => {
            "kind_before = iif(level IS NULL, kind, kind_before), kind = 'admin', level = ?3, scope_all = ?4"
        }
        None => "kind = ifnull(kind_before, 'staff'), kind_before = NULL, level = ?3, scope_all = ?4",
    };
    let is_all = scope == Some(&Scope::All);
    touch(connection, user, set, params![user.0, now.0, level.map(Level::code), is_all])?;
    if let Some(Scope::Only(list)) = scope {
        for organisation in list {
            connection
                .prepare_cached("INSERT INTO user_scope (user, organisation) VALUES (?1, ?2)")?
                .execute([user.0, organisation.0])?;
        }
    }
    Ok(())
}

/// Who chose a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChosenBy {
    /// Its owner: good until it is too old.
    Owner,
    /// Somebody else: due at once.
    Another,
}

/// Sets a password. Any link that would set another one is dead.
pub(super) fn password(
    connection: &Connection,
    user: UserId,
    (hash, chosen_by): (&str, ChosenBy),
    now: Timestamp,
) -> rusqlite::Result<()> {
    let before: Option<(Option<String>, Option<i64>)> = connection
        .prepare_cached("SELECT password_hash, password_set_at FROM credentials WHERE user = ?1")?
        .query_row([user.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((Some(old), set_at)) = before {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO password_history (user, set_at, password_hash) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![user.0, set_at.unwrap_or(0), old])?;
        connection
            .prepare_cached(
                "DELETE FROM password_history WHERE user = ?1 AND set_at NOT IN
                 (SELECT set_at FROM password_history WHERE user = ?1 ORDER BY set_at DESC LIMIT ?2)",
            )?
            .execute(params![user.0, limits::PASSWORDS_KEPT_MAX])?;
    }
    connection
        .prepare_cached(
            "INSERT INTO credentials (user, password_hash, password_set_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (user) DO UPDATE SET password_hash = ?2, password_set_at = ?3",
        )?
        .execute(params![user.0, hash, now.0])?;
    connection
        .prepare_cached("DELETE FROM tokens WHERE user = ?1 AND kind = 'reset' AND used_at IS NULL")?
        .execute([user.0])?;
    let age_days = settings::number(connection, "password_age_days", limits::PASSWORD_AGE_DAYS)?;
    let expires_at = match chosen_by {
        ChosenBy::Owner if age_days > 0 => Some(now.plus_seconds(i64::from(age_days) * 86_400).0),
        ChosenBy::Owner | ChosenBy::Another => None,
    };
    let set = "password_due = ?3, password_expires_at = ?4, reset_until = NULL";
    touch(connection, user, set, params![user.0, now.0, chosen_by == ChosenBy::Another, expires_at])
}

/// What losing the level would restore, as its word; `None` without a level.
pub(super) fn kind_before(connection: &Connection, user: UserId) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT kind_before FROM visible_users WHERE id = ?1 AND level IS NOT NULL")?
        .query_row([user.0], |row| row.get::<_, Option<String>>(0))
        .optional()
        .map(Option::flatten)
}
