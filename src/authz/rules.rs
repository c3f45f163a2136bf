//! The rules about two people: one function each, asked in the order of [`Rule`].

use crate::authz::groups::Group;
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::authz::roles::Role;
use crate::authz::standing::{Operator, Standing};
use crate::base::ids::OrganisationId;
use crate::domain::level::Level;
use crate::domain::status::Status;
use crate::domain::target::TargetKind;

/// The operator's own status, kind and assignment.
pub fn own_status(operator: &Operator) -> Result<(), Refusal> {
    let own = &operator.standing;
    if own.may_act() {
        return Ok(());
    }
    let text = if !own.assigned {
        "no level, role or group is assigned to you".to_owned()
    } else if matches!(own.status, Status::Active | Status::Recovery | Status::AutoLocked) {
        format!("you are a {}; operators are staff or admins", own.kind)
    } else {
        format!("you are {}; operators must be ACTIVE", own.status)
    };
    Err(Refusal::new(Rule::Status, text, "ask an administrator of your organisation"))
}

/// Scope and group: whether `target` exists for the operator.
pub fn exists(operator: &Operator, target: &Standing, asked: &str) -> Result<(), Refusal> {
    if operator.sight().holds(target.id, target.organisation, target.group) {
        return Ok(());
    }
    Err(Refusal::no_such_user(asked))
}

/// Scope and group: whether a group exists for the operator. The own one does; to change it is another question.
pub fn group_exists(operator: &Operator, group: &Group, asked: &str) -> Result<(), Refusal> {
    if operator.sees_group(group) {
        return Ok(());
    }
    Err(Refusal::no_such(TargetKind::Group, asked))
}

/// Scope: whether a role exists for the operator. Those of the institution exist for everybody.
pub fn role_exists(operator: &Operator, role: &Role, asked: &str) -> Result<(), Refusal> {
    if role.organisation_id().is_none_or(|id| operator.standing.scope.holds(id)) {
        return Ok(());
    }
    Err(Refusal::no_such(TargetKind::Role, asked))
}

/// Scope: whether an organisation exists for the operator.
pub fn organisation_exists(operator: &Operator, id: OrganisationId, asked: &str) -> Result<(), Refusal> {
    if operator.standing.scope.holds(id) {
        return Ok(());
    }
    Err(Refusal::no_such(TargetKind::Organisation, asked))
}

/// Whether the operator holds `right`.
pub fn holds(operator: &Operator, right: Right) -> Result<(), Refusal> {
    if operator.holds(right) {
        return Ok(());
    }
    let levels: Vec<&str> = right.spec().levels.iter().map(|level| level.code()).collect();
    Err(Refusal::new(
        Rule::Right,
        format!("you lack the right `{}` ({})", right.code(), lower_first(right.spec().label)),
        format!("held by level {}; a role or group may give it", levels.join(", ")),
    ))
}

/// Whether it is done to somebody else.
pub fn not_oneself(operator: &Operator, target: &Standing) -> Result<(), Refusal> {
    if operator.standing.id != target.id {
        return Ok(());
    }
    Err(Refusal::new(Rule::Own, "nobody does this to themselves", "ask another operator"))
}

/// Whether the operator's level reaches the target's. Oneself is not a question of level.
pub fn level_reaches(operator: &Operator, target: &Standing) -> Result<(), Refusal> {
    let own = operator.standing.level;
    if operator.standing.id == target.id || Level::reaches(own, target.level) {
        return Ok(());
    }
    let theirs = target.level.map_or("none", Level::code);
    let above = Level::ALL.into_iter().filter(|level| Level::reaches(Some(*level), target.level));
    Err(Refusal::new(
        Rule::Level,
        format!("your level {} does not reach level {theirs}", own.map_or("none", Level::code)),
        format!("level {}", above.map(Level::code).collect::<Vec<_>>().join(" or ")),
    ))
}

/// Whoever can reset another's credentials or contact can become that other: the operator must hold all of it.
pub fn taking_over(operator: &Operator, target: &Standing) -> Result<(), Refusal> {
    let own = &operator.standing;
    // One is oneself already, whatever the group.
    if own.id == target.id {
        return Ok(());
    }
    let holds_accounts = own.level == Some(Level::Master) || target.accounts.is_subset(&own.accounts);
    let holds_scope = target.level.is_none() || own.scope.contains(&target.scope);
    let lacking = if !own.rights.contains(target.rights) {
        "rights"
    } else if !Level::reaches(own.level, target.level) {
        "level"
    } else if !holds_scope {
        "scope"
    } else if !holds_accounts {
        "platform accounts"
    } else if own.group.is_some() && !below_or_harmless(operator, target) {
        "group"
    } else {
        return Ok(());
    };
    Err(Refusal::new(
        Rule::TakingOver,
        format!("it would let you become this user, whose {lacking} go beyond yours"),
        "an operator who holds all that this user holds",
    ))
}

fn below_or_harmless(operator: &Operator, target: &Standing) -> bool {
    target.group.is_some_and(|group| operator.groups_below.contains(&group))
        || !target.rights.holds(Right::GroupManage)
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
