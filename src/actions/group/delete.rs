//! Delete a group: it goes with every group below, and their users are left without one.

use crate::actions::case::{Case, Plan};
use crate::actions::form::LONG_REASON;
use crate::actions::group::{users_inside, verb};
use crate::actions::spec::{Bulk, Fact, Needs, Risk, Spec, StructureGuard, StructureRules, Subject, Undo};
use crate::authz::groups::Group;
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::domain::change::{Change, Difference};
use crate::domain::group_change::GroupChange;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "group.delete",
    title: "Delete group",
    letter: 'D',
    help: "The group goes for good, with every group below it. Their users stay, without a group and without its rights. \
           Cannot be undone.",
    right: Needs::Right(Right::GroupManage),
    risk: Risk::L4,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[LONG_REASON],
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
    let mut going: Vec<&Group> = case.facts.groups.below(group.id);
    let mut effects: Vec<String> = going
        .iter()
        .map(|below| format!("`{}` goes with it ({}).", below.name, users_inside(&[below])))
        .collect();
    going.insert(0, group);
    effects.push(format!("{} left without a group.", verb(&going, "is", "are")));
    // Children before parents, so that at every moment each parent is there.
    let groups = going.iter().rev().map(|group| group.id).collect();
    Ok(Plan {
        changes: vec![Change::Group(GroupChange::Deleted { groups, name: group.name.clone() })],
        differences: vec![Difference::new("group", group.id.to_string(), "deleted")],
        effects,
        detail: case.answers.of("reason").to_owned(),
        ..Plan::default()
    })
}
