//! The gate: from a case to a warrant, from a warrant to an order.
//!
//! The fields of [`Warrant`] and [`Order`] are private, and only this file makes
//! them: what was not judged inside the transaction cannot be written.

use crate::actions::case::{Case, Plan};
use crate::actions::group::link_users;
use crate::actions::pick;
use crate::actions::spec::{Risk, Spec, Subject};
use crate::actions::undo;
use crate::actions::walk::walk;
use crate::authz::refusal::Refusal;
use crate::domain::notice::Notice;

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

/// Judges `case`: allowed, or the first rule that refuses, in the order of [`Rule`](crate::authz::refusal::Rule).
pub fn verdict<'tx>(spec: &'static Spec, case: Case<'tx>) -> Result<Warrant<'tx>, Refusal> {
    walk(spec, &case, |_| {})?;
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
            (None, Subject::Own(rules)) => (rules.plan)(&self.case)?,
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

    /// Its risk: that of its declaration, and at least high where it gives level, scope or a right of few.
    pub fn risk(&self) -> Risk {
        let gives_much =
            pick::is_of_high_risk(&self.case) || link_users::is_of_high_risk(&self.case, &self.plan);
        let least = if gives_much { Risk::L3 } else { Risk::L1 };
        self.spec.risk.max(least)
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
