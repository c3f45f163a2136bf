//! End my other sessions: all console sessions of one's own close at once, but the one that asks.

use crate::actions::case::{Case, LiveSession, Plan};
use crate::actions::spec::{Bulk, Fact, Guard, Needs, OwnRules, Risk, Spec, Subject, Undo};
use crate::actions::user::sessions_end::told;
use crate::authz::refusal::Refusal;
use crate::domain::change::{Change, Difference};

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "self.sessions.end",
    title: "End my other sessions",
    letter: 'o',
    help: "Ends your console sessions elsewhere at once, such as one left open at another desk; this one goes on. As a \
           command of its own it ends all of them.",
    right: Needs::Own,
    risk: Risk::L1,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[],
    facts: &[Fact::LiveSessions],
    history: Some("session.destroy"),
    notices: &[],
    subject: Subject::Own(OwnRules { guards: &[Guard::HasOtherSessions], plan }),
};

#[expect(clippy::unnecessary_wraps, reason = "a plan may refuse; this one never does")]
fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let others: Vec<&LiveSession> = case.facts.other_sessions().collect();
    let why = || "you ended it from another session".to_owned();
    let ids: Vec<String> = others.iter().map(|session| session.id.to_string()).collect();
    let live = case.facts.sessions.len();
    let left = live - others.len();
    Ok(Plan {
        changes: others
            .iter()
            .map(|session| Change::SessionEnded { session: session.id, why: why() })
            .collect(),
        differences: vec![Difference::new("live sessions", live.to_string(), left.to_string())],
        effects: told(&others, case.facts),
        detail: ids.join(", "),
        ..Plan::default()
    })
}
