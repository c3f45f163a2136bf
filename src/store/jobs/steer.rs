//! Steering a job: pause, resume and stop, by its owner or a master administrator; audited.

use rusqlite::params;
use serde_json::json;

use crate::authz::refusal::{Refusal, Rule};
use crate::authz::rules;
use crate::base::fault::Fault;
use crate::base::ids::JobId;
use crate::domain::job::{Job, JobState, Steer};
use crate::domain::operator::Actor;
use crate::store::connection::fault;
use crate::store::jobs;
use crate::store::writer::Writing;
use crate::store::{audit, carry_out, execute, standing};

/// Steers `job` as `actor`; how it stands then.
pub(in crate::store) fn steer(
    writing: &Writing<'_>,
    actor: &Actor,
    id: JobId,
    steer: Steer,
) -> Result<Result<Box<Job>, Refusal>, Fault> {
    let sql = |error| fault(&error);
    let Some(operator) = standing::operator(writing.connection, actor.operator, writing.now).map_err(sql)?
    else {
        return Ok(Err(Refusal::new(Rule::Status, "your account does not exist any more", "")));
    };
    if let Err(refusal) = rules::own_status(&operator) {
        return Ok(Err(refusal));
    }
    let Some(mut job) = jobs::find(writing.connection, &operator, id).map_err(sql)? else {
        return Ok(Err(jobs::no_such_job(id)));
    };
    let Some(state) = steer.leads(job.state) else {
        let text = format!("job {id} is {} and cannot be told to {}", job.state.word(), steer.word());
        return Ok(Err(Refusal::new(Rule::State, text, "")));
    };
    job.state = state;
    job.why = match state {
        JobState::Paused => format!("paused by {}", operator.standing.login),
        JobState::Stopped => format!("stopped by {}", operator.standing.login),
        JobState::Running | JobState::Done => String::new(),
    };
    job.ended_at = (!state.is_open()).then_some(writing.now);
    write(writing, &job).map_err(sql)?;
    let mut entry = execute::record_of(writing, actor, &operator, &format!("job.{}", steer.word()));
    entry.target = id.to_string();
    entry.detail =
        json!({ "proof": actor.proof, "action": job.action, "done": job.progress.cursor }).to_string();
    audit::append(writing.connection, entry).map_err(sql)?;
    Ok(Ok(Box::new(job)))
}

/// A job that goes on again is anybody's: whoever is there runs it. An import stays with its process, which has the file.
fn write(writing: &Writing<'_>, job: &Job) -> rusqlite::Result<()> {
    writing
        .connection
        .prepare_cached(
            "UPDATE jobs SET state = ?2, why = ?3, ended_at = ?4, process = iif(kind = 'import', process, 0),
                 frozen = iif(?4 IS NULL, frozen, x''), answers = iif(?4 IS NULL, answers, x'') WHERE id = ?1",
        )?
        .execute(params![job.id.0, job.state.word(), job.why, job.ended_at.map(|at| at.0)])?;
    carry_out::changed(writing.connection, "job", job.id.0, job.id.0)
}
