//! The first door: a request is loaded, judged, planned and carried out in one transaction.

use rusqlite::Connection;
use serde_json::{Map, json};

use crate::actions::case::{Case, Facts, Person};
use crate::actions::form::{Answers, Field, FieldFault, FieldKind};
use crate::actions::proof;
use crate::actions::request::{Doing, OutsideFact, Request, Run, Said, ShownFact, Target};
use crate::actions::spec::Spec;
use crate::actions::undo::Undone;
use crate::actions::upon::Upon;
use crate::actions::verdict::{Order, Warrant, verdict};
use crate::actions::{self};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::standing::Operator;
use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::domain::audit::{Outcome, Record};
use crate::domain::import::ImportStep;
use crate::domain::operator::Actor;
use crate::domain::target::{TargetId, TargetKind};
use crate::protocol::{Answer, Receipt, TargetName};
use crate::store::connection::fault;
use crate::store::import_show::Unfit;
use crate::store::structure::find;
use crate::store::undo::Found;
use crate::store::writer::Writing;
use crate::store::{assign, audit, carry_out, jobs, sign_in, stale, standing, undo, undo_set, users};

/// Executes `request`; what a rule refuses is in the audit all the same. One upon a set becomes a job.
pub(super) fn execute(writing: &Writing<'_>, request: &Request) -> Result<Answer, Fault> {
    match &request.target {
        Target::Set(set) => jobs::make::make(writing, request, set, None),
        Target::DoneSet { job, set } => jobs::make::make(writing, request, set, Some(*job)),
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
                refused(writing, request, &operator, &Upon::Nothing, &refusal)?;
            }
            return Ok(Answer::Refused(refusal));
        }
    };
    let answers = match checked(writing, asked.form, request) {
        Ok(answers) => answers,
        Err(wrong) => return Ok(Answer::Form(wrong)),
    };
    let (upon, asked_for) = (asked.upon, request.target.asked());
    let asks = find::Asks { spec: asked.spec, answers: &answers, undone: asked.undone.as_ref() };
    let mut facts = find::facts(writing.connection, &operator, &upon, asks, writing.now).map_err(sql)?;
    facts.here = request.actor.session;
    facts.outside.clone_from(&request.outside);
    let case = Case {
        operator: &operator,
        upon: &upon,
        asked: &asked_for,
        answers: &answers,
        facts: &facts,
        undone: asked.undone.as_ref(),
        password: request.password_hash.as_ref(),
        import: request.import.as_ref(),
        now: writing.now,
    };
    let judged = verdict(asked.spec, case)
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
            refused(writing, request, &operator, &upon, &changed)?;
        }
        return Ok(Answer::Stale(stale));
    }
    match judged.and_then(Warrant::order) {
        Ok(order) => match wants_more(writing, request, asked.form, &order)? {
            Some(answer) => Ok(answer),
            None => finish(writing, request, &order),
        },
        Err(refusal) => {
            if request.run == Run::Real {
                refused(writing, request, &operator, &upon, &refusal)?;
            }
            Ok(Answer::Refused(refusal))
        }
    }
}

/// What was filled in, held against the form; a row of a set has a reason whatever the form says.
fn checked(writing: &Writing<'_>, form: &'static [Field], request: &Request) -> Result<Answers, FieldFault> {
    match writing.job {
        None => Answers::check(form, &request.answers),
        Some(_) => Answers::check_of_set(form, &request.answers),
    }
}

/// What is to be done, upon whom, against which version.
struct Asked {
    spec: &'static Spec,
    form: &'static [Field],
    upon: Upon,
    version: Option<i64>,
    undone: Option<Undone>,
}

/// What `request` means; or why there is nothing to take back.
fn asked(
    writing: &Writing<'_>,
    request: &Request,
    operator: &Operator,
) -> Result<Result<Asked, Refusal>, Fault> {
    let (connection, now, sql) = (writing.connection, writing.now, |error| fault(&error));
    if let Target::Done { audit } = &request.target {
        let doing = audit.map_or(Doing::Last, Doing::Audit);
        let kept = match undo::find(connection, operator.standing.id, doing, now).map_err(sql)? {
            Ok(Found::One(kept)) => kept,
            Ok(Found::Set(job)) => return Ok(Err(undo_set::as_a_whole(job))),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (spec, undone) = (kept.spec, Some(kept.open(writing.sealer)?));
        let form = actions::undo::form(spec);
        let upon = find::by_id(connection, kept.target, now).map_err(sql)?;
        return Ok(Ok(Asked { spec, form, upon, version: kept.version, undone }));
    }
    let Some(spec) = actions::find(request.code) else {
        return Err(Fault::input(format!("no action `{}`", request.code)));
    };
    let (upon, version) = match &request.target {
        _ if spec.is_own() => (find::own(connection, operator, now).map_err(sql)?, None),
        Target::Seen { id, version } => (find::by_id(connection, *id, now).map_err(sql)?, Some(*version)),
        Target::Named(name) => (named(connection, operator, spec, name, now).map_err(sql)?, None),
        Target::Directory | Target::Set(_) | Target::DoneSet { .. } | Target::Done { .. } => {
            (Upon::Nothing, None)
        }
    };
    Ok(Ok(Asked { spec, form: spec.form, upon, version, undone: None }))
}

/// What `name` means to `spec`: something that is there, or what it makes will be called.
fn named(
    connection: &Connection,
    operator: &Operator,
    spec: &Spec,
    name: &str,
    now: Timestamp,
) -> rusqlite::Result<Upon> {
    match (spec.target_kind(), spec.makes()) {
        (Some(kind), _) => find::by_name(connection, operator, kind, name, now),
        (None, Some(kind)) => Ok(Upon::New { kind, name: name.trim().to_owned() }),
        (None, None) => Ok(Upon::Nothing),
    }
}

fn finish(writing: &Writing<'_>, request: &Request, order: &Order<'_>) -> Result<Answer, Fault> {
    let plan = order.plan();
    let mut receipt = Receipt {
        target: target_name(order.case().upon),
        differences: plan.differences.clone(),
        effects: plan.effects.iter().cloned().chain(request.outside.iter().map(OutsideFact::told)).collect(),
        shown: shown(order),
        risk: Some(order.risk()),
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
            refused(writing, request, order.case().operator, &Upon::Nothing, &refusal)?;
            return Ok(answer);
        }
    };
    receipt.audit = done.audit;
    if let Some(id) = done.made {
        let upon = find::by_id(writing.connection, id, writing.now).map_err(|error| fault(&error))?;
        receipt.target = target_name(&upon);
    }
    receipt.messages = done.messages;
    receipt.counts = done.counts();
    receipt.batch = done.batch;
    receipt.undo_until = done.undo_until;
    receipt.revealed = done.revealed;
    Ok(Answer::Done(Box::new(receipt)))
}

