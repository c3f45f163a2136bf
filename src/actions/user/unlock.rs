//! Unlock: admin lock and auto lock end, what lies beneath shows again.

use crate::actions::case::{Case, Plan};
use crate::actions::spec::{Bulk, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::domain::change::Change;
use crate::domain::notice::{Addressee, Notice};
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.unlock",
    title: "Unlock",
    letter: 'l',
    help: "Ends the lock by an operator and the lock by wrong passwords; failures are counted from 0 again, and the \
           status that lay beneath shows.",
    right: Needs::Right(Right::UserLock),
    risk: Risk::L1,
    bulk: Bulk::Yes,
    undo: Undo::Opposite("user.lock"),
    form: &[],
    facts: &[],
    history: Some("user.unlock"),
    notices: &[Notice { to: Addressee::Subject, template: "user_unlocked" }],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &Kind::ALL,
        from: &[Status::LockedByAdmin, Status::AutoLocked],
        guards: &[crate::actions::spec::Guard::NotOneself],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let mut after = user.facts.clone();
    after.admin_lock = None;
    after.auto_locked_at = None;
    Ok(Plan {
        changes: vec![Change::LocksEnded { user: user.id }],
        differences: vec![case.status_difference(&after)],
        effects: vec!["Failures are counted from 0 again; not archived any more.".to_owned()],
        ..Plan::default()
    })
}
