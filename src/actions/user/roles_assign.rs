//! Assign roles: the list as it is to be; what is added must be held by whoever assigns it.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial, LONG_REASON};
use crate::actions::pick::{self, Pick, Pickable};
use crate::actions::spec::{Bulk, Fact, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::actions::user::nothing_changed;
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::base::ids::RoleId;
use crate::domain::change::{Change, Difference};
use crate::domain::organisation::RoleName;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.roles.assign",
    title: "Assign roles",
    letter: 'R',
    help: "Replaces the user's roles by this list; an empty list takes all away. Only roles can be added whose rights \
           you hold yourself. Sessions of the user have the new rights at once.",
    right: Needs::Right(Right::UserUpdate),
    risk: Risk::L3,
    bulk: Bulk::No,
    undo: Undo::Yes,
    form: &[
        Field {
            name: "roles",
            label: "Roles",
            kind: FieldKind::Picked(Pick::Roles),
            required: false,
            initial: Initial::Held,
        },
        LONG_REASON,
    ],
    facts: &[Fact::LiveSessions],
    history: Some("user.roles"),
    notices: &[],
    subject: Subject::User(UserRules {
        on: "staff",
        kinds: &[Kind::Admin, Kind::Staff],
        from: &Status::ALL,
        guards: &[Guard::NotOneself],
        plan,
    }),
};

fn plan(case: &Case<'_>) -> Result<Plan, Refusal> {
    let Some(user) = case.user() else {
        return Err(Refusal::no_such_user(""));
    };
    let mut roles: Vec<RoleName> = user.roles.clone();
    if let Some(things) = pick::picked(case, "roles") {
        let named = things.iter().filter_map(|thing| match thing {
            Pickable::Role(role) => Some(RoleName { id: RoleId(role.id), name: role.name.clone() }),
            Pickable::Group(_)
            | Pickable::Account(_)
            | Pickable::Level(_)
            | Pickable::Everywhere
            | Pickable::Organisation(_) => None,
        });
        roles = named.collect();
        roles.sort_by(|one, other| one.name.cmp(&other.name));
        roles.dedup();
    }
    if roles == user.roles {
        return Err(nothing_changed());
    }
    let shown = |roles: &[RoleName]| pick::written(roles.iter().map(|role| role.name.as_str()));
    let shuts_out = roles.is_empty() && user.group.is_none() && user.level.is_none();
    Ok(Plan {
        differences: vec![Difference::new("roles", shown(&user.roles), shown(&roles))],
        effects: case.at_once(shuts_out),
        detail: format!("roles: {}", shown(&roles)),
        changes: vec![Change::RolesSet { user: user.id, roles: roles.iter().map(|role| role.id).collect() }],
        ..Plan::default()
    })
}
