//! Notes and history of a user by pages, newest first: of those who are there, and what the archive keeps of the others.

use rusqlite::{Connection, Row, params};

use crate::base::ids::{NoteId, UserId};
use crate::base::time::Timestamp;
use crate::domain::history::{HistoryRow, Note};
use crate::store::ask::bound;

/// Notes on `user` older than `before`.
pub(super) fn notes(
    connection: &Connection,
    user: UserId,
    before: Option<i64>,
    rows: usize,
) -> rusqlite::Result<Vec<Note>> {
    let sql =
        "SELECT id, at, author_login, text FROM notes WHERE user = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
    page(connection, sql, (user, before, rows), note)
}

/// Rows of the history of `user` older than `before`.
pub(super) fn history(
    connection: &Connection,
    user: UserId,
    before: Option<i64>,
    rows: usize,
) -> rusqlite::Result<Vec<HistoryRow>> {
    let sql = "SELECT seq, code, at, actor, ip, device, app, detail FROM history WHERE user = ?1 AND seq < ?2
         ORDER BY seq DESC LIMIT ?3";
    page(connection, sql, (user, before, rows), history_row)
}

/// The same of the notes that a deleted user has left.
pub(super) fn archived_notes(
    connection: &Connection,
    user: UserId,
    before: Option<i64>,
    rows: usize,
) -> rusqlite::Result<Vec<Note>> {
    let sql = "SELECT seq, row ->> 'at', row ->> 'author', row ->> 'text' FROM archive
         WHERE user = ?1 AND kind = 'note' AND seq < ?2 ORDER BY seq DESC LIMIT ?3";
    page(connection, sql, (user, before, rows), note)
}

/// The same of the history that a deleted user has left.
pub(super) fn archived_history(
    connection: &Connection,
    user: UserId,
    before: Option<i64>,
    rows: usize,
) -> rusqlite::Result<Vec<HistoryRow>> {
    let sql = "SELECT seq, row ->> 'code', row ->> 'at', row ->> 'actor', row ->> 'ip', row ->> 'device',
             row ->> 'app', row ->> 'detail' FROM archive
         WHERE user = ?1 AND kind = 'history' AND seq < ?2 ORDER BY seq DESC LIMIT ?3";
    page(connection, sql, (user, before, rows), history_row)
}

fn page<T>(
    connection: &Connection,
    sql: &str,
    (user, before, rows): (UserId, Option<i64>, usize),
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map(params![user.0, before.unwrap_or(i64::MAX), bound(rows)], read)?;
    found.collect()
}

fn note(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note { id: NoteId(row.get(0)?), at: Timestamp(row.get(1)?), author: row.get(2)?, text: row.get(3)? })
}

fn history_row(row: &Row<'_>) -> rusqlite::Result<HistoryRow> {
    Ok(HistoryRow {
        seq: row.get(0)?,
        code: row.get(1)?,
        at: Timestamp(row.get(2)?),
        actor: row.get(3)?,
        ip: row.get(4)?,
        device: row.get(5)?,
        app: row.get(6)?,
        detail: row.get(7)?,
    })
}
