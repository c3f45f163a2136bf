//! Assign group: a user is in at most one, and has its rights.

use crate::actions::case::{Case, Plan};
use crate::actions::form::{Field, FieldKind, Initial, REASON};
use crate::actions::pick::{self, Pick, Pickable};
use crate::actions::spec::{Bulk, Fact, Guard, Needs, Risk, Spec, Subject, Undo, UserRules};
use crate::actions::user::nothing_changed;
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::base::ids::GroupId;
use crate::domain::change::{Change, Difference};
use crate::domain::organisation::GroupName;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// The declaration.
pub static SPEC: Spec = Spec {
    code: "user.group.assign",
    title: "Assign group",
    letter: 'G',
    help: "Puts the user into this group, out of any other; without one the user is in none. You hold the group's \
           rights yourself, and where you are in a group it lies below yours.",
    right: Needs::Right(Right::UserUpdate),
    risk: Risk::L2,
    bulk: Bulk::Yes,
    undo: Undo::Yes,
    form: &[
        Field {
            name: "group",
            label: "Group",
            kind: FieldKind::Picked(Pick::Group),
            required: false,
            initial: Initial::Held,
        },
        REASON,
    ],
    facts: &[Fact::LiveSessions],
    history: Some("user.group"),
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
    let group = match pick::picked(case, "group") {
        None => user.group.clone(),
        Some(things) => things.first().and_then(|thing| match thing {
            Pickable::Group(group) => Some(GroupName { id: GroupId(group.id), name: group.name.clone() }),
            Pickable::Role(_)
            | Pickable::Account(_)
            | Pickable::Level(_)
            | Pickable::Everywhere
            | Pickable::Organisation(_) => None,
        }),
    };
    if group == user.group {
        return Err(nothing_changed());
    }
    let shown =
        |group: &Option<GroupName>| group.as_ref().map_or_else(String::new, |group| group.name.clone());
    let shuts_out = group.is_none() && user.roles.is_empty() && user.level.is_none();
    Ok(Plan {
        differences: vec![Difference::new("group", shown(&user.group), shown(&group))],
        effects: case.at_once(shuts_out),
        detail: format!("group: {}", group.as_ref().map_or("none", |group| &group.name)),
        changes: vec![Change::GroupSet { user: user.id, group: group.map(|group| group.id) }],
        ..Plan::default()
    })
}
