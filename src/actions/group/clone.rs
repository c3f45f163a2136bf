//! Clone a group: the same parent, rights and limits under another name, without children and users.

use crate::actions::case::{Case, Plan};
use crate::actions::form::Field;
use crate::actions::group::{below, name_is_free, there_is_room};
use crate::actions::spec::{Bulk, Needs, Risk, Spec, StructureGuard, StructureRules, Subject, Undo};
use crate::actions::structure::{codes, counted, holds_all, line};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::base::limits::{DESCRIPTION_CHARS_MAX, STRUCTURE_NAME_CHARS_MAX};
use crate::domain::change::{Change, Difference};
use crate::domain::group_change::{GroupChange, NewGroup};

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "group.clone",
    title: "Clone group",
    letter: 'C',
    help: "Makes another group with the same parent, rights and limits. Users and groups below do not come along.",
    right: Needs::Right(Right::GroupManage),
    risk: Risk::L1,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        Field { required: true, ..line("name", "Name of the new group", STRUCTURE_NAME_CHARS_MAX) },
        line("description", "Description", DESCRIPTION_CHARS_MAX),
    ],
    facts: &[],
    history: None,
    notices: &[],
    subject: Subject::Group(StructureRules { guards: &[StructureGuard::NotOwn], plan }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let group = case.group()?;
    let name = case.answers.of("name");
    holds_all(case, group.rights)?;
    if let Some(parent) = case.facts.groups.parent(group) {
        below(case, parent)?;
    }
    name_is_free(case, name, group.organisation.as_ref())?;
    there_is_room(case)?;
    let description = match case.answers.of("description") {
        "" => group.description.clone(),
        given => given.to_owned(),
    };
    Ok(Plan {
        changes: vec![Change::Group(GroupChange::Made(NewGroup {
            name: name.to_owned(),
            description,
            organisation: group.organisation_id(),
            parent: group.parent,
            rights: codes(group.rights),
            limits: group.limits.clone(),
            users: Vec::new(),
        }))],
        differences: vec![
            Difference::new("new group", "", name),
            Difference::new("rights", "", counted(group.rights)),
        ],
        detail: codes(group.rights).join("; "),
        ..Plan::default()
    })
}
