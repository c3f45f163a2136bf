//! Import: rows of a file become users or change them, all of them or none.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial};
use crate::actions::spec::{Bulk, DirectoryRules, Needs, Risk, Spec, Subject, Undo};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::domain::import::ImportStep;

/// The declaration. Naming the file is the confirmation; each row passes `import_row` by itself.
pub static SPEC: Spec = Spec {
    code: "data.import",
    title: "Import",
    letter: 'i',
    help: "Creates and updates users from a file. Every row is checked first, with the rules of the actions that \
           would change the same values by hand; if one row is wrong, nothing is imported. Cannot be \
           undone.",
    right: Needs::Right(Right::DataImport),
    risk: Risk::L3,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        Field {
            name: "kind",
            label: "Kind",
            kind: FieldKind::Choice(&["users"]),
            required: true,
            initial: Initial::Nothing,
        },
        Field {
            name: "file",
            label: "File",
            kind: FieldKind::File,
            required: true,
            initial: Initial::Nothing,
        },
        Field {
            name: "format",
            label: "Format",
            kind: FieldKind::Choice(&["csv", "json"]),
            required: true,
            initial: Initial::Nothing,
        },
    ],
    facts: &[],
    history: Some("users.create"),
    notices: &[],
    subject: Subject::Directory(DirectoryRules { on: "directory", plan }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let refuse = |text: String, hint| Err(Refusal::new(Rule::Guard, text, hint));
    match case.import {
        None => refuse("no rows were read".to_owned(), "name a file: `import users FILE`"),
        Some(ImportStep::GiveUp(why)) => refuse(format!("nothing was imported: {why}"), ""),
        Some(step @ (ImportStep::Begin | ImportStep::Show(_))) => {
            let detail = case.answers.of("file").to_owned();
            Ok(Plan { import: Some(step.clone()), detail, ..Plan::default() })
        }
    }
}
