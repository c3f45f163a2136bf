//! End temporary deactivation: the window is removed, also one that has not begun.

use crate::actions::case::{Case, Plan};
use crate::actions::spec::{Bulk, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::domain::change::Change;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.deactivate_end",
    title: "End temporary deactivation",
    letter: 'e',
    help: "Removes the window of time without sign-in, whether it has begun or not.",
    right: Needs::Right(Right::UserActivate),
    risk: Risk::L1,
    bulk: Bulk::Yes,
    undo: Undo::Opposite("user.deactivate_for"),
    form: &[],
    facts: &[],
    history: Some("user.activate"),
    notices: &[],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &Kind::ALL,
        from: &Status::ALL,
        guards: &[Guard::NotOneself, Guard::HasWindow],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let mut after = user.facts.clone();
    after.window = None;
    Ok(Plan {
        changes: vec![Change::WindowEnded { user: user.id }],
        differences: vec![case.status_difference(&after)],
        ..Plan::default()
    })
}
