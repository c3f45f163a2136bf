//! Reveal a masked field: one field of one user, for a minute, with a reason; the audit keeps all but the value.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial, REASON};
use crate::actions::spec::{Bulk, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::domain::masked::MaskedField;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "pii.reveal",
    title: "Reveal a masked field",
    letter: 'm',
    help: "Shows one field of personal data for a minute. The audit keeps whose, which field and why, and not the \
           value.",
    right: Needs::Right(Right::UserPiiReveal),
    risk: Risk::L1,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        Field {
            name: "field",
            label: "Field",
            kind: FieldKind::Masked,
            required: true,
            initial: Initial::Nothing,
        },
        REASON,
    ],
    facts: &[],
    history: None,
    notices: &[],
    subject: Subject::User(UserRules {
        on: "user",
        kinds: &Kind::ALL,
        from: &Status::ALL,
        guards: &[Guard::TakingOver],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let name = case.answers.of("field");
    let field =
        MaskedField::parse(name).filter(|field| field.values(user).iter().any(|value| !value.is_empty()));
    let Some(field) = field else {
        return Err(Refusal::new(Rule::Guard, format!("no `{name}` is known of this user"), "another field"));
    };
    Ok(Plan { detail: format!("field {}", field.name()), reveals: Some(field), ..Plan::default() })
}
