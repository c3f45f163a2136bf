//! Export of the audit: the entries that a filter means go out as a file, as far as their reader may see them.
//!
//! As every export it is in the audit twice: before the first row leaves, and with how many left.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial, REASON};
use crate::actions::spec::{Bulk, DirectoryRules, Needs, Risk, Spec, Subject, Undo};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::base::limits::SEARCH_CHARS_MAX;

/// The declaration. It is asked for by words of its own, which write to standard output.
pub static SPEC: Spec = Spec {
    code: "audit.export",
    title: "Export audit",
    letter: 'x',
    help: "Writes the entries of the audit that a filter means to a file, newest first: those of organisations in your \
           scope. The audit keeps the filter, the reason and how many entries left.",
    right: Needs::Right(Right::AuditView),
    risk: Risk::L1,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        Field {
            name: "filter",
            label: "Filter",
            kind: FieldKind::Line { chars_min: 0, chars_max: SEARCH_CHARS_MAX * 4 },
            required: false,
            initial: Initial::Nothing,
        },
        Field {
            name: "format",
            label: "Format",
            kind: FieldKind::Choice(&["csv", "json"]),
            required: true,
            initial: Initial::Nothing,
        },
        REASON,
    ],
    facts: &[],
    history: None,
    notices: &[],
    subject: Subject::Directory(DirectoryRules { on: "account", plan }),
};

#[expect(clippy::unnecessary_wraps, reason = "a plan may refuse; this one never does")]
fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let of = |name| case.answers.of(name);
    let filter = if of("filter").is_empty() { "all that may be seen" } else { of("filter") };
    Ok(Plan { detail: format!("audit as {}: {filter}", of("format")), ..Plan::default() })
}
