//! An import as a job: it tells of itself here, hears here what people say to it, and runs where its file is read.

use rusqlite::{Connection, OptionalExtension, params};

use crate::actions::request::Request;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::standing::Operator;
use crate::base::ids::BatchId;
use crate::domain::import::{ImportCounts, ImportProgress, Phase};
use crate::domain::job::JobState;
use crate::store::carry_out;
use crate::store::writer::Writing;

/// Makes the job of the import that fills `batch`.
pub(in crate::store) fn begin(
    writing: &Writing<'_>,
    request: &Request,
    operator: &Operator,
    batch: BatchId,
) -> rusqlite::Result<()> {
    let actor = &request.actor;
    writing
        .connection
        .prepare_cached(
            "INSERT INTO jobs (kind, action, operator, login, via, source, proof, session, answers, frozen, state, total,
                 made_at, process, batch, phase)
             VALUES ('import', ?1, ?2, ?3, ?4, ?5, ?6, ?7, x'', x'', 'running', 0, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            request.code,
            operator.standing.id.0,
            operator.standing.login,
            actor.via.word(),
            actor.source,
            actor.proof,
            actor.session.map_or(0, |session| session.0),
            writing.now.0,
            std::process::id(),
            batch.0,
            Phase::Checking.word(),
        ])?;
    changed(writing.connection, batch)
}

/// Notes how far the import is that fills `batch`; what is wanted of it comes back, and why.
pub(in crate::store) fn at(
    writing: &Writing<'_>,
    batch: BatchId,
    at: &ImportProgress,
) -> rusqlite::Result<(JobState, String)> {
    let connection = writing.connection;
    connection
        .prepare_cached(
            "UPDATE jobs SET phase = ?2, cursor = ?3, done = ?3, total = ?4, bytes = ?5, bytes_all = ?6
             WHERE batch = ?1 AND state IN ('running', 'paused')",
        )?
        .execute(params![
            batch.0,
            at.phase.word(),
            number(at.rows),
            number(at.rows_expected()),
            number(at.bytes),
            number(at.bytes_all)
        ])?;
    changed(connection, batch)?;
    let wanted = wanted(connection, batch)?;
    Ok(wanted.unwrap_or_else(|| (JobState::Stopped, "the import was removed".to_owned())))
}

/// Why the import that fills `batch` is not to be shown; `None` where it may be.
pub(in crate::store) fn stopped(
    connection: &Connection,
    batch: BatchId,
) -> rusqlite::Result<Option<Refusal>> {
    let wanted = wanted(connection, batch)?;
    let stopped = wanted.filter(|(state, _)| !state.is_open());
    Ok(stopped.map(|(_, why)| Refusal::new(Rule::Guard, format!("the import was {why}"), "")))
}

/// What `batch` brought is there.
pub(in crate::store) fn done(
    writing: &Writing<'_>,
    batch: BatchId,
    counts: ImportCounts,
) -> rusqlite::Result<()> {
    writing
        .connection
        .prepare_cached(
            "UPDATE jobs SET state = 'done', why = '', ended_at = ?2, total = ?3, cursor = ?3, done = ?3, created = ?4,
                 updated = ?5, unchanged = ?6, bytes = bytes_all WHERE batch = ?1",
        )?
        .execute(params![
            batch.0,
            writing.now.0,
            number(counts.rows()),
            number(counts.created),
            number(counts.updated),
            number(counts.unchanged),
        ])?;
    changed(writing.connection, batch)
}

/// Nothing of `batch` will be there: whoever stopped it stays named, otherwise `why` is told.
pub(in crate::store) fn given_up(writing: &Writing<'_>, batch: BatchId, why: &str) -> rusqlite::Result<()> {
    writing
        .connection
        .prepare_cached(
            "UPDATE jobs SET why = iif(state = 'stopped' AND why <> '', why, ?2), state = 'stopped', done = 0,
                 ended_at = ifnull(ended_at, ?3), phase = ?4 WHERE batch = ?1 AND state <> 'done'",
        )?
        .execute(params![batch.0, why, writing.now.0, Phase::Removing.word()])?;
    changed(writing.connection, batch)
}

fn wanted(connection: &Connection, batch: BatchId) -> rusqlite::Result<Option<(JobState, String)>> {
    connection
        .prepare_cached("SELECT state, why FROM jobs WHERE batch = ?1 AND batch <> 0")?
        .query_row([batch.0], |row| {
            Ok((JobState::parse(row.get_ref(0)?.as_str()?).unwrap_or(JobState::Stopped), row.get(1)?))
        })
        .optional()
}

/// Tells the feed of the job of `batch`, where it has one.
fn changed(connection: &Connection, batch: BatchId) -> rusqlite::Result<()> {
    let job: Option<i64> = connection
        .prepare_cached("SELECT id FROM jobs WHERE batch = ?1 AND batch <> 0")?
        .query_row([batch.0], |row| row.get(0))
        .optional()?;
    job.map_or(Ok(()), |job| carry_out::changed(connection, "job", job, job))
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
