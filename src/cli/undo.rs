//! `undo`: the other direction of an action, asked for as the action itself was; of a set as one.

use std::sync::Arc;

use serde_json::json;

use crate::actions::form::Answers;
use crate::actions::request::{Doing, Request, Run, Target};
use crate::actions::undo;
use crate::base::limits;
use crate::cli::command::{Act, Flags, Shape, Undo};
use crate::cli::ends::Ends;
use crate::cli::outcome::{End, Outcome};
use crate::cli::run::Call;
use crate::cli::stop::Stop;
use crate::cli::words::Place;
use crate::cli::{acting, exit, jobs};
use crate::domain::job::Frozen;
use crate::protocol::{self, Answer, Judged, Query, Reply, UndoableSet};

pub(super) async fn undo<E: Ends>(call: &mut Call<'_, E>, asked: Undo) -> Result<u8, Stop> {
    let Undo { doing, with } = asked;
    let reply = call.ask(Query::Undoable { doing }).await;
    if let Reply::UndoableSet(found) = reply {
        return set(call, *found, with).await;
    }
    let Reply::Undoable(found) = reply else { return Err(Stop::instead(&reply)) };
    if let Some(found) = found {
        let is_nameless = found.user.as_ref().is_some_and(|user| user.login.is_none());
        let target = if is_nameless { found.target.id.to_string() } else { found.target.name.clone() };
        let act = Act { spec: found.spec, targets: vec![target], undoes: Some(found.audit), with };
        return acting::act(call, act).await;
    }
    // The request itself says why not, and its refusal is in the audit.
    let audit = if let Doing::Audit(audit) = doing { Some(audit) } else { None };
    let request = request(call, Target::Done { audit }, &with);
    let end = End::Answered(call.service().execute(request).await);
    let target = audit.map_or_else(|| "last action".to_owned(), |audit| format!("audit {audit}"));
    let outcome = Outcome { action: undo::CODE, target, run: with.run, end };
    acting::tell(call, &outcome, with.shape, false).await?;
    Ok(outcome.exit())
}

/// Takes back what a job did: told first, then confirmed as on the screen, and followed to its end.
async fn set<E: Ends>(call: &mut Call<'_, E>, found: UndoableSet, mut with: Flags) -> Result<u8, Stop> {
    let job = found.job.id;
    if with.run == Run::Real {
        Answers::check_of_set(undo::form(found.spec), &with.answers)
            .map_err(|fault| Stop::usage(format!("{fault} (`--reason TEXT`)")))?;
    }
    let judged = judged(call, &found, &with).await?;
    let words =
        format!("undo of job {job} ({}): {}", found.spec.code, protocol::undo_words(found.spec, &judged));
    if with.run == Run::Dry {
        match with.shape {
            Shape::Text => call.print.line(&format!("{words}; nothing was written")).await?,
            Shape::Json => call.print.json(&json_of(&found, &judged)).await?,
        }
        return Ok(exit::DONE);
    }
    let running = judged.iter().filter(|one| one.refusal.is_none());
    let set: Vec<Frozen> = running.map(|one| Frozen { user: one.user, version: one.version }).collect();
    call.print.talk(&words).await?;
    if !agreed(call, &mut with, set.len()).await? {
        return Err(Stop::failed("not confirmed, nothing was done"));
    }
    let request = request(call, Target::DoneSet { job, set: Arc::new(set) }, &with);
    let answer = call.service().execute(request).await;
    if let Answer::Started(job) = answer {
        return jobs::followed(call, job, with.shape).await;
    }
    let end = End::Answered(answer);
    let outcome = Outcome { action: undo::CODE, target: format!("job {job}"), run: with.run, end };
    acting::tell(call, &outcome, with.shape, false).await?;
    Ok(outcome.exit())
}

/// What would become of each, in parts.
async fn judged<E: Ends>(
    call: &mut Call<'_, E>,
    found: &UndoableSet,
    with: &Flags,
) -> Result<Vec<Judged>, Stop> {
    let mut judged: Vec<Judged> = Vec::with_capacity(found.users.len());
    while judged.len() < found.users.len() {
        let query = Query::Preview {
            code: found.spec.code,
            undoes: Some(found.job.id),
            answers: with.answers.clone(),
            users: Arc::clone(&found.users),
            from: judged.len(),
        };
        let reply = call.ask(query).await;
        let Reply::Preview(part) = reply else { return Err(Stop::instead(&reply)) };
        if part.is_empty() {
            return Err(Stop::failed("undo: the answer tells of nobody"));
        }
        judged.extend(part);
    }
    Ok(judged)
}

/// Whether it was agreed to: a set by `--yes` or a person, a large one by its number as well.
async fn agreed<E: Ends>(call: &mut Call<'_, E>, with: &mut Flags, users: usize) -> Result<bool, Stop> {
    let has_person = call.place == Place::Here && call.print.terminals().person;
    if !with.agreed && !has_person {
        return Err(Stop::usage("undo: it is upon a set and nobody can be asked here: give `--yes`"));
    }
    if users <= limits::SET_TYPED_ABOVE {
        return Ok(with.agreed
            || matches!(call.print.ask("Undo? [y/N] ").await?.to_lowercase().as_str(), "y" | "yes"));
    }
    if with.confirmed.is_empty() && has_person {
        with.confirmed = call.print.ask(&format!("Type `{users}` to confirm: ")).await?;
    }
    if with.confirmed.is_empty() {
        return Err(Stop::usage(format!(
            "undo: it is upon more than {}: give their number, `--confirm {users}`",
            limits::SET_TYPED_ABOVE
        )));
    }
    Ok(true)
}

fn request<E: Ends>(call: &Call<'_, E>, target: Target, with: &Flags) -> Request {
    Request {
        code: undo::CODE,
        actor: call.actor.clone(),
        target,
        answers: with.answers.clone(),
        password_hash: None,
        import: None,
        shown: Vec::new(),
        outside: Vec::new(),
        confirmed: with.confirmed.clone(),
        run: with.run,
    }
}

fn json_of(found: &UndoableSet, judged: &[Judged]) -> serde_json::Value {
    let skipped = protocol::skipped(judged);
    let skips: usize = skipped.iter().map(|(count, _)| count).sum();
    let why: Vec<_> = skipped.iter().map(|(users, why)| json!({ "users": users, "why": why })).collect();
    json!({
        "action": undo::CODE, "undoes": found.job.id.to_string(), "of": found.spec.code, "dry_run": true,
        "users": judged.len(), "runs": judged.len() - skips, "skipped": why,
    })
}