/// The facts that the action declares, as they are now.
fn shown(order: &Order<'_>) -> Vec<ShownFact> {
    let facts = &order.case().facts;
    let asked_at = |fact| facts.outside.iter().find(|outside| outside.fact == fact).map(|said| said.asked_at);
    let known = order.spec().facts.iter().filter_map(|fact| {
        Some(ShownFact { fact: *fact, value: facts.value(*fact)?, asked_at: asked_at(*fact) })
    });
    known.collect()
}

/// What a case is about, in words.
pub(super) fn target_name(upon: &Upon) -> Option<TargetName> {
    let (id, version) = upon.id().zip(upon.version())?;
    Some(TargetName { id, name: upon.name().to_owned(), called: upon.called(), version })
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
        kind_before: assign::kind_before(connection, person.user.id)?.map(|word| users::kind(&word)),
        ..Facts::default()
    })
}

/// From L3 on: a fresh code, or where no code can be asked what the modal has typed.
fn confirmed(writing: &Writing<'_>, spec: &Spec, request: &Request, case: &Case<'_>) -> Result<(), Refusal> {
    // A later step was confirmed with the first: the batch says whose it is.
    let goes_on = matches!(request.import, Some(ImportStep::Show(_) | ImportStep::GiveUp(_)));
    // Of a set it was asked once, when the job was made.
    if request.run == Run::Dry || writing.job.is_some() || goes_on {
        return Ok(());
    }
    let name = spec.target_kind().or(spec.makes()).map(|_| case.upon.name());
    proof::given(spec, &request.actor, &request.confirmed, name, case.now)
}

/// What an order still wants that its declaration alone does not tell: a password beside the answers, and where it gives
/// more than its level the proof and the reason of a high risk.
fn wants_more(
    writing: &Writing<'_>,
    request: &Request,
    form: &'static [Field],
    order: &Order<'_>,
) -> Result<Option<Answer>, Fault> {
    if request.run == Run::Dry {
        return Ok(None);
    }
    let wants_password = form.iter().find(|field| field.kind == FieldKind::NewPassword);
    if let Some(field) = wants_password.filter(|_| request.password_hash.is_none()) {
        return Ok(Some(Answer::Form(FieldFault { field: field.name, text: "is required".to_owned() })));
    }
    let case = order.case();
    let name = case.upon.id().map(|_| case.upon.name());
    let Err(refusal) = proof::of_order(order, &request.actor, &request.confirmed, name, writing.job) else {
        return Ok(None);
    };
    refused(writing, request, case.operator, case.upon, &refusal)?;
    Ok(Some(Answer::Refused(refusal)))
}

/// Notes in the audit that `refusal` answered `request`.
pub(super) fn refused(
    writing: &Writing<'_>,
    request: &Request,
    operator: &Operator,
    upon: &Upon,
    refusal: &Refusal,
) -> Result<(), Fault> {
    // Of what does not exist for the operator, only what was typed is kept.
    let upon = if refusal.rule == Rule::Existence { &Upon::Nothing } else { upon };
    let mut record = record(writing, request, request.code, operator, upon);
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
    upon: &Upon,
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
    if let Some(outside) = outside_told(request) {
        detail.insert("outside".to_owned(), outside);
    }
    let mut record = record_of(writing, actor, operator, action);
    record.target = upon.told();
    if let Some(id) = upon.id() {
        record.target_id = id.number();
        record.organisations = upon.organisation().map_or_else(String::new, |id| id.0.to_string());
        if let Some(kind) = kind_told(id) {
            detail.insert("kind".to_owned(), json!(kind));
        }
    }
    record.detail = serde_json::Value::Object(detail).to_string();
    record
}

/// What an audit entry says of what other systems said; `None` where none was asked.
pub(super) fn outside_told(request: &Request) -> Option<serde_json::Value> {
    let told = request.outside.iter().map(|outside| {
        let (fact, at) = (outside.fact.name(), outside.asked_at.rfc3339());
        match &outside.said {
            Said::Value(value) => json!({ "fact": fact, "value": value, "asked_at": at }),
            Said::Nobody => json!({ "fact": fact, "value": null, "asked_at": at }),
            Said::Nothing(why) => json!({ "fact": fact, "failed": why, "asked_at": at }),
        }
    });
    (!request.outside.is_empty()).then(|| told.collect())
}

/// What an audit entry says of the kind of its target; a user's says nothing.
pub(super) fn kind_told(id: TargetId) -> Option<&'static str> {
    Some(id.kind()).filter(|kind| *kind != TargetKind::User).map(TargetKind::word)
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
