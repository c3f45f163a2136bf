//! Add a role: a named set of rights, each of which whoever makes it holds.

use crate::actions::case::{Case, Plan};
use crate::actions::role::{name_is_free, there_is_room};
use crate::actions::spec::{Bulk, Making, Needs, Risk, Spec, Subject, Undo};
use crate::actions::structure::{codes, counted, holds_all, line, organisation, rights_in};
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::base::limits::{DESCRIPTION_CHARS_MAX, RIGHTS_CHARS_MAX, STRUCTURE_NAME_CHARS_MAX};
use crate::domain::change::{Change, Difference};
use crate::domain::role_change::RoleChange;
use crate::domain::target::TargetKind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "role.create",
    title: "Add role",
    letter: 'n',
    help: "Makes a role of rights that you hold; each brings what it implies. It is for the users of one organisation, \
           yours where none is named, or with `all` for those of the whole institution.",
    right: Needs::Right(Right::RoleManage),
    risk: Risk::L1,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[
        line("description", "Description", DESCRIPTION_CHARS_MAX),
        line("organisation", "Organisation", STRUCTURE_NAME_CHARS_MAX),
        line("rights", "Rights", RIGHTS_CHARS_MAX),
    ],
    facts: &[],
    history: None,
    notices: &[],
    subject: Subject::New(Making { kind: TargetKind::Role, on: "role", plan }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let organisation = organisation(case)?;
    let rights = rights_in(case.answers.of("rights"))?;
    holds_all(case, rights)?;
    let name = case.upon.name();
    let id = organisation.map(|organisation| organisation.id);
    name_is_free(case, name, id)?;
    there_is_room(case)?;
    let whose = organisation.map_or("the whole institution", |one| one.display_name.as_str());
    Ok(Plan {
        changes: vec![Change::Role(RoleChange::Made {
            name: name.to_owned(),
            description: case.answers.of("description").to_owned(),
            organisation: id,
            rights: codes(rights),
        })],
        differences: vec![
            Difference::new("organisation", "", whose),
            Difference::new("rights", "", counted(rights)),
        ],
        organisation: id,
        detail: codes(rights).join("; "),
        ..Plan::default()
    })
}
