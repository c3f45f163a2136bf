//! One piece of a job: some rows, each judged anew and carried out by itself, and the place that was reached.
//!
//! Rows, results and place are one transaction: whenever the process ends, nothing is lost and nothing is done twice.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};

use crate::actions::request::{Request, Run, Target};
use crate::actions::{self, Spec};
use crate::authz::refusal::{Refusal, Rule};
use crate::base::fault::Fault;
use crate::base::ids::{JobId, SessionId, UserId};
use crate::base::limits;
use crate::domain::job::{Frozen, JobState, RowResult, unpack};
use crate::domain::operator::{Actor, Via};
use crate::domain::target::TargetId;
use crate::protocol::{Answer, Receipt};
use crate::store::connection::fault;
use crate::store::jobs::make::FORM_PLACE;
use crate::store::writer::Writing;
use crate::store::{carry_out, execute, undo, undo_set};

/// A job under way.
struct Running {
    code: String,
    /// The job that is taken back.
    undoes: Option<JobId>,
    actor: Actor,
    answers: Vec<u8>,
    frozen: Vec<u8>,
    cursor: i64,
    stumbled: i64,
    tally: Tally,
    state: JobState,
    why: String,
}

#[derive(Clone, Copy, Default)]
struct Tally {
    done: i64,
    skipped: i64,
    failed: i64,
}

/// What came of one row.
enum Step {
    /// It was come to.
    Took(RowResult, String, i64),
    /// The operator may not go on.
    Stop(Refusal),
    /// The machine failed.
    Stumble(Fault),
}

/// Carries out the next piece of `job` for `process`, which takes it from the process `was`. Whether there is more.
pub(in crate::store) fn piece(
    writing: &Writing<'_>,
    job: JobId,
    process: u32,
    was: u32,
) -> Result<bool, Fault> {
    let sql = |error| fault(&error);
    let Some(mut running) = load(writing, job, process, was).map_err(sql)? else { return Ok(false) };
    let of_job =
        Writing { connection: writing.connection, now: writing.now, sealer: writing.sealer, job: Some(job) };
    let Some(spec) = actions::find(&running.code) else {
        return Err(Fault::store(format!(
            "no action `{}`: use the program that made this job",
            running.code
        )));
    };
    let answers = form(writing, &running.answers)?;
    let from = usize::try_from(running.cursor).unwrap_or(usize::MAX);
    let rows = unpack(&running.frozen, from, limits::JOB_PIECE_ROWS);
    if unpack(&running.frozen, from.saturating_add(rows.len()), 1).is_empty() {
        running.state = JobState::Done;
    }
    for row in rows {
        let step = match of_row(&of_job, &running, spec, row)? {
            Ok((code, target)) => {
                let request = Request {
                    code,
                    actor: running.actor.clone(),
                    target,
                    answers: answers.clone(),
                    password_hash: None,
                    import: None,
                    shown: Vec::new(),
                    outside: Vec::new(),
                    confirmed: String::new(),
                    run: Run::Real,
                };
                step(&of_job, &request, running.stumbled == running.cursor)?
            }
            Err(refusal) => Step::Took(RowResult::Refused, refusal.text, 0),
        };
        match step {
            Step::Took(result, text, audit) => {
                note(writing, job, running.cursor, row, result, &text, audit).map_err(sql)?;
                running.tally.count(result);
                running.cursor += 1;
            }
            Step::Stop(refusal) => {
                (running.state, running.why) = (JobState::Stopped, refusal.text);
                break;
            }
            Step::Stumble(fault) => {
                (running.state, running.why) = (JobState::Paused, fault.text);
                running.stumbled = running.cursor;
                break;
            }
        }
    }
    save(writing, job, process, &running).map_err(sql)?;
    Ok(running.state == JobState::Running)
}

/// What is asked for one row: the action, or that what the job before did to this user is taken back.
fn of_row(
    writing: &Writing<'_>,
    running: &Running,
    spec: &'static Spec,
    row: Frozen,
) -> Result<Result<(&'static str, Target), Refusal>, Fault> {
    let Some(undone) = running.undoes else {
        return Ok(Ok((spec.code, Target::Seen { id: TargetId::User(row.user), version: row.version })));
    };
    let kept = undo::of_job(writing.connection, undone, row.user).map_err(|error| fault(&error))?;
    Ok(kept
        .map(|kept| (actions::undo::CODE, Target::Done { audit: Some(kept.audit) }))
        .ok_or_else(|| undo_set::not_kept(undone)))
}

/// Notes that `job` cannot go on for a reason of the machine's.
pub(in crate::store) fn give_up(writing: &Writing<'_>, job: JobId, why: &str) -> rusqlite::Result<()> {
    writing
        .connection
        .prepare_cached("UPDATE jobs SET state = 'paused', why = ?2 WHERE id = ?1 AND state = 'running'")?
        .execute(params![job.0, why])?;
    carry_out::changed(writing.connection, "job", job.0, job.0)
}

impl Tally {
    const fn count(&mut self, result: RowResult) {
        match result {
            RowResult::Done => self.done += 1,
            RowResult::Stale | RowResult::Refused => self.skipped += 1,
            RowResult::Failed => self.failed += 1,
        }
    }
}

