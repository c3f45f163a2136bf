//! Add a group: below one that the operator reaches, or as a root, with rights that the parent has.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial};
use crate::actions::group::{codes, counted, name_is_free, place, rights_in, there_is_room, within};
use crate::actions::spec::{Bulk, Making, Needs, Risk, Spec, Subject, Undo};
use crate::actions::structure::holds_all;
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::base::limits::{DESCRIPTION_CHARS_MAX, RIGHTS_CHARS_MAX, STRUCTURE_NAME_CHARS_MAX};
use crate::domain::change::{Change, Difference};
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
        field("description", "Description", DESCRIPTION_CHARS_MAX),
        field("parent", "Parent", STRUCTURE_NAME_CHARS_MAX),
        field("organisation", "Organisation of a root", STRUCTURE_NAME_CHARS_MAX),
        field("rights", "Rights", RIGHTS_CHARS_MAX),
    ],
    facts: &[],
    history: None,
    notices: &[],
    subject: Subject::New(Making { kind: TargetKind::Group, on: "group", plan }),
};

const fn field(name: &'static str, label: &'static str, chars_max: usize) -> Field {
    let kind = FieldKind::Line { chars_min: 0, chars_max };
    Field { name, label, kind, required: false, initial: Initial::Nothing }
}

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let place = place(case)?;
    let rights = rights_in(case.answers.of("rights"))?;
    holds_all(case, rights)?;
    within(rights, place.parent)?;
    let name = case.upon.name();
    name_is_free(case, name, place.organisation)?;
    there_is_room(case)?;
    let parent = place.parent.map_or_else(String::new, |parent| parent.name.clone());
    let organisation = place.organisation.map_or("the whole institution", |one| one.display_name.as_str());
    Ok(Plan {
        changes: vec![Change::GroupMade {
            name: name.to_owned(),
            description: case.answers.of("description").to_owned(),
            organisation: place.organisation.map(|organisation| organisation.id),
            parent: place.parent.map(|parent| parent.id),
            rights: codes(rights),
        }],
        differences: vec![
            Difference::new("parent", "", parent),
            Difference::new("organisation", "", organisation),
            Difference::new("rights", "", counted(rights)),
        ],
        organisation: place.organisation.map(|organisation| organisation.id),
        detail: codes(rights).join("; "),
        ..Plan::default()
    })
}
