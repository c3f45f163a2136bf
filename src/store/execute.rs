//! The first door: a request is loaded, judged, planned and carried out in one transaction.

use rusqlite::Connection;
use serde_json::{Map, json};

use crate::actions::case::{Case, Facts, Person};
use crate::actions::form::{Answers, Field};
use crate::actions::proof;
use crate::actions::request::{Request, Run, ShownFact, Target};
use crate::actions::spec::{Spec, Subject};
use crate::actions::undo::Undone;
use crate::actions::verdict::{Order, Warrant, verdict};
use crate::actions::{self};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::rules;
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::domain::audit::{Outcome, Record};
use crate::domain::import::ImportStep;
use crate::domain::operator::Actor;
use crate::protocol::{Answer, Receipt, TargetName};
use crate::store::connection::fault;
use crate::store::import_show::Unfit;
use crate::store::writer::Writing;
use crate::store::{audit, carry_out, jobs, sign_in, stale, standing, undo, users};

/// Executes `request`; what a rule refuses is in the audit all the same. One upon a set becomes a job.
pub(super) fn execute(writing: &Writing<'_>, request: &Request) -> Result<Answer, Fault> {
    match &request.target {
        Target::Set(set) => jobs::make::make(writing, request, set),
        Target::Directory | Target::Seen { .. } | Target::Named(_) | Target::Done { .. } => {
            one(writing, request)
        }
    }
}

/// Executes a request upon one target, or upon none.
pub(super) fn one(writing: &Writing<'_>, request: &Request) -> Result<Answer, Fault> {
    let sql = |error| fault(&error);
    let Some(operator) =
        standing::operator(writing.connection, request.actor.operator, writing.now).map_err(sql)?
    else {
        return Ok(Answer::Refused(Refusal::new(Rule::Status, "your account does not exist any more", "")));
    };
    let asked = match asked(writing, request, &operator)? {
        Ok(asked) => asked,
        Err(refusal) => {
            if request.run == Run::Real {
                refused(writing, request, &operator, None, &refusal)?;
            }
            return Ok(Answer::Refused(refusal));
        }
    };
    let checked = match writing.job {
        None => Answers::check(asked.form, &request.answers),
        Some(_) => Answers::check_of_set(asked.form, &request.answers),
    };
    let answers = match checked {
        Ok(answers) => answers,
        Err(wrong) => return Ok(Answer::Form(wrong)),
    };
    let target = match asked.user {
        Some(id) => person(writing.connection, id, writing.now).map_err(sql)?,
        None => None,
    };
    let facts = load_facts(writing.connection, target.as_ref()).map_err(sql)?;
    let case = Case {
        operator: &operator,
        target: target.as_ref(),
        answers: &answers,
        facts: &facts,
        undone: asked.undone.as_ref(),
        import: request.import.as_ref(),
        now: writing.now,
    };
    let judged = visible_target(asked.spec, request, &case)
        .and_then(|()| verdict(asked.spec, case))
        .and_then(|warrant| confirmed(writing, asked.spec, request, &case).map(|()| warrant));
    // Who may not act at all is told that; what another changed in the record explains the rest.
    if let Some(stale) =
        stale::stale(writing.connection, asked.spec, (asked.version, &request.shown), &case).map_err(sql)?
        && judged.as_ref().err().is_none_or(|refusal| refusal.rule >= Rule::Kind && asked.undone.is_none())
    {
        if request.run == Run::Real {
            let changed = Refusal::new(
                Rule::Guard,
                "it is not as it was shown any more",
                "look at it, then decide again",
            );
            refused(writing, request, &operator, target.as_ref(), &changed)?;
        }
        return Ok(Answer::Stale(stale));
    }
    match judged.and_then(Warrant::order) {
        Ok(order) => finish(writing, request, &order),
        Err(refusal) => {
            if request.run == Run::Real {
                refused(writing, request, &operator, target.as_ref(), &refusal)?;
            }
            Ok(Answer::Refused(refusal))
        }
    }
}

