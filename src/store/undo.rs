//! What can be taken back: kept with the action that did it, found again for who did it.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::actions::request::Doing;
use crate::actions::spec::{Spec, Undo};
use crate::actions::undo::{self, Undone};
use crate::actions::verdict::Order;
use crate::actions::{self};
use crate::authz::refusal::{Refusal, Rule};
use crate::base::fault::Fault;
use crate::base::ids::{JobId, UserId};
use crate::base::limits::{UNDO_PURGED_ROWS, UNDO_S};
use crate::base::time::Timestamp;
use crate::domain::audit::Outcome;
use crate::domain::restore::Restore;
use crate::domain::target::{TargetId, TargetKind};
use crate::store::connection::fault;
use crate::store::seal::Sealer;
use crate::store::writer::Writing;

/// The sealed part of a row.
#[derive(Debug, Serialize, Deserialize)]
struct Values {
    before: Vec<Restore>,
    lasting: Vec<String>,
}

/// A row, its values still sealed.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) audit: i64,
    pub(super) spec: &'static Spec,
    pub(super) target: TargetId,
    /// The version that the action made; `None` where it left the version alone.
    pub(super) version: Option<i64>,
    pub(super) at: Timestamp,
    pub(super) until: Timestamp,
    by: Option<i64>,
    sealed: Vec<u8>,
}

/// What there is to take back.
#[derive(Debug)]
pub(super) enum Found {
    /// What was done to one user.
    One(Box<Kept>),
    /// What a job did, as one.
    Set(JobId),
}

/// Until when a row of a job can be taken back is told by the job's end, which is not known before.
const WITH_ITS_JOB: i64 = i64::MAX;

/// Until when a row can be taken back: of a job's until some time after its end, and as long as it is being taken back.
const UNTIL: &str = "CASE
    WHEN job IS NULL THEN until
    WHEN EXISTS (SELECT 1 FROM jobs u WHERE u.undoes = undo.job AND u.state IN ('running', 'paused')) THEN until
    ELSE ifnull((SELECT ended_at + 600000 FROM jobs j WHERE j.id = undo.job), until) END";

/// Keeps what `order` did as audit entry `audit`; until when it can be taken back.
pub(super) fn keep(
    writing: &Writing<'_>,
    order: &Order<'_>,
    (audit, version): (i64, Option<i64>),
    before: Vec<Restore>,
    messages: u32,
) -> Result<Option<Timestamp>, Fault> {
    let Some(target) = order.case().upon.id().filter(|_| !before.is_empty()) else { return Ok(None) };
    let (connection, now) = (writing.connection, writing.now);
    let until = match writing.job {
        None => now.plus_seconds(UNDO_S),
        Some(_) => Timestamp(WITH_ITS_JOB),
    };
    let values = Values { before, lasting: undo::lasting(order.plan(), order.case(), messages) };
    let plain = serde_json::to_vec(&values)
        .map_err(|error| Fault::machine(format!("cannot keep what to undo: {error}")))?;
    let sealed = writing.sealer.seal(&place(audit), &plain)?;
    let sql = |error| fault(&error);
    purge(connection, now).map_err(sql)?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO undo (audit, operator, action, kind, target, version, at, until, sealed, job)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .and_then(|mut row| {
            let operator = order.case().operator.standing.id.0;
            let code = order.spec().code;
            let (kind, number) = (target.kind().word(), target.number());
            let job = writing.job.map(|job| job.0);
            row.execute(params![audit, operator, code, kind, number, version, now.0, until.0, sealed, job])
        })
        .map_err(sql)?;
    Ok(Some(until))
}

/// Forgets some of what cannot be taken back any more: as many rows as hold nobody up.
fn purge(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM undo WHERE audit IN (SELECT audit FROM undo WHERE until <= ?1 ORDER BY until LIMIT ?2)",
        )?
        .execute([now.0, UNDO_PURGED_ROWS])?;
    let over: Option<i64> = connection
        .prepare_cached(
            "SELECT id FROM jobs WHERE undoable = 1 AND ended_at <= ?1 AND NOT EXISTS
                 (SELECT 1 FROM jobs u WHERE u.undoes = jobs.id AND u.state IN ('running', 'paused')) LIMIT 1",
        )?
        .query_row([now.plus_seconds(-UNDO_S).0], |row| row.get(0))
        .optional()?;
    let Some(job) = over else { return Ok(()) };
    let gone = connection
        .prepare_cached(
            "DELETE FROM undo WHERE audit IN (SELECT audit FROM undo WHERE job = ?1 ORDER BY target LIMIT ?2)",
        )?
        .execute([job, UNDO_PURGED_ROWS])?;
    if gone == 0 {
        connection.prepare_cached("UPDATE jobs SET undoable = 0 WHERE id = ?1")?.execute([job])?;
    }
    Ok(())
}

/// What `operator` did, as far as it can be taken back; or why there is nothing of the kind.
pub(super) fn find(
    connection: &Connection,
    operator: UserId,
    doing: Doing,
    now: Timestamp,
) -> rusqlite::Result<Result<Found, Refusal>> {
    match doing {
        Doing::Last => last(connection, operator, now),
        Doing::Job(job) => Ok(Ok(Found::Set(job))),
        Doing::Audit(audit) => {
            let found = connection
                .prepare_cached(&format!("{} WHERE operator = ?1 AND audit = ?2", columns()))?
                .query_row([operator.0, audit], kept)
                .optional()?;
            match found.flatten() {
                Some(kept) => Ok(Ok(Found::One(Box::new(kept)))),
                None => why_not(connection, operator, audit, now).map(Err),
            }
        }
    }
}

