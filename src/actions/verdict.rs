//! The gate: from a case to a warrant, from a warrant to an order.
//!
//! The fields of [`Warrant`] and [`Order`] are private, and only this file makes
//! them: what was not judged inside the transaction cannot be written.

use crate::actions::case::{Case, Facts, Plan};
use crate::actions::spec::{Guard, Needs, Spec, Subject, UserRules};
use crate::actions::{structure, undo};
use crate::authz::masters::{self, Master};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::rules;
use crate::domain::notice::Notice;
use crate::domain::status::{Status, StatusFacts};
use crate::domain::target::TargetKind;

/// Leave to carry out one action on one case, as long as the transaction lasts.
#[derive(Debug)]
pub struct Warrant<'tx> {
    spec: &'static Spec,
    case: Case<'tx>,
}

/// An action with its plan: the only thing that the store writes for an operator.
#[derive(Debug)]
pub struct Order<'tx> {
    spec: &'static Spec,
    case: Case<'tx>,
    plan: Plan,
}

/// Judges `case`: allowed, or the first rule that refuses, in the order of [`Rule`].
pub fn verdict<'tx>(spec: &'static Spec, case: Case<'tx>) -> Result<Warrant<'tx>, Refusal> {
    rules::own_status(case.operator)?;
    match &spec.subject {
        Subject::User(user) => on_user(spec, user, &case)?,
        Subject::Group(of) => structure::changing(spec, TargetKind::Group, of.guards, &case)?,
        Subject::Role(of) => structure::changing(spec, TargetKind::Role, of.guards, &case)?,
        Subject::Organisation(_) => structure::changing(spec, TargetKind::Organisation, &[], &case)?,
        Subject::New(making) => structure::making(spec, making, &case)?,
        Subject::Directory(_) => right(spec, &case)?,
    }
    Ok(Warrant { spec, case })
}

impl<'tx> Warrant<'tx> {
    /// Makes the plan. A value that cannot be given is refused here.
    pub fn order(self) -> Result<Order<'tx>, Refusal> {
        let plan = match (self.case.undone, &self.spec.subject) {
            (Some(undone), _) => undo::plan(undone, &self.case)?,
            (None, Subject::User(rules)) => (rules.plan)(&self.case)?,
            (None, Subject::Group(rules) | Subject::Role(rules)) => (rules.plan)(&self.case)?,
            (None, Subject::Organisation(rules)) => (rules.plan)(&self.case)?,
            (None, Subject::New(making)) => (making.plan)(&self.case)?,
            (None, Subject::Directory(rules)) => (rules.plan)(&self.case)?,
        };
        Ok(Order { spec: self.spec, case: self.case, plan })
    }
}

impl<'tx> Order<'tx> {
    /// The action.
    pub const fn spec(&self) -> &'static Spec {
        self.spec
    }

    /// The code of its audit entry.
    pub const fn code(&self) -> &'static str {
        if self.case.undone.is_some() { undo::CODE } else { self.spec.code }
    }

    /// The code of its row in the user's history.
    pub fn history(&self) -> Option<&'static str> {
        if self.case.undone.is_some() { undo::history(self.spec) } else { self.spec.history }
    }

    /// Who is told: of an undo nobody.
    pub const fn notices(&self) -> &'static [Notice] {
        if self.case.undone.is_some() { &[] } else { self.spec.notices }
    }

    /// What was judged.
    pub const fn case(&self) -> &Case<'tx> {
        &self.case
    }

    /// What will change.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }
}

fn right(spec: &Spec, case: &Case<'_>) -> Result<(), Refusal> {
    match spec.right {
        Needs::Right(right) => rules::holds(case.operator, right),
        Needs::Own => Ok(()),
    }
}

fn on_user(spec: &Spec, of: &UserRules, case: &Case<'_>) -> Result<(), Refusal> {
    let Some(person) = case.upon.person() else {
        return Err(Refusal::no_such_user(""));
    };
    let target = &person.standing;
    rules::exists(case.operator, target, &target.login)?;
    right(spec, case)?;
    if of.guards.contains(&Guard::NotOneself) {
        rules::not_oneself(case.operator, target)?;
    }
    rules::level_reaches(case.operator, target)?;
    if of.guards.contains(&Guard::TakingOver) {
        rules::taking_over(case.operator, target)?;
    }
    if !of.kinds.contains(&target.kind) {
        let kinds: Vec<&str> = of.kinds.iter().map(|kind| kind.word()).collect();
        return Err(Refusal::new(
            Rule::Kind,
            format!("user is a {}; must be {}", target.kind, kinds.join(" or ")),
            "",
        ));
    }
    if let Some(undone) = case.undone {
        // The status that the action left is not one that it is offered in.
        return undo::allowed(undone, case);
    }
    if !of.from.contains(&target.status) {
        return Err(state(target.status, of.from));
    }
    of.guards.iter().try_for_each(|guard| facts_allow(*guard, &person.user.facts, case.facts))?;
    if of.guards.contains(&Guard::MasterRemains) {
        let others: Vec<Master> =
            case.facts.masters.iter().filter(|master| master.id != target.id).cloned().collect();
        let is_master = others.len() < case.facts.masters.len();
        if is_master && !masters::always_one(&others, case.now) {
            return Err(Refusal::new(
                Rule::LastMaster,
                "without this user no usable master administrator would remain",
                "another master administrator without lock or deactivation",
            ));
        }
    }
    Ok(())
}

/// What a status does not tell.
fn facts_allow(guard: Guard, facts: &StatusFacts, looked_up: &Facts) -> Result<(), Refusal> {
    let (holds, text, wanted) = match guard {
        Guard::NotLockedYet => {
            (facts.admin_lock.is_none(), "user is locked already", "must not be LOCKED_BY_ADMIN")
        }
        Guard::NotDeactivatedYet => {
            (!facts.deactivated, "user is deactivated already", "must not be deactivated")
        }
        Guard::HasWindow => {
            (facts.window.is_some(), "no temporary deactivation is set", "a window that is set")
        }
        Guard::HasSessions => {
            (!looked_up.sessions.is_empty(), "user has no live session", "a console session that is open")
        }
        Guard::NotOneself | Guard::TakingOver | Guard::MasterRemains => return Ok(()),
    };
    if holds { Ok(()) } else { Err(Refusal::new(Rule::State, text, wanted)) }
}

fn state(status: Status, from: &[Status]) -> Refusal {
    let allowed: Vec<&str> = from.iter().map(|status| status.word()).collect();
    // A long list is said by what is missing from it.
    let wanted = if from.len() * 2 > Status::ALL.len() {
        format!("must not be {}", status.word())
    } else {
        format!("must be {}", allowed.join(" or "))
    };
    Refusal::new(Rule::State, format!("user is {}; {wanted}", status.word()), wanted.clone())
}
