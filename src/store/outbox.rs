//! What waits to go out: taken up by one carrier at a time, sent, tried again later, or given up.
//!
//! Taking a message up is a write of its own before anything leaves: when the carrier is killed, somebody else tries
//! again once the claim is over. So a message leaves at least once, and always with the same id.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use crate::base::limits::{OUTBOX_CLAIM_S, OUTBOX_PAUSE_S, OUTBOX_PIECE_ROWS, OUTBOX_TRIES_MAX};
use crate::base::time::Timestamp;
use crate::store::carry_out::changed;
use crate::store::writer::Writing;

/// Messages that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whether one is to go out now.
    pub now: bool,
    /// When the next of the others is to go out.
    pub next: Option<Timestamp>,
}

/// A message that was taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub id: i64,
    /// The id that it keeps at every try.
    pub message_id: String,
    /// The address.
    pub recipient: String,
    /// The template.
    pub template: String,
    /// What the template is filled in with.
    pub values: BTreeMap<String, String>,
    /// When what it tells of was done.
    pub made_at: Timestamp,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Its number.
    pub id: i64,
    /// Why it did not leave; `None` where it did.
    pub failed: Option<String>,
    /// Whether another try would fail as well.
    pub lasts: bool,
}

/// Whether something is to go out at `now`.
pub(super) fn due(connection: &Connection, now: Timestamp) -> rusqlite::Result<Due> {
    let next: Option<i64> = connection
        .prepare_cached("SELECT min(next_try_at) FROM outbox WHERE state = 'waiting' AND channel = 'email'")?
        .query_row([], |row| row.get(0))?;
    let is_now = next.is_some_and(|at| at <= now.0);
    Ok(Due { now: is_now, next: next.filter(|_| !is_now).map(Timestamp) })
}

/// Takes up the messages that are due, the oldest first.
pub(super) fn take(writing: &Writing<'_>) -> rusqlite::Result<Vec<Waiting>> {
    let mut statement = writing.connection.prepare_cached(
        "UPDATE outbox SET tries = tries + 1, next_try_at = ?2 WHERE id IN (
             SELECT id FROM outbox WHERE state = 'waiting' AND channel = 'email' AND next_try_at <= ?1
             ORDER BY next_try_at, id LIMIT ?3)
         RETURNING id, message_id, recipient, template, body, made_at",
    )?;
    let until = writing.now.plus_seconds(OUTBOX_CLAIM_S);
    let taken = statement.query_map(params![writing.now.0, until.0, OUTBOX_PIECE_ROWS], waiting)?;
    let mut taken = taken.collect::<rusqlite::Result<Vec<_>>>()?;
    taken.sort_by_key(|message| message.id);
    Ok(taken)
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    let body: String = row.get(4)?;
    // A body that cannot be read must not hold up the others: without its values the template says what is missing,
    // and the message is given up with that.
    let values = serde_json::from_str(&body).unwrap_or_default();
    Ok(Waiting {
        id: row.get(0)?,
        message_id: row.get(1)?,
        recipient: row.get(2)?,
        template: row.get(3)?,
        values,
        made_at: Timestamp(row.get(5)?),
    })
}

/// Notes what became of messages. What left is wiped; what failed waits longer each time, or is given up.
pub(super) fn settle(writing: &Writing<'_>, settled: &[Settled]) -> rusqlite::Result<()> {
    let connection = writing.connection;
    for Settled { id, failed, lasts } in settled {
        let rows = match failed {
            None => connection
                .prepare_cached(
                    "UPDATE outbox SET state = 'sent', body = '{}', error = '' WHERE id = ?1 AND state = 'waiting'",
                )?
                .execute([id])?,
            Some(why) => {
                let tries: i64 = connection
                    .prepare_cached("SELECT tries FROM outbox WHERE id = ?1")?
                    .query_row([id], |row| row.get(0))?;
                let state = if *lasts || tries >= OUTBOX_TRIES_MAX { "given up" } else { "waiting" };
                connection
                    .prepare_cached(
                        "UPDATE outbox SET state = ?2, error = ?3, next_try_at = ?4 WHERE id = ?1 AND state = 'waiting'",
                    )?
                    .execute(params![id, state, why, writing.now.plus_seconds(pause_s(tries)).0])?
            }
        };
        // Whoever was deleted meanwhile has no message any more: what is settled stays as it is.
        if rows == 1 {
            changed(connection, "message", *id, *id)?;
        }
    }
    Ok(())
}

/// Seconds to wait after so many tries.
fn pause_s(tries: i64) -> i64 {
    let doubled = u32::try_from(tries.saturating_sub(1)).unwrap_or(0).min(30);
    OUTBOX_PAUSE_S.0.saturating_mul(1 << doubled).min(OUTBOX_PAUSE_S.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_twofold_up_to_an_hour_and_end_after_a_day() {
        let pauses: Vec<i64> = (1..=9).map(pause_s).collect();
        assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        let all: i64 = (1..OUTBOX_TRIES_MAX).map(pause_s).sum();
        assert!((24 * 3600..28 * 3600).contains(&all), "{all}");
    }
}
