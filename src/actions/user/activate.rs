//! Activate: the deactivation or its window ends, or a new user is let in; what lies beneath shows.

use crate::actions::case::{Case, Plan};
use crate::actions::spec::{Bulk, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::domain::change::Change;
use crate::domain::notice::{Addressee, Notice};
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.activate",
    title: "Activate",
    letter: 'v',
    help: "Ends the deactivation, or lets a new user in for the first time; the status that lay beneath shows.",
    right: Needs::Right(Right::UserActivate),
    risk: Risk::L1,
    bulk: Bulk::Yes,
    undo: Undo::Opposite("user.deactivate"),
    form: &[],
    facts: &[],
    history: Some("user.activate"),
    notices: &[Notice { to: Addressee::Subject, template: "user_activated" }],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &Kind::ALL,
        from: &[Status::Inactive, Status::Initial],
        guards: &[Guard::NotOneself],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let mut after = user.facts.clone();
    let change = if user.facts.status_at(case.now) == Status::Inactive {
        after.deactivated = false;
        after.window = None;
        Change::DeactivationEnded { user: user.id }
    } else {
        after.not_activated = false;
        Change::FirstActivated { user: user.id }
    };
    Ok(Plan { changes: vec![change], differences: vec![case.status_difference(&after)], ..Plan::default() })
}
