//! What a deleted user leaves: history and notes, moved to a table of their own and read from there.

use rusqlite::{Connection, OptionalExtension, params};

use crate::authz::right::Right;
use crate::authz::standing::Operator;
use crate::base::ids::{OrganisationId, UserId};
use crate::protocol::{Query, Reply};
use crate::store::carry_out::changed;
use crate::store::feed;
use crate::store::writer::Writing;

/// Deletes `user`: history and notes go to the archive, messages that wait are given up, everything else is gone.
pub(super) fn delete(writing: &Writing<'_>, user: UserId) -> rusqlite::Result<()> {
    let (connection, id) = (writing.connection, user.0);
    let moved = [
        (
            "history",
            "SELECT 'history' AS kind, seq, json_object('code', code, 'at', at, 'actor', actor, 'ip', ip, 'device', device,
                 'app', app, 'detail', detail) AS row FROM history WHERE user = ?1",
        ),
        (
            "notes",
            "SELECT 'note' AS kind, id AS seq, json_object('at', at, 'author', author_login, 'text', text) AS row
             FROM notes WHERE user = ?1",
        ),
    ];
    for (table, rows) in moved {
        let sql = format!(
            "INSERT INTO archive (user, login, organisation, deleted_at, kind, seq, row)
             SELECT u.id, ifnull(u.login, ''), u.organisation, ?2, r.kind, r.seq, r.row
             FROM users u CROSS JOIN ({rows}) r WHERE u.id = ?1"
        );
        connection.prepare_cached(&sql)?.execute(params![id, writing.now.0])?;
        connection.prepare_cached(&format!("DELETE FROM {table} WHERE user = ?1"))?.execute([id])?;
    }
    // What others are told of the deletion itself goes out all the same.
    connection
        .prepare_cached(
            "UPDATE outbox SET state = 'given up', error = 'the user was deleted', recipient = '', body = '{}'
             WHERE user = ?1 AND state = 'waiting' AND channel <> 'event'",
        )?
        .execute([id])?;
    // Nothing about somebody who is gone can be taken back, and what is kept for it may be personal.
    connection.prepare_cached("DELETE FROM undo WHERE kind = 'user' AND target = ?1")?.execute([id])?;
    // Whatever hangs on the user goes with it, as the schema says.
    let rows = connection.prepare_cached("DELETE FROM users WHERE id = ?1")?.execute([id])?;
    if rows != 1 {
        return Err(rusqlite::Error::StatementChangedRows(rows));
    }
    changed(connection, "user", id, id)
}

/// Answers from the archive, where `query` asks for history or notes of a deleted user and `operator` may read those.
///
/// `None` otherwise: the answer is then the one for a user who never existed.
pub(super) fn answer(
    connection: &Connection,
    operator: &Operator,
    query: &Query,
) -> rusqlite::Result<Option<Reply>> {
    let asked = match query {
        Query::History { user, before, rows } => Some((*user, *before, *rows, true)),
        Query::Notes { user, before, rows } => Some((*user, *before, *rows, false)),
        Query::Me
        | Query::Users { .. }
        | Query::Count { .. }
        | Query::User { .. }
        | Query::UserById { .. }
        | Query::Menu { .. }
        | Query::Making { .. }
        | Query::Why { .. }
        | Query::Groups
        | Query::Roles
        | Query::Role { .. }
        | Query::Group { .. }
        | Query::Target { .. }
        | Query::Choices { .. }
        | Query::Undoable { .. }
        | Query::NotDone { .. }
        | Query::Ids { .. }
        | Query::FilterWords
        | Query::Marks { .. }
        | Query::Preview { .. }
        | Query::Sessions { .. }
        | Query::Session { .. }
        | Query::Jobs { .. }
        | Query::Job { .. }
        | Query::AuditChain { .. }
        | Query::AuditEntry { .. }
        | Query::Audit { .. } => None,
    };
    let Some((user, before, rows, is_history)) = asked else { return Ok(None) };
    let organisation = organisation_of(connection, user)?;
    let is_readable = operator.holds(Right::AuditView)
        && organisation.is_some_and(|organisation| operator.standing.scope.holds(organisation));
    if !is_readable {
        return Ok(None);
    }
    let reply = if is_history {
        Reply::History(feed::archived_history(connection, user, before, rows)?)
    } else {
        Reply::Notes(feed::archived_notes(connection, user, before, rows)?)
    };
    Ok(Some(reply))
}

/// The organisation that a deleted user belonged to; `None` for whoever was never deleted.
pub(super) fn organisation_of(
    connection: &Connection,
    user: UserId,
) -> rusqlite::Result<Option<OrganisationId>> {
    connection
        .prepare_cached("SELECT organisation FROM archive WHERE user = ?1 LIMIT 1")?
        .query_row([user.0], |row| row.get(0).map(OrganisationId))
        .optional()
}
