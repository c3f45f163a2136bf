//! Why an action is or is not allowed: the walk of the gate, told step by step, and who could do it instead.

use std::borrow::Cow;

use rusqlite::Connection;

use crate::actions::case::{Case, Facts};
use crate::actions::form::Answers;
use crate::actions::spec::{Needs, Spec};
use crate::actions::upon::Upon;
use crate::actions::walk::{Finding, explain};
use crate::actions::{self};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::authz::standing::Operator;
use crate::authz::{rules, sources as origins};
use crate::base::fault::Fault;
use crate::base::limits::{ABLE_JUDGED_MAX, ABLE_NAMED_MAX};
use crate::base::time::Timestamp;
use crate::domain::target::TargetKind;
use crate::protocol::{Able, About, Explained, Reply};
use crate::store::structure::{find, read};
use crate::store::{sources, standing, users};

/// Explains what the gate would say to `operator`, or to who asks without one.
pub(super) fn answer(
    connection: &Connection,
    asker: &Operator,
    (code, about): (&str, &About),
    operator: Option<&str>,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    let Some(spec) = actions::find(code) else {
        return Ok(Reply::Failed(Fault::input(format!("no action `{code}`"))));
    };
    let judged = match operator {
        None => Cow::Borrowed(asker),
        Some(named) => match other(connection, asker, named, now)? {
            Ok(other) => Cow::Owned(other),
            Err(refusal) => return Ok(Reply::Refused(refusal)),
        },
    };
    let (upon, asked) = upon(connection, (asker, &judged), spec, about, now)?;
    let answers = Answers::default();
    let asks = find::Asks { spec, answers: &answers, undone: None };
    let facts = find::facts(connection, &judged, &upon, asks, now)?;
    let case = Case {
        operator: &judged,
        upon: &upon,
        asked: &asked,
        answers: &answers,
        facts: &facts,
        undone: None,
        password: None,
        import: None,
        now,
    };
    let chain = explain(spec, &case);
    let refusal = chain.iter().find_map(|step| match &step.finding {
        Finding::Fails(refusal) => Some(refusal.clone()),
        Finding::Holds(_) | Finding::NotAsked(_) | Finding::NotReached => None,
    });
    let right = right(connection, asker, &judged, spec, refusal.as_ref())?;
    let able = match &refusal {
        Some(refusal) if is_of_authority(refusal.rule) && asker.holds(Right::UserView) => {
            able(connection, asker, spec, &case)?
        }
        Some(_) | None => None,
    };
    // Whoever it was judged for need not see it: whether it is told is a question to who asks.
    let target = upon.id().map(|id| format!("{}  {id}", upon.called()));
    let operator = operator.map(|_| judged.standing.login.clone());
    Ok(Reply::Why(Box::new(Explained { spec, operator, target, refusal, chain, right, able })))
}

/// The operator whom `named` means, where that is somebody for `asker`.
fn other(
    connection: &Connection,
    asker: &Operator,
    named: &str,
    now: Timestamp,
) -> rusqlite::Result<Result<Operator, Refusal>> {
    let found = match users::resolve(connection, named)? {
        Some(id) => standing::operator(connection, id, now)?,
        None => None,
    };
    let may = rules::own_status(asker).and_then(|()| rules::holds(asker, Right::UserView));
    let seen = found.filter(|other| rules::exists(asker, &other.standing, named).is_ok());
    Ok(match (may, seen) {
        (_, Some(oneself)) if oneself.standing.id == asker.standing.id => Ok(oneself),
        (Err(refusal), _) => Err(refusal),
        (Ok(()), Some(other)) => Ok(other),
        (Ok(()), None) => Err(Refusal::no_such_user(named)),
    })
}

/// What it is about, and how it was asked for. What is out of the asker's sight is as if it were not there.
fn upon(
    connection: &Connection,
    (asker, judged): (&Operator, &Operator),
    spec: &Spec,
    about: &About,
    now: Timestamp,
) -> rusqlite::Result<(Upon, String)> {
    let (upon, asked) = match (spec.target_kind(), spec.makes(), about) {
        (Some(_), _, About::Id(id)) => (find::by_id(connection, *id, now)?, id.to_string()),
        (Some(kind), _, About::Named(name)) => {
            (find::by_name(connection, asker, kind, name, now)?, name.clone())
        }
        (None, Some(kind), about) => {
            let name = if let About::Named(name) = about { name.clone() } else { String::new() };
            (Upon::New { kind, name: name.clone() }, name)
        }
        (None, None, _) if spec.is_own() => (find::own(connection, judged, now)?, String::new()),
        (Some(_), _, About::Nothing) | (None, None, _) => (Upon::Nothing, String::new()),
    };
    let is_seen = spec.target_kind().is_none_or(|kind| upon.exists(asker, kind, "").is_ok());
    Ok((if is_seen { upon } else { Upon::Nothing }, asked))
}

/// Where the right comes from, or what would give it.
fn right(
    connection: &Connection,
    asker: &Operator,
    judged: &Operator,
    spec: &Spec,
    refusal: Option<&Refusal>,
) -> rusqlite::Result<Vec<String>> {
    let (Needs::Right(right), Ok(())) = (spec.right, rules::own_status(asker)) else { return Ok(Vec::new()) };
    match refusal.map(|refusal| refusal.rule) {
        // Before this rule nothing of rights was asked.
        Some(Rule::Status | Rule::Existence) => Ok(Vec::new()),
        Some(Rule::Right) => sources::giving(connection, asker, right),
        Some(_) | None => {
            let sources = sources::sources(connection, asker, &judged.standing)?;
            Ok(origins::of(&sources, right).into_iter().map(|source| format!("held by {source}")).collect())
        }
    }
}

/// Whether another operator could pass where this one failed: a question of who asks, not of what it is upon.
const fn is_of_authority(rule: Rule) -> bool {
    matches!(rule, Rule::Right | Rule::Own | Rule::Level | Rule::TakingOver | Rule::Giving)
}

/// Whom `asker` sees who pass all rules of authority in this case, each judged by the same walk.
fn able(
    connection: &Connection,
    asker: &Operator,
    spec: &'static Spec,
    case: &Case<'_>,
) -> rusqlite::Result<Option<Able>> {
    let Needs::Right(right) = spec.right else { return Ok(None) };
    let mut found = sources::holders(connection, &asker.sight(), right, ABLE_JUDGED_MAX + 1)?;
    let mut able = Able { is_more: found.len() > ABLE_JUDGED_MAX, ..Able::default() };
    found.truncate(ABLE_JUDGED_MAX);
    for id in found {
        let Some(operator) = standing::operator(connection, id, case.now)? else { continue };
        let mut facts: Facts = case.facts.clone();
        if case.upon.id().is_some_and(|id| id.kind() == TargetKind::Role) {
            facts.own_roles = read::roles_of(connection, id)?.into_iter().collect();
        }
        let of_them = Case { operator: &operator, facts: &facts, ..*case };
        let failed = explain(spec, &of_them).into_iter().find_map(|step| match step.finding {
            Finding::Fails(refusal) => Some(refusal.rule),
            Finding::Holds(_) | Finding::NotAsked(_) | Finding::NotReached => None,
        });
        if failed.is_none_or(|rule| rule >= Rule::Kind) {
            able.count += 1;
            if able.logins.len() < ABLE_NAMED_MAX {
                able.logins.push(operator.standing.login.clone());
            }
        }
    }
    Ok(Some(able))
}
