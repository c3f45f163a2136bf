//! Edit details: names and custom attributes, as they are to be.

use std::collections::BTreeMap;

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial};
use crate::actions::spec::{Bulk, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::actions::user::nothing_changed;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::base::limits::{ATTRIBUTES_CHARS_MAX, NAME_CHARS_MAX};
use crate::domain::attributes;
use crate::domain::change::{Change, Difference};
use crate::domain::status::Status;
use crate::domain::user::{Kind, Names, User};

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.edit",
    title: "Edit details",
    letter: 'd',
    help: "Changes names and custom attributes. Attributes stand one a line as `name=value`, and are then these and \
           no others.",
    right: Needs::Right(Right::UserUpdate),
    risk: Risk::L1,
    bulk: Bulk::No,
    undo: Undo::Yes,
    form: &[
        name("title", "Title", Initial::Title),
        name("first_name", "First name", Initial::FirstName),
        name("middle_name", "Middle name", Initial::MiddleName),
        name("last_name", "Last name", Initial::LastName),
        Field {
            name: "attributes",
            label: "Attributes",
            kind: FieldKind::Text { chars_max: ATTRIBUTES_CHARS_MAX },
            required: false,
            initial: Initial::Attributes,
        },
    ],
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

const fn name(name: &'static str, label: &'static str, initial: Initial) -> Field {
    let kind = FieldKind::Line { chars_min: 0, chars_max: NAME_CHARS_MAX };
    Field { name, label, kind, required: false, initial }
}

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let value = |name: &str, before: &str| case.answers.given(name).unwrap_or(before).to_owned();
    let names = Names {
        title: value("title", &user.names.title),
        first: value("first_name", &user.names.first),
        middle: value("middle_name", &user.names.middle),
        last: value("last_name", &user.names.last),
    };
    let attributes = match case.answers.given("attributes") {
        Some(typed) => attributes::read(typed)
            .map_err(|wrong| Refusal::new(Rule::Guard, format!("attributes: {wrong}"), "`name=value`"))?,
        None => user.attributes.clone(),
    };
    let mut differences = of_names(&user.names, &names);
    let mut changes = Vec::new();
    if !differences.is_empty() {
        changes.push(Change::NamesSet { user: user.id, names });
    }
    let further = of_attributes(user, &attributes);
    if !further.is_empty() {
        changes.push(Change::AttributesSet { user: user.id, attributes });
        differences.extend(further);
    }
    if changes.is_empty() {
        return Err(nothing_changed());
    }
    let fields: Vec<&str> = differences.iter().map(|difference| difference.field.as_str()).collect();
    Ok(Plan { changes, detail: fields.join(", "), differences, ..Plan::default() })
}

/// The names that differ.
pub(in crate::actions) fn of_names(before: &Names, after: &Names) -> Vec<Difference> {
    let pairs = [
        ("title", &before.title, &after.title),
        ("first name", &before.first, &after.first),
        ("middle name", &before.middle, &after.middle),
        ("last name", &before.last, &after.last),
    ];
    let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(field, before, after)| Difference::new(field, before, after)).collect()
}

/// The attributes that differ.
pub(in crate::actions) fn of_attributes(user: &User, after: &[(String, String)]) -> Vec<Difference> {
    let mut values: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for (name, value) in &user.attributes {
        values.entry(name).or_default().0 = value;
    }
    for (name, value) in after {
        values.entry(name).or_default().1 = value;
    }
    let changed = values.into_iter().filter(|(_, (before, after))| before != after);
    changed
        .map(|(name, (before, after))| Difference::new(format!("attribute {name}"), before, after))
        .collect()
}
