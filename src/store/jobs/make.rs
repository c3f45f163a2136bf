//! Making a job: a request upon a set, checked and audited as a whole; its rows are judged when it comes to them.

use rusqlite::params;
use serde_json::json;

use crate::actions::form::Answers;
use crate::actions::request::{Request, Run};
use crate::actions::spec::{Bulk, Needs, Spec, Subject, Undo};
use crate::actions::upon::Upon;
use crate::actions::{self, proof};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::rules;
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::JobId;
use crate::base::limits;
use crate::domain::job::{Frozen, pack};
use crate::protocol::Answer;
use crate::store::connection::fault;
use crate::store::writer::Writing;
use crate::store::{audit, carry_out, execute, standing, undo_set};

/// Makes the job that acts upon `set`, or takes back from it what the job `undoes` did; what a rule refuses is in the audit all the same.
pub(in crate::store) fn make(
    writing: &Writing<'_>,
    request: &Request,
    set: &[Frozen],
    undoes: Option<JobId>,
) -> Result<Answer, Fault> {
    let sql = |error| fault(&error);
    let Some(operator) =
        standing::operator(writing.connection, request.actor.operator, writing.now).map_err(sql)?
    else {
        return Ok(Answer::Refused(Refusal::new(Rule::Status, "your account does not exist any more", "")));
    };
    let meant = match undoes {
        None => Ok((request.code, actions::find(request.code))),
        Some(job) => undo_set::allowed(writing.connection, &operator, job, writing.now)
            .map_err(sql)?
            .map(|set| (set.spec.code, Some(set.spec))),
    };
    let (code, spec) = match meant {
        Ok(meant) => meant,
        Err(refusal) => {
            if request.run == Run::Real {
                execute::refused(writing, request, &operator, &Upon::Nothing, &refusal)?;
            }
            return Ok(Answer::Refused(refusal));
        }
    };
    let Some(spec) = spec else { return Err(Fault::input(format!("no action `{code}`"))) };
    let form = if undoes.is_some() { actions::undo::form(spec) } else { spec.form };
    let answers = match Answers::check_of_set(form, &request.answers) {
        Ok(answers) => answers,
        Err(wrong) => return Ok(Answer::Form(wrong)),
    };
    let made = Made { spec, undoes, set };
    let open = open_jobs(writing, &operator).map_err(sql)?;
    let allowed = may_act(spec, &operator)
        .and_then(|()| fits(set, open))
        .and_then(|()| confirmed(writing, spec, request, set));
    match (allowed, request.run) {
        (Ok(()), Run::Dry) => Ok(Answer::Done(Box::default())),
        (Ok(()), Run::Real) => {
            let answers = sealed_form(writing, &answers)?;
            let job = write(writing, request, &made, &answers).map_err(sql)?;
            tell(writing, request, &made, &operator, job).map_err(sql)?;
            Ok(Answer::Started(job))
        }
        (Err(refusal), Run::Dry) => Ok(Answer::Refused(refusal)),
        (Err(refusal), Run::Real) => {
            execute::refused(writing, request, &operator, &Upon::Nothing, &refusal)?;
            Ok(Answer::Refused(refusal))
        }
    }
}

/// What a job is made of.
struct Made<'m> {
    spec: &'static Spec,
    undoes: Option<JobId>,
    set: &'m [Frozen],
}

/// What a sealed form is bound to. Not to the number of the job, which is given when it is written.
pub(in crate::store) const FORM_PLACE: &str = "job.answers";

fn sealed_form(writing: &Writing<'_>, answers: &Answers) -> Result<Vec<u8>, Fault> {
    let form: std::collections::BTreeMap<&str, &str> = answers.iter().collect();
    writing.sealer.seal(FORM_PLACE, json!(form).to_string().as_bytes())
}

fn may_act(spec: &Spec, operator: &Operator) -> Result<(), Refusal> {
    rules::own_status(operator)?;
    match spec.right {
        Needs::Right(right) => rules::holds(operator, right)?,
        Needs::Own => {}
    }
    if spec.bulk == Bulk::No || !matches!(spec.subject, Subject::User(_)) {
        return Err(Refusal::new(
            Rule::Guard,
            "this is done to one user at a time",
            "act upon each user by itself",
        ));
    }
    Ok(())
}

