//! What is offered: every action on something, each with the verdict that it would get now.

use rusqlite::Connection;

use crate::actions::case::Case;
use crate::actions::form::Answers;
use crate::actions::upon::Upon;
use crate::actions::verdict::verdict;
use crate::actions::{self, Spec};
use crate::authz::refusal::Refusal;
use crate::authz::standing::Operator;
use crate::base::time::Timestamp;
use crate::domain::target::{TargetId, TargetKind};
use crate::protocol::{Offer, Reply};
use crate::store::execute;
use crate::store::structure::find;

/// Every action on what has this id, as far as it exists for `operator`.
pub(super) fn menu(
    connection: &Connection,
    operator: &Operator,
    id: TargetId,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    let upon = find::by_id(connection, id, now)?;
    if let Err(refusal) = upon.exists(operator, id.kind(), &id.to_string()) {
        return Ok(Reply::Refused(refusal));
    }
    let asked = id.to_string();
    let specs = actions::ALL.iter().filter(|spec| spec.target_kind() == Some(id.kind()));
    specs
        .map(|spec| offer(connection, operator, spec, (&upon, &asked), now))
        .collect::<rusqlite::Result<_>>()
        .map(Reply::Menu)
}

/// What `named` means among what exists for `operator`.
pub(super) fn target(
    connection: &Connection,
    operator: &Operator,
    kind: TargetKind,
    named: &str,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    let upon = find::by_name(connection, operator, kind, named, now)?;
    let seen = upon.exists(operator, kind, named);
    Ok(match (seen, execute::target_name(&upon)) {
        (Ok(()), Some(name)) => Reply::Target(Box::new(name)),
        (Ok(()), None) => Reply::Refused(Refusal::no_such(kind, named)),
        (Err(refusal), _) => Reply::Refused(refusal),
    })
}

/// Whether the action with this code, which is upon nothing that is named, may make something or be done to oneself.
pub(super) fn making(
    connection: &Connection,
    operator: &Operator,
    code: &str,
    now: Timestamp,
) -> rusqlite::Result<Reply> {
    let upon = |spec: &Spec| match spec.makes() {
        Some(kind) => Ok(Some(Upon::New { kind, name: String::new() })),
        None if spec.is_own() => find::own(connection, operator, now).map(Some),
        None => Ok(None),
    };
    let found = actions::find(code).map(|spec| upon(spec).map(|upon| Some(spec).zip(upon))).transpose()?;
    let Some((spec, upon)) = found.flatten() else {
        return Ok(Reply::Failed(crate::base::fault::Fault::input(format!("`{code}` is upon something"))));
    };
    offer(connection, operator, spec, (&upon, ""), now).map(|offer| Reply::Menu(vec![offer]))
}

fn offer(
    connection: &Connection,
    operator: &Operator,
    spec: &'static Spec,
    (upon, asked): (&Upon, &str),
    now: Timestamp,
) -> rusqlite::Result<Offer> {
    let answers = Answers::default();
    let asks = find::Asks { spec, answers: &answers, undone: None };
    let facts = find::facts(connection, operator, upon, asks, now)?;
    let case = Case {
        operator,
        upon,
        asked,
        answers: &answers,
        facts: &facts,
        undone: None,
        password: None,
        import: None,
        now,
    };
    let refusal: Option<Refusal> = verdict(spec, case).err();
    Ok(Offer { spec, refusal })
}
