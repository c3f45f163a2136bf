//! Putting back what an undo restores.

use rusqlite::{Connection, params};

use crate::base::fault::Fault;
use crate::base::ids::{NoteId, UserId};
use crate::base::time::Timestamp;
use crate::domain::restore::{Access, Restore};
use crate::domain::status::StatusFacts;
use crate::store::apply::{set_attributes, set_names, set_tags, touch};
use crate::store::assign;
use crate::store::carry_out::changed;
use crate::store::connection::fault;
use crate::store::writer::Writing;

/// Puts `before` back.
pub(super) fn put_back(writing: &Writing<'_>, user: UserId, before: &Restore) -> Result<(), Fault> {
    let (connection, now) = (writing.connection, writing.now);
    let written = match before {
        Restore::Attributes(attributes) => return set_attributes(writing, user, attributes),
        Restore::Access(access) => put_back_access(writing, user, access),
        Restore::Names(names) => set_names(connection, user, names, now),
        Restore::Tags(tags) => set_tags(connection, user, tags, now),
        // Planned anew, as users who come and go.
        Restore::Members { .. } => Ok(()),
        Restore::Roles(roles) => assign::roles(connection, user, roles, now),
        Restore::Group(group) => assign::group(connection, user, *group, now),
        Restore::Accounts(accounts) => assign::accounts(connection, user, accounts, now),
        Restore::NoNote(note) => take_note(connection, user, *note),
    };
    written.map_err(|error| fault(&error))
}

fn take_note(connection: &Connection, user: UserId, note: NoteId) -> rusqlite::Result<()> {
    let rows = connection
        .prepare_cached("DELETE FROM notes WHERE id = ?1 AND user = ?2")?
        .execute([note.0, user.0])?;
    if rows != 1 {
        return Err(rusqlite::Error::StatementChangedRows(rows));
    }
    changed(connection, "note", user.0, user.0)
}

fn put_back_access(writing: &Writing<'_>, user: UserId, access: &Access) -> rusqlite::Result<()> {
    let StatusFacts { not_activated, admin_lock, auto_locked_at, deactivated, window, .. } =
        access.put_back(&StatusFacts::default());
    let time = |time: Option<Timestamp>| time.map(|time| time.0);
    touch(
        writing.connection,
        user,
        "not_activated = ?3, locked_at = ?4, locked_by = ?5, locked_reason = ?6, auto_locked_at = ?7,
         deactivated = ?8, window_from = ?9, window_to = ?10",
        params![
            user.0,
            writing.now.0,
            not_activated,
            admin_lock.as_ref().map(|lock| lock.at.0),
            admin_lock.as_ref().map(|lock| &lock.by),
            admin_lock.as_ref().map(|lock| &lock.reason),
            time(auto_locked_at),
            deactivated,
            window.map(|window| window.from.0),
            time(window.and_then(|window| window.to)),
        ],
    )?;
    let Some(failures) = access.failures() else { return Ok(()) };
    // What was guessed wrong meanwhile still counts.
    writing
        .connection
        .prepare_cached(
            "UPDATE credentials SET failures = failures + ?2, key_failures = key_failures + ?3 WHERE user = ?1",
        )?
        .execute(params![user.0, failures.by_password, failures.by_key])
        .map(drop)
}
