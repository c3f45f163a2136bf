//! Add a group: below one that the operator reaches, or as a root, with rights that the parent has.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, Initial};
use crate::actions::group::{limits, link_users, name_is_free, place, there_is_room, within};
use crate::actions::spec::{Bulk, Making, Needs, Risk, Spec, Subject, Undo};
use crate::actions::structure::{codes, counted, holds_all, line, rights_field, rights_in};
use crate::authz::giving;
use crate::authz::grants::RightSet;
use crate::authz::groups::Group;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::base::ids::GroupId;
use crate::base::limits::{DESCRIPTION_CHARS_MAX, STRUCTURE_NAME_CHARS_MAX};
use crate::domain::change::{Change, Difference};
use crate::domain::group_change::{GroupChange, NewGroup};
use crate::domain::organisation::Organisation;
use crate::domain::target::TargetKind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "group.create",
    title: "Add group",
    letter: 'n',
    help: "Makes a group. Its rights are some of its parent's, and each brings what it implies; its organisation is its \
           parent's, and of a root the one that is named.",
    right: Needs::Right(Right::GroupManage),
    risk: Risk::L1,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        line("description", "Description", DESCRIPTION_CHARS_MAX),
        line("parent", "Parent", STRUCTURE_NAME_CHARS_MAX),
        line("organisation", "Organisation of a root", STRUCTURE_NAME_CHARS_MAX),
        rights_field(Initial::Nothing),
        begun_empty(limits::CURRENCY),
        begun_empty(limits::TRANSFER),
        begun_empty(limits::DAY),
        begun_empty(limits::MONTH),
        link_users::LINK,
    ],
    facts: &[],
    history: None,
    notices: &[],
    subject: Subject::New(Making { kind: TargetKind::Group, on: "group", plan }),
};

/// What is new begins with nothing.
const fn begun_empty(field: Field) -> Field {
    Field { initial: Initial::Nothing, ..field }
}

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let place = place(case)?;
    let rights = rights_in(case.answers.of("rights"))?;
    holds_all(case, rights)?;
    within(rights, place.parent)?;
    let name = case.upon.name();
    name_is_free(case, name, place.organisation)?;
    there_is_room(case)?;
    let limits = limits::read(case.answers, None)?;
    if let Some(wanted) = &limits {
        if !rights.holds(Right::CardTransfer) {
            let text = format!("limits are for a group with the right `{}`", Right::CardTransfer.code());
            return Err(Refusal::new(Rule::Guard, text, "give it that right, or leave the limits out"));
        }
        limits::within(case, place.parent, wanted)?;
    }
    let users = link_users::named(case, "users")?;
    if !users.is_empty() && giving::is_of_high_risk(rights) {
        return Err(Refusal::new(
            Rule::Guard,
            "it gives users rights that only GA and MA hold by default",
            "make the group without users, then take them in: that is asked for with a reason and a proof",
        ));
    }
    let group = new_group(name, rights, place.organisation);
    let moved = link_users::moved(case, &group, &users, &[])?;
    let parent = place.parent.map_or_else(String::new, |parent| parent.name.clone());
    let organisation = place.organisation.map_or("the whole institution", |one| one.display_name.as_str());
    let mut differences = vec![
        Difference::new("parent", "", parent),
        Difference::new("organisation", "", organisation),
        Difference::new("rights", "", counted(rights)),
    ];
    differences.extend(limits.as_ref().map(|limits| Difference::new("limits", "", limits.to_string())));
    differences.extend(moved.differences);
    Ok(Plan {
        changes: vec![Change::Group(GroupChange::Made(NewGroup {
            name: name.to_owned(),
            description: case.answers.of("description").to_owned(),
            organisation: place.organisation.map(|organisation| organisation.id),
            parent: place.parent.map(|parent| parent.id),
            rights: codes(rights),
            limits,
            users: users.iter().map(|person| person.user.id).collect(),
        }))],
        differences,
        organisation: place.organisation.map(|organisation| organisation.id),
        detail: codes(rights).join("; "),
        ..Plan::default()
    })
}

/// The group as it will be, for the rules about who comes into it.
fn new_group(name: &str, rights: RightSet, organisation: Option<&Organisation>) -> Group {
    Group {
        id: GroupId(0),
        name: name.to_owned(),
        description: String::new(),
        organisation: organisation.cloned(),
        parent: None,
        rights,
        limits: None,
        users: 0,
        version: 0,
    }
}
