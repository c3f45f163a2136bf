//! Console sessions as the store keeps them: who, from where, by what, and what ended them.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use crate::base::ids::{SessionId, UserId};
use crate::domain::operator::{Entry, Via};
use crate::store::record::system_entry;
use crate::store::writer::Writing;
use crate::store::{audit, carry_out};

/// Live sessions of these processes.
pub(super) fn held_by(writing: &Writing<'_>, processes: &[u32]) -> rusqlite::Result<Vec<SessionId>> {
    let mut held = Vec::new();
    let mut statement = writing
        .connection
        .prepare_cached("SELECT id FROM sessions WHERE process = ?1 AND closed_at IS NULL")?;
    for process in processes {
        let found = statement.query_map([process], |row| row.get(0).map(SessionId))?;
        held.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(held)
}

/// Begins a session.
pub(super) fn open(
    writing: &Writing<'_>,
    entry: &Entry,
    via: Via,
    source: &str,
    process: u32,
) -> rusqlite::Result<SessionId> {
    let connection = writing.connection;
    connection
        .prepare_cached(
            "INSERT INTO sessions (user, login, source, proof, opened_at, process) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![entry.operator.0, entry.login, source, entry.proof, writing.now.0, process])?;
    let session = SessionId(connection.last_insert_rowid());
    carry_out::changed(connection, "session", session.0, session.0)?;
    let mut record = system_entry(writing, entry.operator, "session.open", source)?;
    record.actor.clone_from(&entry.login);
    record.actor_id = entry.operator.0;
    via.word().clone_into(&mut record.via);
    record.session = session.0;
    record.detail = json!({ "proof": entry.proof, "code": entry.code_at.is_some() }).to_string();
    audit::append(connection, record)?;
    Ok(session)
}

/// Ends a session; what ended it first stays.
pub(super) fn close(writing: &Writing<'_>, session: SessionId, reason: &str) -> rusqlite::Result<()> {
    let connection = writing.connection;
    connection
        .prepare_cached(
            "UPDATE sessions SET closed_at = ?2, end_reason = ?3 WHERE id = ?1 AND closed_at IS NULL",
        )?
        .execute(params![session.0, writing.now.0, reason])?;
    let found: Option<(i64, String, String, String)> = connection
        .prepare_cached("SELECT user, login, source, end_reason FROM sessions WHERE id = ?1")?
        .query_row([session.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    if let Some((user, login, source, reason)) = found {
        let mut record = system_entry(writing, UserId(user), "session.close", &source)?;
        record.actor = login;
        record.actor_id = user;
        record.session = session.0;
        record.reason = reason;
        audit::append(connection, record)?;
        carry_out::changed(connection, "session", session.0, session.0)?;
    }
    Ok(())
}
