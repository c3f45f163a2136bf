//! Edit a group: name, description and rights; a right that is taken goes from every group below as well.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, Initial, LONG_REASON};
use crate::actions::group::{losing, name_is_free, verb, within};
use crate::actions::spec::{Bulk, Fact, Needs, Risk, Spec, StructureGuard, StructureRules, Subject, Undo};
use crate::actions::structure::{codes, holds_all, line, rights_field, rights_in};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::base::limits::{DESCRIPTION_CHARS_MAX, STRUCTURE_NAME_CHARS_MAX};
use crate::domain::change::{Change, Difference};
use crate::domain::group_change::GroupChange;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "group.edit",
    title: "Edit group",
    letter: 'e',
    help: "Changes name, description and rights. A right that is taken goes from every group below at once, and a right \
           is given only where the parent has it with all that it implies. Cannot be undone.",
    right: Needs::Right(Right::GroupManage),
    risk: Risk::L3,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        Field { initial: Initial::Called, ..line("name", "Name", STRUCTURE_NAME_CHARS_MAX) },
        Field { initial: Initial::Description, ..line("description", "Description", DESCRIPTION_CHARS_MAX) },
        rights_field(Initial::Rights),
        LONG_REASON,
    ],
    facts: &[Fact::GroupsBelow, Fact::UsersInside],
    history: None,
    notices: &[],
    subject: Subject::Group(StructureRules {
        guards: &[StructureGuard::NotOwn, StructureGuard::HoldersReached],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let group = case.group()?;
    let after = match case.answers.given("rights") {
        Some(text) => rights_in(text)?,
        None => group.rights,
    };
    let (given, taken) = (after.without(group.rights), group.rights.without(after));
    holds_all(case, given)?;
    within(given, case.facts.groups.parent(group))?;
    let name = case.answers.given("name").unwrap_or(&group.name);
    let description = case.answers.given("description").unwrap_or(&group.description);
    if name != group.name {
        name_is_free(case, name, group.organisation.as_ref())?;
    }
    let mut differences = Vec::new();
    let mut changes = Vec::new();
    if name != group.name || description != group.description {
        changes.push(Change::Group(GroupChange::Named {
            group: group.id,
            name: name.to_owned(),
            description: description.to_owned(),
        }));
    }
    for (field, before, after) in
        [("name", group.name.as_str(), name), ("description", group.description.as_str(), description)]
    {
        if before != after {
            differences.push(Difference::new(field, before, after));
        }
    }
    for right in given.iter() {
        differences.push(Difference::new("right", "", right.code()));
    }
    for right in taken.iter() {
        differences.push(Difference::new("right", right.code(), ""));
    }
    if !given.is_empty() {
        changes.push(Change::Group(GroupChange::RightsGiven { group: group.id, rights: codes(given) }));
    }
    let mut effects = Vec::new();
    if !taken.is_empty() {
        let (mut groups, told) = losing(case, group, taken);
        groups.insert(0, group.id);
        changes.push(Change::Group(GroupChange::RightsTaken { groups, rights: codes(taken) }));
        effects = told;
    } else if !given.is_empty() {
        effects.push(format!("{} more rights at once.", verb(&[group], "has", "have")));
    }
    if differences.is_empty() {
        return Err(Refusal::new(Rule::Guard, "nothing is changed", "a value that does not stand there yet"));
    }
    Ok(Plan {
        changes,
        differences,
        effects,
        detail: case.answers.of("reason").to_owned(),
        ..Plan::default()
    })
}
