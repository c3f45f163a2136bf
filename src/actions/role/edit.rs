//! Edit a role: name, description and rights, for everybody who has it at once.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, Initial, LONG_REASON};
use crate::actions::role::{GUARDS, having, name_is_free};
use crate::actions::spec::{Bulk, Fact, Needs, Risk, Spec, StructureRules, Subject, Undo};
use crate::actions::structure::{codes, holds_all, line, rights_in};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::base::limits::{DESCRIPTION_CHARS_MAX, RIGHTS_CHARS_MAX, STRUCTURE_NAME_CHARS_MAX};
use crate::domain::change::{Change, Difference};
use crate::domain::role_change::RoleChange;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "role.edit",
    title: "Edit role",
    letter: 'e',
    help: "Changes name, description and rights. Everybody who has the role gets and loses them at once. Cannot be \
           undone.",
    right: Needs::Right(Right::RoleManage),
    risk: Risk::L3,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        Field { initial: Initial::Called, ..line("name", "Name", STRUCTURE_NAME_CHARS_MAX) },
        Field { initial: Initial::Description, ..line("description", "Description", DESCRIPTION_CHARS_MAX) },
        Field { initial: Initial::Rights, ..line("rights", "Rights", RIGHTS_CHARS_MAX) },
        LONG_REASON,
    ],
    facts: &[Fact::Holders],
    history: None,
    notices: &[],
    subject: Subject::Role(StructureRules { guards: GUARDS, plan }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let role = case.role()?;
    let after = match case.answers.given("rights") {
        Some(text) => rights_in(text)?,
        None => role.rights,
    };
    let (given, taken) = (after.without(role.rights), role.rights.without(after));
    holds_all(case, given)?;
    let name = case.answers.given("name").unwrap_or(&role.name);
    let description = case.answers.given("description").unwrap_or(&role.description);
    if name != role.name {
        name_is_free(case, name, role.organisation_id())?;
    }
    let texts = [("name", &role.name, name), ("description", &role.description, description)];
    let mut differences: Vec<Difference> = texts
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Difference::new(field, before, after))
        .collect();
    let mut changes = Vec::new();
    if !differences.is_empty() {
        let (name, description) = (name.to_owned(), description.to_owned());
        changes.push(Change::Role(RoleChange::Named { role: role.id, name, description }));
    }
    let mut effects = Vec::new();
    if !given.is_empty() || !taken.is_empty() {
        differences.extend(given.iter().map(|right| Difference::new("right", "", right.code())));
        differences.extend(taken.iter().map(|right| Difference::new("right", right.code(), "")));
        let (given, taken) = (codes(given), codes(taken));
        changes.push(Change::Role(RoleChange::RightsSet { role: role.id, given, taken }));
        effects.push(format!("{} other rights at once.", having(case)));
    }
    if changes.is_empty() {
        return Err(Refusal::new(Rule::Guard, "nothing is changed", "a value that does not stand there yet"));
    }
    let detail = case.answers.of("reason").to_owned();
    Ok(Plan { changes, differences, effects, detail, ..Plan::default() })
}
