//! Export: what a filter of the list means goes out as a file, masked unless its reader may reveal.
//!
//! The order writes the entry that an export begins; rows are read by readers, page by page, and a
//! second entry tells how many left. So no row leaves without an entry, and no export holds the writer.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial, REASON};
use crate::actions::spec::{Bulk, DirectoryRules, Needs, Risk, Spec, Subject, Undo};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::base::limits::SEARCH_CHARS_MAX;

/// The declaration. It is asked for by words of its own, which write to standard output.
pub static SPEC: Spec = Spec {
    code: "data.export",
    title: "Export",
    letter: 'o',
    help: "Writes the users of a view to a file: those that you may see, with personal data masked unless you may \
           reveal it. The audit keeps the filter, the reason and how many rows left.",
    right: Needs::Right(Right::DataExport),
    risk: Risk::L1,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        Field {
            name: "view",
            label: "View",
            kind: FieldKind::Choice(&["users"]),
            required: true,
            initial: Initial::Nothing,
        },
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
    subject: Subject::Directory(DirectoryRules { on: "directory", plan }),
};

#[expect(clippy::unnecessary_wraps, reason = "a plan may refuse; this one never does")]
fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let of = |name| case.answers.of(name);
    let filter = if of("filter").is_empty() { "everybody" } else { of("filter") };
    let masked = !case.operator.holds(Right::UserPiiReveal);
    let effects = if masked { vec!["Personal data is masked.".to_owned()] } else { Vec::new() };
    let detail = format!("{} as {}: {filter}", of("view"), of("format"));
    Ok(Plan { effects, detail, ..Plan::default() })
}
