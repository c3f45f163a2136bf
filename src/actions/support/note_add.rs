//! Add a note: an internal remark with author and time.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial};
use crate::actions::spec::{Bulk, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::base::limits;
use crate::domain::change::Change;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "note.add",
    title: "Add a note",
    letter: 'n',
    help: "Adds an internal note with your name and the time. The user never sees it.",
    right: Needs::Right(Right::UserNote),
    risk: Risk::L1,
    bulk: Bulk::No,
    undo: Undo::Yes,
    form: &[Field {
        name: "text",
        label: "Note",
        kind: FieldKind::Text { chars_max: limits::NOTE_CHARS_MAX },
        required: true,
        initial: Initial::Nothing,
    }],
    facts: &[],
    history: Some("note.create"),
    notices: &[],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &Kind::ALL,
        from: &Status::ALL,
        guards: &[],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    Ok(Plan {
        changes: vec![Change::NoteAdded { user: user.id, text: case.answers.of("text").to_owned() }],
        effects: vec!["Colleagues who may see this user can read it.".to_owned()],
        ..Plan::default()
    })
}
