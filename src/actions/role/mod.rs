//! Actions upon roles, and what several of them ask.

pub mod create;
pub mod delete;
pub mod edit;

use crate::actions::case::Case;
use crate::actions::spec::StructureGuard;
use crate::actions::structure::name_fits;
use crate::authz::refusal::{Refusal, Rule};
use crate::base::ids::OrganisationId;
use crate::base::limits::ROLES_MAX;
use crate::base::text::{folded, visible};

/// What is asked of a role that is changed or goes.
const GUARDS: &[StructureGuard] = &[
    StructureGuard::NotOwn,
    StructureGuard::Editable,
    StructureGuard::HoldersReached,
    StructureGuard::AllHeld,
];

/// Whether another role may be called `name` within `organisation`: every role of it is in sight of who may make one there.
fn name_is_free(case: &Case<'_>, name: &str, organisation: Option<OrganisationId>) -> Result<(), Refusal> {
    name_fits(name)?;
    let own = case.role().ok().map(|role| role.id);
    let is_taken = case.facts.roles.iter().any(|role| {
        Some(role.id) != own && role.organisation == organisation && folded(&role.name) == folded(name)
    });
    if is_taken {
        let text = format!("the name `{}` is taken there", visible(name));
        return Err(Refusal::new(Rule::Guard, text, "another name"));
    }
    Ok(())
}

/// Whether the institution takes another role.
fn there_is_room(case: &Case<'_>) -> Result<(), Refusal> {
    if case.facts.roles.len() < ROLES_MAX {
        return Ok(());
    }
    let text = format!("there are {ROLES_MAX} roles, and no more than that");
    Err(Refusal::new(Rule::Guard, text, "delete one first"))
}

/// How many have the role, in words: `1 user has`, `12 users have`.
fn having(case: &Case<'_>) -> String {
    match case.facts.users_inside {
        1 => "1 user has".to_owned(),
        many => format!("{many} users have"),
    }
}
