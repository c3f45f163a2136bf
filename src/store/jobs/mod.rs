//! Jobs: an action upon a set becomes a row here, and is carried out piece by piece whoever is still there.
//!
//! [`make`] is the only way in: a request upon a set. [`piece`] acts upon some rows, each by a request of its own with
//! a fresh verdict; rows, their results and the place that was reached are one transaction. [`runner`] is the thread
//! that does one piece after another, [`steer`] what people say to a job, and this file what is told of it. An import
//! tells of itself in [`import`].

pub(super) mod import;
pub(super) mod make;
pub(super) mod piece;
pub(super) mod runner;
pub(super) mod steer;

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::authz::refusal::{Refusal, Rule};
use crate::authz::standing::Operator;
use crate::base::ids::{JobId, UserId};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::import::{ImportCounts, Phase};
use crate::domain::job::{Job, JobRow, JobState, OfImport, Progress, RowResult};
use crate::domain::level::Level;
use crate::domain::user::TEMPORARY_LOGIN;
use crate::protocol::{JobReport, Reply};
use crate::store::ask::bound;
use crate::store::rows;

const COLUMNS: &str =
    "id, action, operator, login, state, why, total, cursor, done, skipped, failed, made_at, ended_at, kind, phase, bytes,
     bytes_all, created, updated, unchanged, undoes";

/// The jobs that exist for `operator`, newest first.
pub(super) fn list(connection: &Connection, operator: &Operator, rows: usize) -> rusqlite::Result<Vec<Job>> {
    let whose = if sees_all(operator) { "?1 = ?1" } else { "operator = ?1" };
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM jobs WHERE {whose} ORDER BY id DESC LIMIT ?2"))?;
    let rows = bound(rows.min(limits::JOBS_LISTED_MAX));
    statement.query_map(params![operator.standing.id.0, rows], job)?.collect()
}

/// One job; `None` where there is none for `operator`.
pub(super) fn find(connection: &Connection, operator: &Operator, id: JobId) -> rusqlite::Result<Option<Job>> {
    let found = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM jobs WHERE id = ?1"))?
        .query_row([id.0], job)
        .optional()?;
    Ok(found.filter(|job| job.operator == operator.standing.id || sees_all(operator)))
}

/// The one answer for a job that is not there and for one that is another's.
pub(super) fn no_such_job(id: JobId) -> Refusal {
    Refusal::new(Rule::Existence, format!("no job `{id}` that you may see"), "`jobs list` names yours")
}

/// A job with at most `rows` of its rows; users who do not exist for `operator` are not named.
pub(super) fn report(
    connection: &Connection,
    operator: &Operator,
    id: JobId,
    failed_only: bool,
    before: Option<u64>,
    rows: usize,
) -> rusqlite::Result<Reply> {
    let Some(job) = find(connection, operator, id)? else { return Ok(Reply::Refused(no_such_job(id))) };
    let which = if failed_only { "AND result <> 'done'" } else { "" };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT position, user, result, text, audit FROM job_rows WHERE job = ?1 AND position < ?2 {which}
         ORDER BY position DESC LIMIT ?3"
    ))?;
    let before = before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
    let found = statement.query_map(params![id.0, before, bound(rows)], |row| {
        Ok(JobRow {
            position: row.get::<_, i64>(0)?.unsigned_abs(),
            user: UserId(row.get(1)?),
            called: String::new(),
            result: RowResult::parse(row.get_ref(2)?.as_str()?).unwrap_or(RowResult::Failed),
            text: row.get(3)?,
            audit: row.get(4)?,
        })
    })?;
    let mut found = found.collect::<rusqlite::Result<Vec<JobRow>>>()?;
    let users: Vec<UserId> = found.iter().map(|row| row.user).collect();
    for person in rows::by_ids(connection, &operator.sight(), &users)? {
        let name = person.names.full();
        let login = person.login.unwrap_or_else(|| TEMPORARY_LOGIN.to_owned());
        let called = if name.is_empty() { login } else { format!("{name} ({login})") };
        for row in found.iter_mut().filter(|row| row.user == person.id) {
            row.called.clone_from(&called);
        }
    }
    // What happened to somebody out of sight is not told either.
    for row in found.iter_mut().filter(|row| row.called.is_empty()) {
        row.text = Refusal::no_such_user(&row.user.to_string()).text;
    }
    Ok(Reply::Job(Box::new(JobReport { job, rows: found })))
}

/// Whom a job came to and did not do it to, as far as they exist for `operator`, in the order of its set.
pub(super) fn not_done(connection: &Connection, operator: &Operator, id: JobId) -> rusqlite::Result<Reply> {
    if find(connection, operator, id)?.is_none() {
        return Ok(Reply::Refused(no_such_job(id)));
    }
    let users: Vec<UserId> = connection
        .prepare_cached("SELECT user FROM job_rows WHERE job = ?1 AND result <> 'done' ORDER BY position")?
        .query_map([id.0], |row| row.get(0).map(UserId))?
        .collect::<rusqlite::Result<_>>()?;
    let there: BTreeSet<UserId> =
        rows::by_ids(connection, &operator.sight(), &users)?.iter().map(|row| row.id).collect();
    let users = users.into_iter().filter(|user| there.contains(user)).collect();
    Ok(Reply::Ids { users, more: false })
}

fn sees_all(operator: &Operator) -> bool {
    operator.standing.level == Some(Level::Master)
}

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let count = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
    Ok(Job {
        id: JobId(row.get(0)?),
        action: row.get(1)?,
        operator: UserId(row.get(2)?),
        login: row.get(3)?,
        state: JobState::parse(row.get_ref(4)?.as_str()?).unwrap_or(JobState::Stopped),
        why: row.get(5)?,
        progress: Progress {
            total: count(6)?,
            cursor: count(7)?,
            done: count(8)?,
            skipped: count(9)?,
            failed: count(10)?,
        },
        undoes: row.get::<_, Option<i64>>(20)?.map(JobId),
        made_at: Timestamp(row.get(11)?),
        ended_at: row.get::<_, Option<i64>>(12)?.map(Timestamp),
        import: match row.get_ref(13)?.as_str()? {
            "import" => Some(OfImport {
                phase: Phase::parse(row.get_ref(14)?.as_str()?).unwrap_or_default(),
                bytes: count(15)?,
                bytes_all: count(16)?,
                counts: ImportCounts { created: count(17)?, updated: count(18)?, unchanged: count(19)? },
            }),
            _ => None,
        },
    })
}
