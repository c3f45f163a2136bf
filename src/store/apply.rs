//! Writing one change: what becomes true, as rows.

use rusqlite::{Connection, params};

use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::domain::change::Change;
use crate::domain::user::{Names, name_key};
use crate::store::assign::ChosenBy;
use crate::store::carry_out::changed;
use crate::store::connection::fault;
use crate::store::structure::{write, write_role};
use crate::store::writer::Writing;
use crate::store::{archive, assign, restore, sealed_fields, trusted_keys};

/// Writes one change; the number of the row that it added, where that is told.
pub(super) fn apply(
    writing: &Writing<'_>,
    change: &Change,
    operator: &Operator,
) -> Result<Option<i64>, Fault> {
    let (connection, now) = (writing.connection, writing.now);
    let written = match change {
        // What may have to be sealed fails in more ways than SQL does.
        Change::AttributesSet { user, attributes } => {
            return set_attributes(writing, *user, attributes).map(|()| None);
        }
        Change::Restored { user, before } => {
            return restore::put_back(writing, *user, before).map(|()| None);
        }
        Change::NoteAdded { user, text } => {
            return add_note(writing, *user, operator, text).map(Some).map_err(|error| fault(&error));
        }
        Change::AdminLockSet { user, lock } => {
            let set = "locked_at = ?3, locked_by = ?4, locked_reason = ?5";
            touch(connection, *user, set, params![user.0, now.0, lock.at.0, lock.by, lock.reason])
        }
        Change::LocksEnded { user } => {
            let set = "locked_at = NULL, locked_by = NULL, locked_reason = NULL, auto_locked_at = NULL";
            touch(connection, *user, set, params![user.0, now.0])
                .and_then(|()| forget_failures(connection, *user))
        }
        Change::DeactivationSet { user } => {
            touch(connection, *user, "deactivated = 1", params![user.0, now.0])
        }
        Change::DeactivationEnded { user } => {
            let set = "deactivated = 0, window_from = NULL, window_to = NULL";
            touch(connection, *user, set, params![user.0, now.0])
        }
        Change::FirstActivated { user } => {
            touch(connection, *user, "not_activated = 0", params![user.0, now.0])
        }
        Change::WindowSet { user, window } => {
            let set = "window_from = ?3, window_to = ?4";
            touch(connection, *user, set, params![user.0, now.0, window.from.0, window.to.map(|to| to.0)])
        }
        Change::WindowEnded { user } => {
            touch(connection, *user, "window_from = NULL, window_to = NULL", params![user.0, now.0])
        }
        Change::TagsSet { user, tags } => set_tags(connection, *user, tags, now),
        Change::SessionsEnded { user, why } => end_sessions(writing, "user", user.0, why),
        Change::SessionEnded { session, why } => end_sessions(writing, "id", session.0, why),
        Change::TrustedKeysForgotten { user } => trusted_keys::forget(connection, *user, now),
        Change::NamesSet { user, names } => set_names(connection, *user, names, now),
        Change::Role(change) => {
            return write_role::role(writing, change, operator).map_err(|error| fault(&error));
        }
        Change::Group(change) => {
            return write::group(writing, change, operator).map_err(|error| fault(&error));
        }
        Change::RolesSet { user, roles } => assign::roles(connection, *user, roles, now),
        Change::GroupSet { user, group } => assign::group(connection, *user, *group, now),
        Change::AccountsSet { user, accounts } => assign::accounts(connection, *user, accounts, now),
        Change::LevelSet { user, level, scope } => {
            assign::level(connection, *user, (*level, scope.as_ref()), now)
        }
        Change::PasswordSet { user, hash } => {
            assign::password(connection, *user, (hash.expose(), ChosenBy::Another), now)
        }
        Change::UserDeleted { user } => archive::delete(writing, *user),
    };
    written.map(|()| None).map_err(|error| fault(&error))
}

/// Adds a note; its number.
fn add_note(writing: &Writing<'_>, user: UserId, operator: &Operator, text: &str) -> rusqlite::Result<i64> {
    let (connection, author) = (writing.connection, &operator.standing);
    connection
        .prepare_cached(
            "INSERT INTO notes (user, at, author, author_login, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![user.0, writing.now.0, author.id.0, author.login, text])?;
    let note = connection.last_insert_rowid();
    changed(connection, "note", user.0, user.0).map(|()| note)
}

/// Failures are counted from 0 again.
fn forget_failures(connection: &Connection, user: UserId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE credentials SET failures = 0, key_failures = 0 WHERE user = ?1")?
        .execute([user.0])
        .map(drop)
}

/// Sets the custom attributes: these and no others, sealed where the organisation has them encrypted.
pub(super) fn set_attributes(
    writing: &Writing<'_>,
    user: UserId,
    attributes: &[(String, String)],
) -> Result<(), Fault> {
    sealed_fields::set_attributes(writing, user, attributes)?;
    touch(writing.connection, user, "version = version", params![user.0, writing.now.0])
        .map_err(|error| fault(&error))
}

/// Sets the names, and the key by which lists sort them.
pub(super) fn set_names(
    connection: &Connection,
    user: UserId,
    names: &Names,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let set = "title = ?3, first_name = ?4, middle_name = ?5, last_name = ?6, name_folded = ?7";
    let key = name_key(&names.last, &names.first);
    let Names { title, first, middle, last } = names;
    touch(connection, user, set, params![user.0, now.0, title, first, middle, last, key])
}

/// Puts these tags in the place of those that are there.
pub(super) fn set_tags(
    connection: &Connection,
    user: UserId,
    tags: &[String],
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM user_tags WHERE user = ?1")?.execute([user.0])?;
    for tag in tags {
        connection
            .prepare_cached("INSERT INTO user_tags (user, tag) VALUES (?1, ?2)")?
            .execute(params![user.0, tag])?;
    }
    touch(connection, user, "version = version", params![user.0, now.0])
}

/// Ends the live sessions whose `column` is `value`; each is told why.
fn end_sessions(writing: &Writing<'_>, column: &str, value: i64, why: &str) -> rusqlite::Result<()> {
    let sql = format!(
        "UPDATE sessions SET closed_at = ?2, end_reason = ?3 WHERE {column} = ?1 AND closed_at IS NULL RETURNING id"
    );
    let mut statement = writing.connection.prepare_cached(&sql)?;
    let ended = statement.query_map(params![value, writing.now.0, why], |row| row.get(0))?;
    let ended = ended.collect::<rusqlite::Result<Vec<i64>>>()?;
    for session in &ended {
        changed(writing.connection, "session", *session, *session)?;
    }
    if ended.is_empty() { Ok(()) } else { raise_authority(writing.connection) }
}

/// Updates a user: sets `set`, raises the version, and tells the feed. Exactly one row, or it is a fault.
pub(super) fn touch(
    connection: &Connection,
    user: UserId,
    set: &str,
    values: &[&dyn rusqlite::ToSql],
) -> rusqlite::Result<()> {
    let sql = format!("UPDATE users SET {set}, modified = ?2, version = version + 1 WHERE id = ?1");
    let rows = connection.prepare_cached(&sql)?.execute(values)?;
    if rows != 1 {
        return Err(rusqlite::Error::StatementChangedRows(rows));
    }
    changed(connection, "user", user.0, user.0)
}

/// Makes every live session look whether it may go on. Changes of authority raise the number by themselves (triggers).
fn raise_authority(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE state SET value = value + 1 WHERE name = 'authority'")?
        .execute([])
        .map(drop)
}
