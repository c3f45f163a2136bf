//! Delete a role: nobody has it any more.

use crate::actions::case::{Case, Plan};
use crate::actions::form::LONG_REASON;
use crate::actions::role::{GUARDS, having};
use crate::actions::spec::{Bulk, Fact, Needs, Risk, Spec, StructureRules, Subject, Undo};
use crate::actions::structure::counted;
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::domain::change::{Change, Difference};
use crate::domain::role_change::RoleChange;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "role.delete",
    title: "Delete role",
    letter: 'D',
    help: "The role goes for good. Who has it stays, without it and without its rights; whoever has nothing else cannot \
           sign in to the console any more. Cannot be undone.",
    right: Needs::Right(Right::RoleManage),
    risk: Risk::L3,
    bulk: Bulk::No,
    undo: Undo::No,
    form: &[LONG_REASON],
    facts: &[Fact::Holders],
    history: None,
    notices: &[],
    subject: Subject::Role(StructureRules { guards: GUARDS, plan }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let role = case.role()?;
    Ok(Plan {
        changes: vec![Change::Role(RoleChange::Deleted { role: role.id, name: role.name.clone() })],
        differences: vec![
            Difference::new("role", &role.name, ""),
            Difference::new("rights", counted(role.rights), ""),
        ],
        effects: vec![format!("{} it no more.", having(case))],
        detail: case.answers.of("reason").to_owned(),
        ..Plan::default()
    })
}
