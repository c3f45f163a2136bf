//! What can be taken back: kept with the action that did it, found again for who did it.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::actions::spec::{Spec, Undo};
use crate::actions::undo::{self, Undone};
use crate::actions::verdict::Order;
use crate::actions::{self};
use crate::authz::refusal::{Refusal, Rule};
use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::base::limits::UNDO_S;
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
    let until = now.plus_seconds(UNDO_S);
    let values = Values { before, lasting: undo::lasting(order.plan(), order.case(), messages) };
    let plain = serde_json::to_vec(&values)
        .map_err(|error| Fault::machine(format!("cannot keep what to undo: {error}")))?;
    let sealed = writing.sealer.seal(&place(audit), &plain)?;
    let sql = |error| fault(&error);
    connection
        .prepare_cached("DELETE FROM undo WHERE until <= ?1")
        .and_then(|mut old| old.execute([now.0]))
        .map_err(sql)?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO undo (audit, operator, action, kind, target, version, at, until, sealed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )
        .and_then(|mut row| {
            let operator = order.case().operator.standing.id.0;
            let code = order.spec().code;
            let (kind, number) = (target.kind().word(), target.number());
            row.execute(params![audit, operator, code, kind, number, version, now.0, until.0, sealed])
        })
        .map_err(sql)?;
    Ok(Some(until))
}

/// What `operator` did as audit entry `audit`, or last and not yet taken back; or why there is nothing of the kind.
pub(super) fn find(
    connection: &Connection,
    operator: UserId,
    audit: Option<i64>,
    now: Timestamp,
) -> rusqlite::Result<Result<Kept, Refusal>> {
    const COLUMNS: &str =
        "SELECT audit, action, kind, target, version, at, until, undone_by, sealed FROM undo";
    let found = match audit {
        Some(audit) => connection
            .prepare_cached(&format!("{COLUMNS} WHERE operator = ?1 AND audit = ?2"))?
            .query_row([operator.0, audit], kept),
        None => connection
            .prepare_cached(&format!(
                "{COLUMNS} WHERE operator = ?1 AND undone_by IS NULL AND until > ?2 ORDER BY audit DESC LIMIT 1"
            ))?
            .query_row([operator.0, now.0], kept),
    };
    match (found.optional()?.flatten(), audit) {
        (Some(kept), _) => Ok(Ok(kept)),
        (None, Some(audit)) => why_not(connection, operator, audit, now).map(Err),
        (None, None) => {
            let text = format!("you did nothing in the last {} minutes that can be undone", UNDO_S / 60);
            Ok(Err(Refusal::new(Rule::Guard, text, "")))
        }
    }
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
