//! Clear trusted keys: every key of one's own asks for a code again.

use crate::actions::case::{Case, Plan};
use crate::actions::spec::{Bulk, Needs, OwnRules, Risk, Spec, Subject, Undo};
use crate::authz::refusal::Refusal;
use crate::domain::change::Change;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "self.trusted.clear",
    title: "Clear my trusted keys",
    letter: 'c',
    help: "Trusts none of your SSH keys any more: signing in by any of them asks for a code again. Live sessions go on.",
    right: Needs::Own,
    risk: Risk::L1,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[],
    facts: &[],
    history: Some("security_devices.destroy"),
    notices: &[],
    subject: Subject::Own(OwnRules { guards: &[], plan }),
};

#[expect(clippy::unnecessary_wraps, reason = "a plan may refuse; this one never does")]
fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    Ok(Plan {
        changes: vec![Change::TrustedKeysForgotten { user: case.operator.standing.id }],
        effects: vec!["Signing in by any of your keys asks for a code again.".to_owned()],
        detail: "all trusted keys".to_owned(),
        ..Plan::default()
    })
}
