//! Set tags: the list as it is to be, short words that lists can be filtered by.

use std::collections::BTreeSet;

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial};
use crate::actions::spec::{Bulk, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::base::limits::{TAG_CHARS_MAX, TAGS_MAX};
use crate::domain::change::{Change, Difference};
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "tags.set",
    title: "Set tags",
    letter: 'g',
    help: "Replaces the user's tags by this list, with `,` between; an empty list removes all.",
    right: Needs::Right(Right::UserNote),
    risk: Risk::L1,
    bulk: Bulk::Yes,
    undo: Undo::Yes,
    form: &[Field {
        name: "tags",
        label: "Tags",
        kind: FieldKind::Line { chars_min: 0, chars_max: TAGS_MAX * (TAG_CHARS_MAX + 2) },
        required: false,
        initial: Initial::Tags,
    }],
    facts: &[],
    history: Some("user.update"),
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
    let typed = case.answers.of("tags").split(',').map(str::trim).filter(|tag| !tag.is_empty());
    let tags: BTreeSet<String> = typed.map(str::to_owned).collect();
    if tags.len() > TAGS_MAX || tags.iter().any(|tag| tag.chars().count() > TAG_CHARS_MAX) {
        let wanted = format!("at most {TAGS_MAX} tags of {TAG_CHARS_MAX} characters");
        return Err(Refusal::new(Rule::Guard, format!("tags: must be {wanted}"), wanted));
    }
    let tags: Vec<String> = tags.into_iter().collect();
    Ok(Plan {
        differences: vec![Difference::new("tags", user.tags.join(", "), tags.join(", "))],
        detail: format!("tags: {}", tags.join(", ")),
        changes: vec![Change::TagsSet { user: user.id, tags }],
        ..Plan::default()
    })
}
