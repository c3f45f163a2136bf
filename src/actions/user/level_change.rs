//! Change level and scope: of an administrator; without a level the kind before is restored.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial, LONG_REASON};
use crate::actions::pick::{self, Pick};
use crate::actions::spec::{Bulk, Fact, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::actions::user::nothing_changed;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::domain::change::{Change, Difference};
use crate::domain::level::Level;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.level.change",
    title: "Change level and scope",
    letter: 'L',
    help: "Gives an administrator another level or another scope, or takes the level away; then the user is what they \
           were before. A master administrator's scope is always all, and becoming one leaves the group. Cannot be undone.",
    right: Needs::Right(Right::UserPromote),
    risk: Risk::L3,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        Field {
            name: "level",
            label: "Level",
            kind: FieldKind::Picked(Pick::LevelOrNone),
            required: false,
            initial: Initial::Held,
        },
        Field {
            name: "scope",
            label: "Scope",
            kind: FieldKind::Picked(Pick::Scope),
            required: false,
            initial: Initial::Held,
        },
        LONG_REASON,
    ],
    facts: &[Fact::LiveSessions],
    history: Some("user.promote"),
    notices: &[],
    subject: Subject::User(UserRules {
        on: "admin",
        kinds: &[Kind::Admin],
        from: &Status::ALL,
        guards: &[Guard::NotOneself, Guard::MayTakeLevel, Guard::MayPromote, Guard::MasterRemains],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let (level, scope) = (pick::level_after(case), pick::scope_after(case));
    scope_fits(case, level)?;
    if level == user.level && scope.as_ref() == Some(&user.scope) {
        return Err(nothing_changed());
    }
    let before = user.level.map_or(pick::NO_LEVEL, Level::code);
    let after = level.map_or(pick::NO_LEVEL, Level::code);
    let mut differences = Vec::new();
    if before != after {
        differences.push(Difference::new("level", before, after));
    }
    let (old, new) = (case.scope_words(Some(&user.scope)), case.scope_words(scope.as_ref()));
    if old != new {
        differences.push(Difference::new("scope", old, new));
    }
    let mut changes = Vec::new();
    let mut effects = Vec::new();
    if level == Some(Level::Master) && user.group.is_some() {
        changes.push(Change::GroupSet { user: user.id, group: None });
        effects.push("The user leaves the group: no master administrator is in one.".to_owned());
    }
    if level.is_none() {
        effects.extend(becomes_again(case, &mut changes));
    }
    // Last: a customer is in no group, and the store holds to that at every step.
    changes.push(Change::LevelSet { user: user.id, level, scope });
    let shuts_out = level.is_none() && user.group.is_none() && user.roles.is_empty();
    effects.extend(case.at_once(shuts_out));
    let detail = format!("level {after}: {}", case.answers.of("reason"));
    Ok(Plan { changes, differences, effects, detail, ..Plan::default() })
}

/// What the user is without the level; a customer has no roles, group or platform accounts.
fn becomes_again(case: &Case<'_>, changes: &mut Vec<Change>) -> Option<String> {
    let user = case.user()?;
    let kind = case.facts.kind_before.unwrap_or(Kind::Staff);
    if kind != Kind::Customer {
        return Some(format!("The user is {kind} again."));
    }
    if !user.roles.is_empty() {
        changes.push(Change::RolesSet { user: user.id, roles: Vec::new() });
    }
    if user.group.is_some() {
        changes.push(Change::GroupSet { user: user.id, group: None });
    }
    if !user.accounts.is_empty() {
        changes.push(Change::AccountsSet { user: user.id, accounts: Vec::new() });
    }
    Some("The user is a customer again, without roles, group and platform accounts.".to_owned())
}

/// A scope goes with a level, and a master administrator's is all.
pub(super) fn scope_fits(case: &Case<'_>, level: Option<Level>) -> Result<(), Refusal> {
    let named = pick::picked(case, "scope").filter(|things| !things.is_empty());
    let is_all = named.is_none_or(|things| things == [pick::Pickable::Everywhere]);
    match level {
        None if named.is_some() => {
            Err(Refusal::new(Rule::Guard, "scope: must be empty without a level", "a level, or no scope"))
        }
        Some(Level::Master) if !is_all => Err(Refusal::new(
            Rule::Guard,
            "scope: must be all for a master administrator",
            "all, or another level",
        )),
        Some(_) | None => Ok(()),
    }
}
