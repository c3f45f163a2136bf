//! Deactivate: no sign-in until activated again; sessions end.

use crate::actions::case::{Case, Plan};
use crate::actions::form::REASON;
use crate::actions::spec::{Bulk, Fact, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::domain::change::Change;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.deactivate",
    title: "Deactivate",
    letter: 'x',
    help: "The user cannot sign in until somebody activates them again. Running sessions end at once.",
    right: Needs::Right(Right::UserActivate),
    risk: Risk::L2,
    bulk: Bulk::Yes,
    undo: Undo::Opposite("user.activate"),
    form: &[REASON],
    facts: &[Fact::LiveSessions, Fact::OpenAccounts],
    history: Some("user.deactivate"),
    notices: &[],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &Kind::ALL,
        from: &Status::ALL,
        guards: &[Guard::NotOneself, Guard::NotDeactivatedYet, Guard::MasterRemains],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let mut after = user.facts.clone();
    after.deactivated = true;
    Ok(Plan {
        changes: vec![
            Change::DeactivationSet { user: user.id },
            Change::SessionsEnded { user: user.id, why: "your account was deactivated".to_owned() },
        ],
        differences: vec![case.status_difference(&after)],
        effects: case.ending_sessions("No sign-in until activated again."),
        detail: case.answers.of("reason").to_owned(),
        ..Plan::default()
    })
}
