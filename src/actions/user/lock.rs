//! Lock: no sign-in any more, archived until unlocked, sessions end.

use crate::actions::case::{Case, Plan};
use crate::actions::form::REASON;
use crate::actions::spec::{Bulk, Fact, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::domain::change::{Change, Difference};
use crate::domain::notice::{Addressee, Notice};
use crate::domain::status::{AdminLock, Status};
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.lock",
    title: "Lock",
    letter: 'k',
    help: "The user cannot sign in any more and is archived until somebody unlocks. Running sessions end at once.",
    right: Needs::Right(Right::UserLock),
    risk: Risk::L2,
    bulk: Bulk::Yes,
    undo: Undo::Opposite("user.unlock"),
    form: &[REASON],
    facts: &[Fact::LiveSessions],
    history: Some("user.lock"),
    notices: &[Notice { to: Addressee::Subject, template: "user_locked" }],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &Kind::ALL,
        from: &Status::ALL,
        guards: &[Guard::NotOneself, Guard::NotLockedYet, Guard::MasterRemains],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let lock = AdminLock {
        at: case.now,
        by: case.operator.standing.login.clone(),
        reason: case.answers.of("reason").to_owned(),
    };
    let mut after = user.facts.clone();
    after.admin_lock = Some(lock.clone());
    Ok(Plan {
        changes: vec![
            Change::AdminLockSet { user: user.id, lock },
            Change::SessionsEnded { user: user.id, why: "your account was locked by an operator".to_owned() },
        ],
        differences: vec![case.status_difference(&after), Difference::new("admin lock", "no", "yes")],
        effects: case.ending_sessions("No sign-in until unlocked; archived until then."),
        detail: case.answers.of("reason").to_owned(),
        ..Plan::default()
    })
}