fn load(writing: &Writing<'_>, job: JobId, process: u32, was: u32) -> rusqlite::Result<Option<Running>> {
    writing
        .connection
        .prepare_cached(
            "SELECT action, operator, login, via, source, proof, session, answers, frozen, cursor, stumbled, done,
                    skipped, failed, undoes
             FROM jobs WHERE id = ?1 AND state = 'running' AND process IN (?2, ?3)",
        )?
        .query_row(params![job.0, process, was], running)
        .optional()
}

fn running(row: &Row<'_>) -> rusqlite::Result<Running> {
    let session: i64 = row.get(6)?;
    Ok(Running {
        code: row.get(0)?,
        actor: Actor {
            operator: UserId(row.get(1)?),
            login: row.get(2)?,
            via: if row.get_ref(3)?.as_str()? == Via::Ssh.word() { Via::Ssh } else { Via::Local },
            source: row.get(4)?,
            proof: row.get(5)?,
            session: (session > 0).then_some(SessionId(session)),
            // The set was confirmed when the job was made.
            code_at: None,
            has_second_factor: false,
        },
        answers: row.get(7)?,
        frozen: row.get(8)?,
        cursor: row.get(9)?,
        stumbled: row.get(10)?,
        tally: Tally { done: row.get(11)?, skipped: row.get(12)?, failed: row.get(13)? },
        undoes: row.get::<_, Option<i64>>(14)?.map(JobId),
        state: JobState::Running,
        why: String::new(),
    })
}

fn form(writing: &Writing<'_>, sealed: &[u8]) -> Result<BTreeMap<String, String>, Fault> {
    let opened = writing.sealer.open_sealed(FORM_PLACE, sealed)?;
    serde_json::from_slice(opened.expose())
        .map_err(|error| Fault::store(format!("the form of a job cannot be read: {error}")))
}

/// Acts upon one row in a savepoint of its own. What the machine fails at twice is given up.
fn step(writing: &Writing<'_>, request: &Request, is_second_try: bool) -> Result<Step, Fault> {
    let run = |sql: &str| writing.connection.execute_batch(sql).map_err(|error| fault(&error));
    run("SAVEPOINT row")?;
    match execute::one(writing, request) {
        Ok(answer) => {
            run("RELEASE row")?;
            Ok(of_answer(answer))
        }
        // The whole transaction is gone: nothing of this piece was done.
        Err(failed) if writing.connection.is_autocommit() => Err(failed),
        Err(failed) => {
            run("ROLLBACK TO row; RELEASE row")?;
            if is_second_try {
                Ok(Step::Took(RowResult::Failed, failed.text, 0))
            } else {
                Ok(Step::Stumble(failed))
            }
        }
    }
}

fn of_answer(answer: Answer) -> Step {
    match answer {
        Answer::Done(receipt) => Step::Took(RowResult::Done, told(&receipt), receipt.audit),
        // It is about the operator, and every further row would say the same.
        Answer::Refused(refusal) if matches!(refusal.rule, Rule::Status | Rule::Right) => Step::Stop(refusal),
        Answer::Refused(refusal) | Answer::Unproved(refusal) => {
            Step::Took(RowResult::Refused, refusal.text, 0)
        }
        Answer::Stale(meanwhile) => {
            let who = meanwhile.by.first().map(|first| format!(": {} by {}", first.action, first.actor));
            let text = format!("changed meanwhile{}", who.unwrap_or_default());
            Step::Took(RowResult::Stale, text, 0)
        }
        Answer::Form(wrong) => Step::Took(RowResult::Failed, wrong.to_string(), 0),
        Answer::Failed(failed) => Step::Stumble(failed),
        Answer::Rows(_) | Answer::Started(_) => {
            Step::Took(RowResult::Failed, "this action is not one upon a user".to_owned(), 0)
        }
    }
}

/// `status ACTIVE -> LOCKED_BY_ADMIN`.
fn told(receipt: &Receipt) -> String {
    receipt.differences.first().map_or_else(String::new, |difference| {
        format!("{} {} -> {}", difference.field, difference.before, difference.after)
    })
}

fn note(
    writing: &Writing<'_>,
    job: JobId,
    position: i64,
    row: Frozen,
    result: RowResult,
    text: &str,
    audit: i64,
) -> rusqlite::Result<()> {
    writing
        .connection
        .prepare_cached(
            "INSERT INTO job_rows (job, position, user, version, result, text, audit) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![job.0, position, row.user.0, row.version, result.word(), text, audit])
        .map(drop)
}

fn save(writing: &Writing<'_>, job: JobId, process: u32, running: &Running) -> rusqlite::Result<()> {
    let Running { cursor, stumbled, tally, state, why, .. } = running;
    let ended_at = (!state.is_open()).then_some(writing.now.0);
    // What has ended needs neither its set nor its form any more.
    writing
        .connection
        .prepare_cached(
            "UPDATE jobs SET process = ?2, cursor = ?3, stumbled = ?4, done = ?5, skipped = ?6, failed = ?7, state = ?8,
                 why = ?9, ended_at = ?10, frozen = iif(?10 IS NULL, frozen, x''), answers = iif(?10 IS NULL, answers, x'')
             WHERE id = ?1",
        )?
        .execute(params![
            job.0,
            process,
            cursor,
            stumbled,
            tally.done,
            tally.skipped,
            tally.failed,
            state.word(),
            why,
            ended_at
        ])?;
    carry_out::changed(writing.connection, "job", job.0, job.0)
}