fn fits(set: &[Frozen], open: i64) -> Result<(), Refusal> {
    if set.is_empty() {
        return Err(Refusal::new(Rule::Guard, "nobody is in the set", "mark somebody"));
    }
    let most = limits::MARKED_MAX;
    if set.len() > most {
        let text = format!("{} users are too many at once; at most {most}", set.len());
        return Err(Refusal::new(Rule::Guard, text, "a smaller set"));
    }
    if open >= limits::JOBS_OPEN_MAX {
        let text = format!("{open} jobs of yours are open; at most {}", limits::JOBS_OPEN_MAX);
        return Err(Refusal::new(Rule::Guard, text, "wait for one of them, or stop it"));
    }
    Ok(())
}

/// A large set is confirmed by its number; from L3 on every set is, and with a fresh code where one can be asked.
fn confirmed(writing: &Writing<'_>, spec: &Spec, request: &Request, set: &[Frozen]) -> Result<(), Refusal> {
    if request.run == Run::Dry {
        return Ok(());
    }
    // Typed is the number, below, in the place of each login.
    proof::given(spec, &request.actor, "", None, writing.now)?;
    let is_asked = proof::is_asked(spec) || set.len() > limits::SET_TYPED_ABOVE;
    if is_asked && request.confirmed.trim() != set.len().to_string() {
        return Err(Refusal::new(
            Rule::Guard,
            "the number was not typed to confirm",
            format!("type {} exactly", set.len()),
        ));
    }
    Ok(())
}

fn open_jobs(writing: &Writing<'_>, operator: &Operator) -> rusqlite::Result<i64> {
    writing
        .connection
        .prepare_cached("SELECT count(*) FROM jobs WHERE operator = ?1 AND state IN ('running', 'paused')")?
        .query_row([operator.standing.id.0], |row| row.get(0))
}

fn write(
    writing: &Writing<'_>,
    request: &Request,
    made: &Made<'_>,
    answers: &[u8],
) -> rusqlite::Result<JobId> {
    let actor = &request.actor;
    let (connection, total) = (writing.connection, made.set.len() as u64);
    // What is taken back is not taken back in its turn.
    let is_undoable = made.undoes.is_none() && made.spec.undo != Undo::No;
    connection
        .prepare_cached(
            "INSERT INTO jobs (kind, action, operator, login, via, source, proof, session, answers, frozen, state, total,
                 made_at, process, undoes, undoable)
             VALUES ('set', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'running', ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            made.spec.code,
            actor.operator.0,
            actor.login,
            actor.via.word(),
            actor.source,
            actor.proof,
            actor.session.map_or(0, |session| session.0),
            answers,
            pack(made.set),
            i64::try_from(total).unwrap_or(i64::MAX),
            writing.now.0,
            std::process::id(),
            made.undoes.map(|job| job.0),
            is_undoable,
        ])?;
    let job = JobId(connection.last_insert_rowid());
    carry_out::changed(connection, "job", job.0, job.0)?;
    Ok(job)
}

fn tell(
    writing: &Writing<'_>,
    request: &Request,
    made: &Made<'_>,
    operator: &Operator,
    job: JobId,
) -> rusqlite::Result<()> {
    let mut entry = execute::record(writing, request, made.spec.code, operator, &Upon::Nothing);
    "job.make".clone_into(&mut entry.action);
    entry.target = job.to_string();
    entry.reason = request.answers.get("reason").map_or_else(String::new, |reason| reason.trim().to_owned());
    entry.detail = json!({
        "proof": request.actor.proof,
        "confirmed": if request.actor.code_at.is_some() { "code" } else { "typed" },
        "typed": request.confirmed,
        "action": made.spec.code,
        "undoes": made.undoes.map(|job| job.to_string()),
        "users": made.set.len(),
    })
    .to_string();
    audit::append(writing.connection, entry).map(drop)
}
