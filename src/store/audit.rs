//! The audit chain: appended in the transaction of what it tells, read within the scope of who asks.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::authz::refusal::{Refusal, Rule};
use crate::base::ids::OrganisationId;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::directory::audit::{AuditFilter, Narrow};
use crate::domain::audit::{Hash, Head, Record};
use crate::domain::scope::Scope;
use crate::protocol::{AuditEntry, AuditFrom, AuditPage, Reply};
use crate::store::ask::bound;

/// The columns of an entry, in the order of [`record`].
pub(super) const COLUMNS: &str = "seq, at, actor, actor_id, via, source, session, action, target, target_id, result, rule, reason, \
                       detail, organisations";

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
        .map(|head| head.unwrap_or(Head::START))
}

/// The hash of entry `seq`; zeros before the first; `None` where there is no such entry.
pub(super) fn hash_of(connection: &Connection, seq: i64) -> rusqlite::Result<Option<Hash>> {
    if seq == 0 {
        return Ok(Some([0; 32]));
    }
    connection.query_row("SELECT hash FROM audit WHERE seq = ?1", [seq], |row| row.get(0)).optional()
}

/// Entries that `filter` means, of organisations within `scope`; verifying is not scoped, reading is.
///
/// At most `limits::AUDIT_SCAN_ROWS` are looked at: who wants more goes on from there, and no reader is held up.
pub(super) fn page(
    connection: &Connection,
    scope: &Scope,
    (filter, now): (&AuditFilter, Timestamp),
    from: AuditFrom,
    rows: usize,
) -> rusqlite::Result<AuditPage> {
    let (start, comparison, order) = match from {
        AuditFrom::Newest => (i64::MAX, "<", "DESC"),
        AuditFrom::Before(seq) => (seq, "<", "DESC"),
        AuditFrom::After(seq) => (seq, ">", "ASC"),
    };
    let (narrowed, value) = match filter.narrow() {
        Some(Narrow::Actor(actor)) => ("actor = ?3 COLLATE NOCASE", Some(actor)),
        Some(Narrow::Target(target)) => ("target = ?3 COLLATE NOCASE AND target <> ''", Some(target)),
        None => ("?3 IS NULL", None),
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM audit WHERE seq {comparison} ?1 AND {narrowed} ORDER BY seq {order} LIMIT ?2"
    ))?;
    let since = filter.since_at(now).filter(|_| order == "DESC");
    let mut page = AuditPage::default();
    let mut looked_at = 0;
    let mut entries = statement.query(params![start, bound(limits::AUDIT_SCAN_ROWS), value])?;
    while let Some(row) = entries.next()? {
        let entry = record(row)?;
        // Times never go back in the chain: what is older still is not meant either.
        if since.is_some_and(|since| entry.at < since) {
            page.more = false;
            return Ok(page);
        }
        looked_at += 1;
        page.looked_to = Some(entry.seq);
        page.more = true;
        if readable(&entry.organisations, scope) && filter.means(&entry, now) {
            page.records.push(entry);
        }
        if page.records.len() >= rows {
            return Ok(page);
        }
    }
    if looked_at < limits::AUDIT_SCAN_ROWS {
        page.more = false;
    }
    Ok(page)
}

/// Entry `seq` with its place in the chain; of one beyond `scope` the answer is the one of a number that is not there.
pub(super) fn entry(connection: &Connection, scope: &Scope, seq: i64) -> rusqlite::Result<Reply> {
    let found = connection
        .prepare_cached(&format!("SELECT {COLUMNS}, previous, hash FROM audit WHERE seq = ?1"))?
        .query_row([seq], |row| {
            let (record, previous, hash) = (record(row)?, row.get(15)?, row.get(16)?);
            let holds = record.hash(&previous) == hash;
            Ok(AuditEntry { record, previous, hash, holds })
        })
        .optional()?;
    let found = found.filter(|entry| readable(&entry.record.organisations, scope));
    let none = || Reply::Refused(Refusal::new(Rule::Existence, format!("no audit entry {seq}"), ""));
    Ok(found.map_or_else(none, |entry| Reply::AuditEntry(Box::new(entry))))
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

pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        seq: row.get(0)?,
        at: Timestamp(row.get(1)?),
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
