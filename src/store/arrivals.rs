//! What somebody who has come in is told of before: the last console of theirs, and the tries that failed since.

use rusqlite::{Connection, OptionalExtension, params};

use crate::base::limits;
use crate::base::text::folded;
use crate::base::time::Timestamp;
use crate::domain::operator::{Entry, Past};

/// What there was before `entry`.
pub(super) fn past(connection: &Connection, entry: &Entry) -> rusqlite::Result<Past> {
    let last: Option<(i64, String)> = connection
        .prepare_cached(
            "SELECT at, source FROM audit WHERE target_id = ?1 AND action = 'session.open' AND result = 'allowed'
             ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([entry.operator.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let since = last.as_ref().map_or(0, |(at, _)| at.div_euclid(60_000));
    // Of a flood only so much is looked at: whoever comes in does not wait for it.
    let failures: i64 = connection
        .prepare_cached(
            "SELECT ifnull(sum(count), 0) FROM (SELECT login, count FROM failed_sign_ins WHERE minute >= ?1
             ORDER BY minute DESC LIMIT ?3) WHERE login = ?2",
        )?
        .query_row(params![since, folded(&entry.login), limits::FAILED_SIGN_INS_LOOKED_AT], |row| {
            row.get(0)
        })?;
    let last = last.map(|(at, source)| (Timestamp(at), source));
    Ok(Past { last, failures: failures.unsigned_abs() })
}
