//! Taking back what a job did, as one: whether it can be, from whom, and what would become of each.

use rusqlite::{Connection, OptionalExtension};

use crate::actions::case::Case;
use crate::actions::form::Answers;
use crate::actions::spec::Undo;
use crate::actions::upon::Upon;
use crate::actions::verdict::{Warrant, verdict};
use crate::actions::{self, Spec};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::{JobId, UserId};
use crate::base::limits::UNDO_S;
use crate::base::time::Timestamp;
use crate::domain::change::Difference;
use crate::domain::job::Job;
use crate::protocol::UndoableSet;
use crate::store::connection::fault;
use crate::store::seal::Sealer;
use crate::store::structure::find;
use crate::store::{jobs, stale, undo};

/// A job that can be taken back.
#[derive(Debug)]
pub(super) struct Undoing {
    pub(super) job: Job,
    pub(super) spec: &'static Spec,
    until: Timestamp,
}

/// What is said of the last action where it was one upon a set, to who wants to take one row back.
pub(super) fn as_a_whole(job: JobId) -> Refusal {
    Refusal::new(
        Rule::Guard,
        format!("the last that can be undone is job {job}, upon a set"),
        format!("undo job {job} as a whole, or one audit entry of it by its number"),
    )
}

/// Whether `operator` may take back what `job` did now; each row is judged when it comes to it.
pub(super) fn allowed(
    connection: &Connection,
    operator: &Operator,
    id: JobId,
    now: Timestamp,
) -> rusqlite::Result<Result<Undoing, Refusal>> {
    let refuse = |rule, text: String, wanted: &str| Ok(Err(Refusal::new(rule, text, wanted)));
    let Some(job) = jobs::find(connection, operator, id)? else { return Ok(Err(jobs::no_such_job(id))) };
    if job.operator != operator.standing.id {
        return refuse(Rule::Guard, format!("job {id} is not yours"), "who did it may undo it");
    }
    let Some(ended_at) = job.ended_at else {
        let text = format!("job {id} is {}", job.state.word());
        return refuse(Rule::State, text, "its end: wait for it, or stop it");
    };
    let found = actions::find(&job.action).filter(|spec| spec.undo != Undo::No && job.undoes.is_none());
    let Some(spec) = found else {
        let what = if job.undoes.is_some() { "an undo" } else { job.action.as_str() };
        return refuse(Rule::Guard, format!("job {id} is `{what}`, which cannot be undone"), "");
    };
    if let Some(by) = undone_by(connection, id)? {
        return refuse(Rule::Guard, format!("job {id} was undone already, by job {by}"), "");
    }
    let until = ended_at.plus_seconds(UNDO_S);
    if now >= until {
        let text = format!("job {id} ended more than {} minutes ago", UNDO_S / 60);
        return refuse(Rule::Guard, text, "do the opposite by hand");
    }
    Ok(Ok(Undoing { job, spec, until }))
}

/// The job that takes `job` back or did so; one that was stopped leaves the rest to another.
fn undone_by(connection: &Connection, job: JobId) -> rusqlite::Result<Option<JobId>> {
    connection
        .prepare_cached("SELECT id FROM jobs WHERE undoes = ?1 AND state <> 'stopped' LIMIT 1")?
        .query_row([job.0], |row| row.get(0).map(JobId))
        .optional()
}

/// What is told before it is taken back: from whom, and until when.
pub(super) fn undoable(
    connection: &Connection,
    operator: &Operator,
    job: JobId,
    now: Timestamp,
) -> rusqlite::Result<Result<UndoableSet, Refusal>> {
    let Undoing { job, spec, until } = match allowed(connection, operator, job, now)? {
        Ok(undoing) => undoing,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let users = undo::users_of(connection, job.id)?.into();
    Ok(Ok(UndoableSet { job, spec, until, users }))
}

/// What is said of a user of whom nothing is kept any more.
pub(super) fn not_kept(job: JobId) -> Refusal {
    Refusal::new(Rule::Guard, format!("nothing of job {job} is kept any more"), "do the opposite by hand")
}

/// What taking back what `job` did to `user` would do, or why it would not; `upon` is the user as it is now.
pub(super) fn judged(
    connection: &Connection,
    sealer: &Sealer,
    (operator, job, user): (&Operator, JobId, UserId),
    (upon, named, answers): (&Upon, &str, Option<&Answers>),
    now: Timestamp,
) -> Result<Result<Vec<Difference>, Refusal>, Fault> {
    let sql = |error| fault(&error);
    let Some(kept) = undo::of_job(connection, job, user).map_err(sql)? else {
        return Ok(Err(not_kept(job)));
    };
    let undone = kept.open(sealer)?;
    let none = Answers::default();
    let asks = find::Asks { spec: kept.spec, answers: answers.unwrap_or(&none), undone: Some(&undone) };
    let facts = find::facts(connection, operator, upon, asks, now).map_err(sql)?;
    let case = Case {
        operator,
        upon,
        asked: named,
        answers: answers.unwrap_or(&none),
        facts: &facts,
        undone: Some(&undone),
        password: None,
        import: None,
        now,
    };
    let verdict = verdict(kept.spec, case).and_then(Warrant::order);
    let is_stale = stale::stale(connection, kept.spec, (kept.version, &[]), &case).map_err(sql)?.is_some();
    Ok(match verdict {
        Ok(_) if is_stale => Err(Refusal::new(Rule::Guard, "changed since", "")),
        Ok(order) => Ok(order.plan().differences.clone()),
        Err(refusal) => Err(refusal),
    })
}
