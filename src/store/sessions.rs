//! Console sessions as the store keeps them: who, from where, by what, and what ended them.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use serde_json::json;

use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::authz::standing::Operator;
use crate::base::ids::{SessionId, UserId};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::audit::Record;
use crate::domain::operator::{Entry, Via};
use crate::protocol::{ConsoleSession, Reply, SessionPage};
use crate::store::ask::bound;
use crate::store::record::system_entry;
use crate::store::writer::Writing;
use crate::store::{audit, carry_out, rows};

/// Live sessions `s` of the users `u`. The index holds the live ones only: those of years past are not looked at.
const LIVE: &str = "FROM sessions s INDEXED BY sessions_live
     CROSS JOIN visible_users u ON u.id = s.user WHERE s.closed_at IS NULL";

/// The columns of a session, in the order of [`found`].
const COLUMNS: &str = "s.id, s.user, s.source, s.proof, s.opened_at";

/// At most `rows` live sessions that exist for `operator`, newest first, and how many there are.
pub(super) fn page(
    connection: &Connection,
    operator: &Operator,
    before: Option<SessionId>,
    rows: usize,
) -> rusqlite::Result<SessionPage> {
    let mut values = Vec::new();
    let within = whose(operator, &mut values);
    let count = connection
        .prepare_cached(&format!("SELECT count(*) {LIVE} AND {within}"))?
        .query_row(params_from_iter(&values), |row| row.get::<_, i64>(0))?
        .unsigned_abs();
    values.push(Value::Integer(before.map_or(i64::MAX, |before| before.0)));
    values.push(Value::Integer(bound(rows.min(limits::SESSIONS_LISTED_MAX))));
    let (before, most) = (values.len() - 1, values.len());
    let sql =
        format!("SELECT {COLUMNS} {LIVE} AND {within} AND s.id < ?{before} ORDER BY s.id DESC LIMIT ?{most}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut sessions = Vec::new();
    let mut live = statement.query(params_from_iter(&values))?;
    while let Some(row) = live.next()? {
        sessions.extend(found(connection, operator, row)?);
    }
    Ok(SessionPage { sessions, count })
}

/// One live session; what is hidden, what has ended and what never was are answered alike.
pub(super) fn one(connection: &Connection, operator: &Operator, id: SessionId) -> rusqlite::Result<Reply> {
    let mut values = Vec::new();
    let within = whose(operator, &mut values);
    values.push(Value::Integer(id.0));
    let sql = format!("SELECT {COLUMNS} {LIVE} AND {within} AND s.id = ?{}", values.len());
    let mut statement = connection.prepare_cached(&sql)?;
    let session = statement
        .query_row(params_from_iter(&values), |row| found(connection, operator, row))
        .optional()?
        .flatten();
    let none = || {
        let text = format!("no live session `{id}` that you may see");
        Reply::Refused(Refusal::new(Rule::Existence, text, "`sessions list` names those that you may see"))
    };
    Ok(session.map_or_else(none, |session| Reply::Session(Box::new(session))))
}

/// Whose sessions `operator` sees: those of whom they see if they may end them, and always their own.
fn whose(operator: &Operator, values: &mut Vec<Value>) -> String {
    if operator.holds(Right::UserSessionsEnd) {
        return rows::sight_clause(&operator.sight(), values);
    }
    values.push(Value::Integer(operator.standing.id.0));
    format!("u.id = ?{}", values.len())
}

fn found(
    connection: &Connection,
    operator: &Operator,
    row: &Row<'_>,
) -> rusqlite::Result<Option<ConsoleSession>> {
    let Some((who, _)) = rows::by_id(connection, UserId(row.get(1)?))? else { return Ok(None) };
    Ok(Some(ConsoleSession {
        id: SessionId(row.get(0)?),
        who: rows::masked(who, &operator.sight()),
        source: row.get(2)?,
        proof: row.get(3)?,
        opened_at: Timestamp(row.get(4)?),
        last_key: None,
    }))
}

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
    let mut record = own_entry(writing, entry, (via, source), "session.open")?;
    record.session = session.0;
    record.detail = json!({ "proof": entry.proof, "code": entry.code_at.is_some() }).to_string();
    audit::append(connection, record)?;
    Ok(session)
}

/// An entry of what somebody did who has come in, upon nobody else.
pub(super) fn own_entry(
    writing: &Writing<'_>,
    entry: &Entry,
    (via, source): (Via, &str),
    action: &str,
) -> rusqlite::Result<Record> {
    let mut record = system_entry(writing, entry.operator, action, source)?;
    record.actor.clone_from(&entry.login);
    record.actor_id = entry.operator.0;
    via.word().clone_into(&mut record.via);
    Ok(record)
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
