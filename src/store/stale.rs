//! What is not as it was shown: who changed the record since, which values, and which facts are others.

use rusqlite::{Connection, Row};
use serde_json::Value;

use crate::actions::case::{Case, Facts};
use crate::actions::request::ShownFact;
use crate::actions::{Spec, proof};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::change::Difference;
use crate::domain::sealable::HIDDEN;
use crate::domain::target::TargetId;
use crate::protocol::{Meanwhile, Stale};
use crate::store::sealed_fields::SEALED;

/// What is not as it was in `version` and in the facts that were shown; `None` where nothing was seen before, and where
/// it is the same.
pub(super) fn stale(
    connection: &Connection,
    spec: &Spec,
    (version, shown): (Option<i64>, &[ShownFact]),
    case: &Case<'_>,
) -> rusqlite::Result<Option<Stale>> {
    let Some((id, now)) = case.upon.id().zip(case.upon.version()) else { return Ok(None) };
    let by = match version.filter(|version| *version != now) {
        Some(version) => Some(since(connection, id, version, case.now)?),
        None => None,
    };
    let facts = if proof::is_asked(spec) { other_by_now(shown, case.facts) } else { Vec::new() };
    if by.is_none() && facts.is_empty() {
        return Ok(None);
    }
    Ok(Some(Stale { by: by.unwrap_or_default(), facts }))
}

/// Facts that are not what was shown. Below L3 they may move: nobody decided by them.
fn other_by_now(shown: &[ShownFact], now: &Facts) -> Vec<Difference> {
    let others = shown.iter().filter_map(|shown| {
        let value = now.value(shown.fact).filter(|value| *value != shown.value)?;
        Some(Difference::new(shown.fact.name(), shown.value.to_string(), value.to_string()))
    });
    others.collect()
}

/// Who made the record's versions after `version`, newest first.
fn since(
    connection: &Connection,
    id: TargetId,
    version: i64,
    now: Timestamp,
) -> rusqlite::Result<Vec<Meanwhile>> {
    // An entry tells the version that it made; notes and the like make none.
    let mut statement = connection.prepare_cached(
        "SELECT actor, action, at, detail FROM audit WHERE target_id = ?1
         AND CASE WHEN json_valid(detail) THEN detail ->> 'version' END > ?2
         AND CASE WHEN json_valid(detail) THEN coalesce(detail ->> 'kind', 'user') END = ?4
         ORDER BY seq DESC LIMIT ?3",
    )?;
    let values = (id.number(), version, limits::MEANWHILE_MAX, id.kind().word());
    let rows = statement.query_map(values, |row| meanwhile(row, now))?;
    rows.collect()
}

fn meanwhile(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Meanwhile> {
    Ok(Meanwhile {
        actor: row.get(0)?,
        action: row.get(1)?,
        age: Timestamp(row.get(2)?).age_at(now),
        changes: changes(&row.get::<_, String>(3)?),
    })
}

/// The values before and after that an audit entry tells.
fn changes(detail: &str) -> Vec<Difference> {
    let detail: Value = serde_json::from_str(detail).unwrap_or_default();
    let text = |change: &Value, name: &str| match change[name].as_str().unwrap_or_default() {
        sealed if sealed.starts_with(SEALED) => HIDDEN.to_owned(),
        clear => clear.to_owned(),
    };
    let told = detail["changes"].as_array().into_iter().flatten();
    told.map(|change| Difference::new(text(change, "field"), text(change, "before"), text(change, "after")))
        .collect()
}
