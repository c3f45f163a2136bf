//! Delete: the user and all credentials go for good, history and notes go to the archive.

use crate::actions::case::{Case, Plan};
use crate::actions::form::LONG_REASON;
use crate::actions::spec::{Bulk, Fact, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::domain::change::{Change, Difference};
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.delete",
    title: "Delete",
    letter: 'D',
    help: "The user goes for good, with credentials, tags and counters; running sessions end at once. History and notes \
           go to the archive, which is read with the right `audit.view`. Cannot be undone.",
    right: Needs::Right(Right::UserDelete),
    risk: Risk::L4,
    bulk: Bulk::Yes,
    undo: Undo::No,
    form: &[LONG_REASON],
    facts: &[Fact::LiveSessions, Fact::Notes, Fact::OpenAccounts],
    history: Some("user.delete"),
    notices: &[],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &Kind::ALL,
        from: &Status::ALL,
        guards: &[Guard::NotOneself, Guard::MasterRemains],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let facts = case.facts;
    let kept = format!(
        "{} and {} go to the archive.",
        counted(facts.history, "row of history", "rows of history"),
        counted(facts.notes, "note", "notes")
    );
    let mut effects = case.ending_sessions(&kept);
    if facts.messages_waiting > 0 {
        let messages = counted(facts.messages_waiting, "message to the user", "messages to the user");
        effects.push(format!("{messages} not sent yet will not be."));
    }
    if let Some(login) = &user.login {
        effects.push(format!("The name {login} is free again, without any rights."));
    }
    Ok(Plan {
        changes: vec![
            Change::SessionsEnded { user: user.id, why: "your account was deleted".to_owned() },
            Change::UserDeleted { user: user.id },
        ],
        // Login and id only: what the audit says of somebody who is gone names nobody further.
        differences: vec![Difference::new("account", user.id.to_string(), "deleted")],
        effects,
        detail: case.answers.of("reason").to_owned(),
        ..Plan::default()
    })
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