/// What is to be done, upon whom, against which version.
struct Asked {
    spec: &'static Spec,
    form: &'static [Field],
    user: Option<UserId>,
    version: Option<i64>,
    undone: Option<Undone>,
}

/// What `request` means; or why there is nothing to take back.
fn asked(
    writing: &Writing<'_>,
    request: &Request,
    operator: &Operator,
) -> Result<Result<Asked, Refusal>, Fault> {
    let (user, version) = match &request.target {
        Target::Directory | Target::Set(_) => (None, None),
        Target::Seen { user, version } => (Some(*user), Some(*version)),
        Target::Named(name) => {
            (users::resolve(writing.connection, name).map_err(|error| fault(&error))?, None)
        }
        Target::Done { audit } => {
            let found = undo::find(writing.connection, operator.standing.id, *audit, writing.now);
            let kept = match found.map_err(|error| fault(&error))? {
                Ok(kept) => kept,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let (spec, undone) = (kept.spec, Some(kept.open(writing.sealer)?));
            let form = actions::undo::form(spec);
            return Ok(Ok(Asked { spec, form, user: Some(kept.user), version: kept.version, undone }));
        }
    };
    let Some(spec) = actions::find(request.code) else {
        return Err(Fault::input(format!("no action `{}`", request.code)));
    };
    Ok(Ok(Asked { spec, form: spec.form, user, version, undone: None }))
}

fn finish(writing: &Writing<'_>, request: &Request, order: &Order<'_>) -> Result<Answer, Fault> {
    let plan = order.plan();
    let mut receipt = Receipt {
        target: order.case().target.map(named),
        differences: plan.differences.clone(),
        effects: plan.effects.clone(),
        shown: shown(order),
        ..Receipt::default()
    };
    let done = match carry_out::carry_out(writing, request, order)? {
        Ok(done) => done,
        Err(unfit) => {
            let (refusal, answer) = match unfit {
                Unfit::Row(row) => {
                    let text = format!("nothing was imported: {row}");
                    (Refusal::new(Rule::Guard, text, ""), Answer::Rows(vec![row]))
                }
                Unfit::All(refusal) => (refusal.clone(), Answer::Refused(refusal)),
            };
            refused(writing, request, order.case().operator, None, &refusal)?;
            return Ok(answer);
        }
    };
    receipt.audit = done.audit;
    receipt.messages = done.messages;
    receipt.counts = done.counts();
    receipt.batch = done.batch;
    receipt.undo_until = done.undo_until;
    receipt.revealed = done.revealed;
    Ok(Answer::Done(Box::new(receipt)))
}

/// The facts that the action declares, as they are now.
fn shown(order: &Order<'_>) -> Vec<ShownFact> {
    let facts = order.spec().facts.iter();
    facts.map(|fact| ShownFact { fact: *fact, value: order.case().facts.value(*fact) }).collect()
}

/// Whom a case is about, in words.
pub(super) fn named(person: &Person) -> TargetName {
    TargetName {
        id: person.user.id,
        login: person.user.login_shown().to_owned(),
        called: person.user.called(),
        version: person.user.version,
    }
}

/// A user's profile and standing, as one.
pub(super) fn person(
    connection: &Connection,
    id: UserId,
    now: Timestamp,
) -> rusqlite::Result<Option<Person>> {
    let user = users::load(connection, id)?;
    let standing = standing::standing(connection, id, now)?;
    Ok(user.zip(standing).map(|(user, standing)| Person { user, standing }))
}

/// What the store knows for a verdict on `target`.
pub(super) fn load_facts(connection: &Connection, target: Option<&Person>) -> rusqlite::Result<Facts> {
    let Some(person) = target else {
        return Ok(Facts::default());
    };
    let is_master = person.standing.level == Some(crate::domain::level::Level::Master);
    let [notes, history, messages_waiting] = standing::belongings(connection, person.user.id)?;
    Ok(Facts {
        failures: sign_in::failures(connection, person.user.id)?,
        sessions: standing::live_sessions(connection, person.user.id)?,
        notes,
        history,
        messages_waiting,
        masters: if is_master { standing::masters(connection)? } else { Vec::new() },
    })
}

/// What does not exist and what is out of sight are answered alike, before anything else about the target.
fn visible_target(spec: &Spec, request: &Request, case: &Case<'_>) -> Result<(), Refusal> {
    if matches!(spec.subject, Subject::Directory(_)) {
        return Ok(());
    }
    rules::own_status(case.operator)?;
    let asked = request.target.asked();
    let Some(person) = case.target else {
        return Err(Refusal::no_such_user(&asked));
    };
    rules::exists(case.operator, &person.standing, &asked)
}

/// From L3 on: a fresh code, or where no code can be asked what the modal has typed.
fn confirmed(writing: &Writing<'_>, spec: &Spec, request: &Request, case: &Case<'_>) -> Result<(), Refusal> {
    // A later step was confirmed with the first: the batch says whose it is.
    let goes_on = matches!(request.import, Some(ImportStep::Show(_) | ImportStep::GiveUp(_)));
    // Of a set it was asked once, when the job was made.
    if request.run == Run::Dry || writing.job.is_some() || goes_on {
        return Ok(());
    }
    let login = case.target.map(|person| person.user.login_shown());
    proof::given(spec, &request.actor, &request.confirmed, login, case.now)
}

/// Notes in the audit that `refusal` answered `request`.
pub(super) fn refused(
    writing: &Writing<'_>,
    request: &Request,
    operator: &Operator,
    target: Option<&Person>,
    refusal: &Refusal,
) -> Result<(), Fault> {
    // Of what does not exist for the operator, only what was typed is kept.
    let target = target.filter(|_| refusal.rule != Rule::Existence);
    let mut record = record(writing, request, request.code, operator, target);
    Outcome::Denied.word().clone_into(&mut record.result);
    refusal.rule.word().clone_into(&mut record.rule);
    record.reason.clone_from(&refusal.text);
    if record.target.is_empty() {
        record.target = request.target.asked();
    }
    audit::append(writing.connection, record).map(drop).map_err(|error| fault(&error))
}

/// The audit's record of a request, allowed until somebody says otherwise.
pub(super) fn record(
    writing: &Writing<'_>,
    request: &Request,
    action: &'static str,
    operator: &Operator,
    target: Option<&Person>,
) -> Record {
    let actor = &request.actor;
    let mut detail = Map::new();
    detail.insert("proof".to_owned(), json!(actor.proof));
    if !request.confirmed.is_empty() {
        detail.insert("typed".to_owned(), json!(request.confirmed));
    }
    if let Some(job) = writing.job {
        detail.insert("job".to_owned(), json!(job.to_string()));
    }
    let mut record = record_of(writing, actor, operator, action);
    record.detail = serde_json::Value::Object(detail).to_string();
    if let Some(Person { user, .. }) = target {
        user.login_shown().clone_into(&mut record.target);
        record.target_id = user.id.0;
        record.organisations = user.organisation.id.0.to_string();
    }
    record
}

/// The audit's record of something that `operator` was allowed to do, without target or detail.
pub(super) fn record_of(writing: &Writing<'_>, actor: &Actor, operator: &Operator, action: &str) -> Record {
    Record {
        at: writing.now,
        actor: operator.standing.login.clone(),
        actor_id: operator.standing.id.0,
        via: actor.via.word().to_owned(),
        source: actor.source.clone(),
        session: actor.session.map_or(0, |session| session.0),
        action: action.to_owned(),
        result: Outcome::Allowed.word().to_owned(),
        organisations: operator.standing.organisation.0.to_string(),
        ..Record::default()
    }
}
