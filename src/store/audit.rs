//! The audit chain: appended in the transaction of what it tells, verified from end to end.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::base::ids::OrganisationId;
use crate::domain::audit::{Hash, Head, Record};
use crate::domain::scope::Scope;

/// What verifying found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Entries that were read.
    pub entries: i64,
    /// Where the chain ends.
    pub head: Head,
    /// The first entry that does not fit, and why.
    pub broken: Option<(i64, String)>,
}

/// Appends `record`: gives it its number, and the hash over it and the one before.
pub(super) fn append(connection: &Connection, mut record: Record) -> rusqlite::Result<i64> {
    let last = head(connection)?;
    record.seq = last.seq + 1;
    let hash = record.hash(&last.hash);
    connection
        .prepare_cached(
            "INSERT INTO audit VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)",
        )?
        .execute(params![
            record.seq,
            record.at.0,
            record.actor,
            record.actor_id,
            record.via,
            record.source,
            record.session,
            record.action,
            record.target,
            record.target_id,
            record.result,
            record.rule,
            record.reason,
            record.detail,
            record.organisations,
            last.hash.as_slice(),
            hash.as_slice(),
        ])?;
    Ok(record.seq)
}

/// The last entry's number and hash.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<Head> {
    connection
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok(Head { seq: row.get(0)?, hash: row.get(1)? }))
        .optional()
        .map(|head| head.unwrap_or(Head { seq: 0, hash: [0; 32] }))
}

/// The hash of entry `seq`; zeros before the first; `None` where there is no such entry.
pub(super) fn hash_of(connection: &Connection, seq: i64) -> rusqlite::Result<Option<Hash>> {
    if seq == 0 {
        return Ok(Some([0; 32]));
    }
    connection.query_row("SELECT hash FROM audit WHERE seq = ?1", [seq], |row| row.get(0)).optional()
}

/// Reads the whole chain and computes every hash anew.
pub(super) fn verify(connection: &Connection) -> rusqlite::Result<Verification> {
    let mut statement = connection.prepare(
        "SELECT seq, at, actor, actor_id, via, source, session, action, target, target_id, result, rule, reason, detail,
                organisations, previous, hash FROM audit ORDER BY seq",
    )?;
    let mut rows = statement.query([])?;
    let mut last = Head { seq: 0, hash: [0; 32] };
    let mut entries = 0;
    while let Some(row) = rows.next()? {
        let record = record(row)?;
        let previous: Hash = row.get(15)?;
        let hash: Hash = row.get(16)?;
        let why = if record.seq != last.seq + 1 {
            Some(format!("entry {} is missing", last.seq + 1))
        } else if previous != last.hash {
            Some(format!("entry {} does not follow the one before it", record.seq))
        } else if record.hash(&previous) != hash {
            Some(format!("entry {} was changed", record.seq))
        } else {
            None
        };
        if let Some(why) = why {
            return Ok(Verification { entries, head: last, broken: Some((record.seq, why)) });
        }
        last = Head { seq: record.seq, hash };
        entries += 1;
    }
    Ok(Verification { entries, head: last, broken: None })
}

/// Entries older than `before`, newest first, of organisations within `scope`; verifying is not scoped, reading is.
pub(super) fn page(
    connection: &Connection,
    scope: &Scope,
    before: Option<i64>,
    rows: usize,
) -> rusqlite::Result<Vec<Record>> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, actor, actor_id, via, source, session, action, target, target_id, result, rule, reason, detail,
                organisations FROM audit WHERE seq < ?1 ORDER BY seq DESC",
    )?;
    let mut found = Vec::new();
    let mut entries = statement.query([before.unwrap_or(i64::MAX)])?;
    while found.len() < rows
        && let Some(row) = entries.next()?
    {
        let entry = record(row)?;
        if readable(&entry.organisations, scope) {
            found.push(entry);
        }
    }
    Ok(found)
}

/// Every organisation that an entry concerns must be in scope; what concerns the institution needs all.
fn readable(organisations: &str, scope: &Scope) -> bool {
    match scope {
        Scope::All => true,
        Scope::Only(_) => {
            !organisations.is_empty()
                && organisations
                    .split(',')
                    .all(|id| id.parse().is_ok_and(|id| scope.holds(OrganisationId(id))))
        }
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        seq: row.get(0)?,
        at: crate::base::time::Timestamp(row.get(1)?),
        actor: row.get(2)?,
        actor_id: row.get(3)?,
        via: row.get(4)?,
        source: row.get(5)?,
        session: row.get(6)?,
        action: row.get(7)?,
        target: row.get(8)?,
        target_id: row.get(9)?,
        result: row.get(10)?,
        rule: row.get(11)?,
        reason: row.get(12)?,
        detail: row.get(13)?,
        organisations: row.get(14)?,
    })
}
