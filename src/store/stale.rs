//! What is not as it was shown: who changed the record since, and which values.

use rusqlite::{Connection, Row};
use serde_json::Value;

use crate::actions::case::Case;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::change::Difference;
use crate::protocol::{Meanwhile, Stale};

/// What is not as it was in `version`; `None` where nothing was seen before, and where it is the same.
pub(super) fn stale(
    connection: &Connection,
    version: Option<i64>,
    case: &Case<'_>,
) -> rusqlite::Result<Option<Stale>> {
    let (Some(version), Some(user)) = (version, case.user()) else {
        return Ok(None);
    };
    if user.version == version {
        return Ok(None);
    }
    // An entry tells the version that it made; notes and the like make none.
    let mut statement = connection.prepare_cached(
        "SELECT actor, action, at, detail FROM audit WHERE target_id = ?1
         AND CASE WHEN json_valid(detail) THEN detail ->> 'version' END > ?2
         ORDER BY seq DESC LIMIT ?3",
    )?;
    let rows =
        statement.query_map((user.id.0, version, limits::MEANWHILE_MAX), |row| meanwhile(row, case.now))?;
    Ok(Some(Stale { by: rows.collect::<Result<_, _>>()?, facts: Vec::new() }))
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
    let text = |change: &Value, name: &str| change[name].as_str().unwrap_or_default().to_owned();
    let told = detail["changes"].as_array().into_iter().flatten();
    told.map(|change| Difference::new(text(change, "field"), text(change, "before"), text(change, "after")))
        .collect()
}