fn last(
    connection: &Connection,
    operator: UserId,
    now: Timestamp,
) -> rusqlite::Result<Result<Found, Refusal>> {
    // Of a set that was taken back, what could not be is not offered again.
    let found = connection
        .prepare_cached(&format!(
            "{} WHERE operator = ?1 AND undone_by IS NULL AND {UNTIL} > ?2 AND NOT EXISTS
                 (SELECT 1 FROM jobs u WHERE u.undoes = undo.job AND u.state <> 'stopped')
             ORDER BY audit DESC LIMIT 1",
            columns()
        ))?
        .query_row([operator.0, now.0], |row| Ok((kept(row)?, row.get::<_, Option<i64>>("job")?)))
        .optional()?;
    Ok(match found {
        Some((_, Some(job))) => Ok(Found::Set(JobId(job))),
        Some((Some(kept), None)) => Ok(Found::One(Box::new(kept))),
        Some((None, None)) | None => {
            let text = format!("you did nothing in the last {} minutes that can be undone", UNDO_S / 60);
            Err(Refusal::new(Rule::Guard, text, ""))
        }
    })
}

fn columns() -> String {
    format!("SELECT audit, action, kind, target, version, at, {UNTIL}, undone_by, sealed, job FROM undo")
}

/// Whom `job` did something to that is not taken back, in the order in which it was done.
pub(super) fn users_of(connection: &Connection, job: JobId) -> rusqlite::Result<Vec<UserId>> {
    connection
        .prepare_cached("SELECT target FROM undo WHERE job = ?1 AND undone_by IS NULL ORDER BY audit")?
        .query_map([job.0], |row| row.get(0).map(UserId))?
        .collect()
}

/// What `job` did to `user`, whether taken back or not.
pub(super) fn of_job(connection: &Connection, job: JobId, user: UserId) -> rusqlite::Result<Option<Kept>> {
    connection
        .prepare_cached(&format!("{} WHERE job = ?1 AND target = ?2", columns()))?
        .query_row([job.0, user.0], kept)
        .optional()
        .map(Option::flatten)
}

/// The row; `None` where a newer program did what this one does not know.
fn kept(row: &Row<'_>) -> rusqlite::Result<Option<Kept>> {
    let Some(spec) = actions::find(&row.get::<_, String>(1)?) else { return Ok(None) };
    let Some(kind) = TargetKind::parse(row.get_ref(2)?.as_str()?) else { return Ok(None) };
    Ok(Some(Kept {
        audit: row.get(0)?,
        spec,
        target: TargetId::of(kind, row.get(3)?),
        version: row.get(4)?,
        at: Timestamp(row.get(5)?),
        until: Timestamp(row.get(6)?),
        by: row.get(7)?,
        sealed: row.get(8)?,
    }))
}

/// Why an audit entry cannot be taken back of which nothing is kept.
fn why_not(
    connection: &Connection,
    operator: UserId,
    audit: i64,
    now: Timestamp,
) -> rusqlite::Result<Refusal> {
    let entry: Option<(i64, String, String, i64, i64)> = connection
        .prepare_cached("SELECT actor_id, action, result, at, target_id FROM audit WHERE seq = ?1")?
        .query_row([audit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
        .optional()?;
    let Some((actor, action, result, at, target)) = entry else {
        return Ok(Refusal::new(Rule::Guard, format!("there is no audit {audit}"), ""));
    };
    // What others did is told to who may read the audit, not here.
    if actor != operator.0 {
        let text = format!("audit {audit} is not yours");
        return Ok(Refusal::new(Rule::Guard, text, "who did it may undo it"));
    }
    if result == Outcome::Denied.word() {
        return Ok(Refusal::new(Rule::Guard, format!("audit {audit} was refused: nothing was done"), ""));
    }
    let can = actions::find(&action).is_some_and(|spec| spec.undo != Undo::No);
    Ok(if can && now < Timestamp(at).plus_seconds(UNDO_S) {
        // It went with what it was upon.
        let kind = actions::find(&action).and_then(Spec::target_kind).unwrap_or(TargetKind::User);
        Refusal::no_such(kind, &TargetId::of(kind, target).to_string())
    } else if can {
        undo::too_old(audit)
    } else {
        Refusal::new(Rule::Guard, format!("audit {audit} is `{action}`, which cannot be undone"), "")
    })
}

impl Kept {
    /// With its values.
    pub(super) fn open(&self, sealer: &Sealer) -> Result<Undone, Fault> {
        let plain = sealer.open_sealed(&place(self.audit), &self.sealed)?;
        let values: Values = serde_json::from_slice(plain.expose()).map_err(|error| {
            Fault::store(format!("what audit {} did cannot be read: {error}", self.audit))
        })?;
        let Values { before, lasting } = values;
        Ok(Undone { audit: self.audit, until: self.until, before, lasting, by: self.by })
    }
}

/// Notes that audit entry `audit` was taken back by entry `by`.
pub(super) fn done(connection: &Connection, audit: i64, by: i64) -> rusqlite::Result<()> {
    let rows = connection
        .prepare_cached("UPDATE undo SET undone_by = ?2 WHERE audit = ?1 AND undone_by IS NULL")?
        .execute([audit, by])?;
    if rows == 1 { Ok(()) } else { Err(rusqlite::Error::StatementChangedRows(rows)) }
}

fn place(audit: i64) -> String {
    format!("undo:{audit}")
}
