//! The rules for one row of an import: what the action for each changed value would ask.
//!
//! A value that no action changes is refused on an existing row, and a level or
//! a scope is never given.

use crate::actions::case::Person;
use crate::authz::giving::{self, Receiver};
use crate::authz::grants::Grantable;
use crate::authz::refusal::Refusal;
use crate::authz::right::Right;
use crate::authz::rules;
use crate::authz::standing::Operator;
use crate::base::ids::{GroupId, OrganisationId};
use crate::base::time::Timestamp;
use crate::domain::contact;
use crate::domain::import::{Cell, UserRow};
use crate::domain::organisation::Organisation;
use crate::domain::sealable::HIDDEN;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// A row, and what the transaction found for its words.
#[derive(Debug)]
pub struct RowCase<'tx> {
    /// Who imports.
    pub operator: &'tx Operator,
    /// The row.
    pub row: &'tx UserRow,
    /// The user with this login, if there is one.
    pub existing: Option<&'tx Person>,
    /// The organisation that the row names, or the only one there is.
    pub organisation: Option<&'tx Organisation>,
    /// The group that the row names.
    pub group: Cell<&'tx Grantable>,
    /// The roles that the row names.
    pub roles: Cell<Vec<&'tx Grantable>>,
    /// The time of the transaction.
    pub now: Timestamp,
}

/// Why a row cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowRefusal {
    /// The column; empty where the whole row is meant.
    pub column: &'static str,
    /// What is wrong.
    pub text: String,
}

/// What a row asks for, checked: the store writes nothing else of it.
#[derive(Debug)]
pub struct RowOrder {
    effect: RowEffect,
}

/// What a row will do.
#[derive(Debug, PartialEq, Eq)]
pub enum RowEffect {
    /// A new user of this kind, in this organisation.
    Create(Kind, OrganisationId),
    /// Values of these columns change.
    Update(Vec<&'static str>),
    /// The user is as the row says already.
    Nothing,
}

impl RowOrder {
    /// What the row will do.
    pub const fn effect(&self) -> &RowEffect {
        &self.effect
    }
}

/// Judges one row.
pub fn judge(case: &RowCase<'_>) -> Result<RowOrder, RowRefusal> {
    for (column, cell) in [("email", &case.row.email), ("phone", &case.row.phone)] {
        if cell.given().is_some_and(|value| contact::is_masked(value)) {
            return refuse(column, "is a mask: it was exported by somebody who may not reveal it");
        }
    }
    for (name, cell) in &case.row.attributes {
        if cell.given().is_some_and(|value| value == HIDDEN) {
            return refuse(
                "attr",
                format!("`{name}` is a mask: it is stored encrypted and was exported hidden"),
            );
        }
    }
    let effect = match case.existing {
        Some(person) => update(case, person)?,
        None => create(case)?,
    };
    Ok(RowOrder { effect })
}

fn create(case: &RowCase<'_>) -> Result<RowEffect, RowRefusal> {
    let row = case.row;
    let kind = row.kind.given().copied().unwrap_or(Kind::Customer);
    if kind == Kind::Admin {
        return refuse("kind", "must be staff or customer for a new user: a level is never imported");
    }
    let Some(organisation) = case.organisation else {
        return refuse("organisation", "is required: there is more than one");
    };
    if !case.operator.standing.scope.holds(organisation.id) {
        return refuse("organisation", format!("no organisation `{}` that you may see", organisation.key));
    }
    asked("login", rules::holds(case.operator, Right::UserCreate))?;
    match row.status.given().copied().unwrap_or(Status::Active) {
        Status::Active | Status::Initial => {}
        Status::Inactive => asked("status", rules::holds(case.operator, Right::UserActivate))?,
        Status::LockedByAdmin => asked("status", rules::holds(case.operator, Right::UserLock))?,
        Status::AutoLocked | Status::Provisioned | Status::AwaitingNewPassword | Status::Recovery => {
            return refuse("status", "must be ACTIVE, INITIAL, INACTIVE or LOCKED_BY_ADMIN for a new user");
        }
    }
    if kind == Kind::Customer {
        for (column, given) in [("group", case.group.given().is_some()), ("roles", has_roles(case))] {
            if given {
                return refuse(column, "must be empty: a customer has no group and no roles");
            }
        }
    } else if row.category.given().is_some() {
        return refuse("category", "must be empty: only customers have one");
    }
    givable(case, organisation.id)?;
    ends_below(case, has_roles(case))?;
    Ok(RowEffect::Create(kind, organisation.id))
}

fn update(case: &RowCase<'_>, person: &Person) -> Result<RowEffect, RowRefusal> {
    let (row, user, standing) = (case.row, &person.user, &person.standing);
    if rules::exists(case.operator, standing, &row.login).is_err() {
        // The same as for any name that cannot be used: it does not say that such a user exists.
        return refuse("login", "cannot be used");
    }
    if row.kind.given().is_some_and(|kind| *kind != user.kind) || row.kind == Cell::Empty {
        return refuse("kind", format!("must be {}: no action changes it", user.kind));
    }
    let same_organisation =
        row.organisation.given().is_none_or(|_| case.organisation == Some(&user.organisation));
    if !same_organisation || row.organisation == Cell::Empty {
        return refuse("organisation", format!("must be `{}`: no action changes it", user.organisation.key));
    }
    let status = user.facts.status_at(case.now);
    if row.status.given().is_some_and(|given| *given != status) || row.status == Cell::Empty {
        return refuse("status", format!("must be {status}: an import does not change it"));
    }
    unchangeable(row, person)?;
    let changed = changed_columns(case, person);
    if changed.is_empty() {
        return Ok(RowEffect::Nothing);
    }
    asked("login", rules::level_reaches(case.operator, standing))?;
    for column in &changed {
        asked(column, may_change(case, person, column))?;
    }
    givable(case, user.organisation.id)?;
    if changed.contains(&"group") {
        let keeps_roles = if case.roles.is_said() { has_roles(case) } else { !user.roles.is_empty() };
        ends_below(case, keeps_roles || standing.level.is_some())?;
    }
    Ok(RowEffect::Update(changed))
}

/// Values that an action of their own changes, or none: they must be as they are.
fn unchangeable(row: &UserRow, person: &Person) -> Result<(), RowRefusal> {
    let user = &person.user;
    let category = user.category.as_ref().map_or("", |category| category.word());
    if differs(&row.category, category) {
        return refuse("category", format!("must be `{category}`: no action changes it"));
    }
    if differs(&row.core_id, &user.core_id) {
        return refuse("core_id", "must stay as it is: it is changed against the core only");
    }
    if row.enrolled.is_said() && row.enrolled.given().copied() != user.enrolled {
        return refuse("enrolled", "must stay as it is: no action changes it");
    }
    Ok(())
}

fn changed_columns(case: &RowCase<'_>, person: &Person) -> Vec<&'static str> {
    let (row, user) = (case.row, &person.user);
    let mut changed = Vec::new();
    let texts = [
        ("title", &row.title, user.names.title.as_str()),
        ("first_name", &row.first_name, user.names.first.as_str()),
        ("middle_name", &row.middle_name, user.names.middle.as_str()),
        ("last_name", &row.last_name, user.names.last.as_str()),
        ("email", &row.email, user.email().map_or("", |email| email.address.as_str())),
        ("phone", &row.phone, user.phone().map_or("", |phone| phone.number.as_str())),
    ];
    changed
        .extend(texts.into_iter().filter(|(_, cell, value)| differs(cell, value)).map(|(column, ..)| column));
    if case.group.is_said()
        && case.group.given().map(|group| group.id) != user.group.as_ref().map(|group| group.id.0)
    {
        changed.push("group");
    }
    if case.roles.is_said() {
        let mut named: Vec<i64> = case.roles.given().into_iter().flatten().map(|role| role.id).collect();
        let mut held: Vec<i64> = user.roles.iter().map(|role| role.id.0).collect();
        named.sort_unstable();
        named.dedup();
        held.sort_unstable();
        if named != held {
            changed.push("roles");
        }
    }
    let value_of = |name: &str| {
        user.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    };
    if row.attributes.iter().any(|(name, cell)| differs(cell, value_of(name))) {
        changed.push("attr");
    }
    changed
}

fn may_change(case: &RowCase<'_>, person: &Person, column: &str) -> Result<(), Refusal> {
    let standing = &person.standing;
    let contact = match column {
        "email" => Some(Right::UserEmailChange),
        "phone" => Some(Right::UserPhoneChange),
        _ => None,
    };
    if let Some(right) = contact {
        rules::holds(case.operator, right)?;
        rules::not_oneself(case.operator, standing)?;
        return rules::taking_over(case.operator, standing);
    }
    rules::holds(case.operator, Right::UserUpdate)?;
    if matches!(column, "group" | "roles") {
        rules::not_oneself(case.operator, standing)?;
    }
    Ok(())
}

/// What is given must be held, belong to the user's organisation, and lie below the operator's group.
fn givable(case: &RowCase<'_>, organisation: OrganisationId) -> Result<(), RowRefusal> {
    let holder = case.existing.map(|person| &person.standing);
    if holder.is_some_and(|standing| standing.kind == Kind::Customer) {
        for (column, given) in [("group", case.group.given().is_some()), ("roles", has_roles(case))] {
            if given {
                return refuse(column, "must be empty: a customer has no group and no roles");
            }
        }
    }
    let level = holder.and_then(|standing| standing.level);
    let receiver = Receiver { organisation: Some(organisation), level };
    for role in case.roles.given().into_iter().flatten() {
        asked("roles", giving::role(case.operator, role, receiver))?;
    }
    if let Some(group) = case.group.given() {
        asked("group", giving::group(case.operator, group, receiver))?;
    }
    Ok(())
}

/// Where whoever an operator in a group makes or moves ends.
fn ends_below(case: &RowCase<'_>, has_level_or_roles: bool) -> Result<(), RowRefusal> {
    let group = case.group.given().map(|group| GroupId(group.id));
    asked("group", giving::ends_below(case.operator, group, has_level_or_roles))
}

fn has_roles(case: &RowCase<'_>) -> bool {
    case.roles.given().is_some_and(|roles| !roles.is_empty())
}

fn differs(cell: &Cell<String>, value: &str) -> bool {
    cell.is_said() && cell.given().map_or("", String::as_str) != value
}

fn asked(column: &'static str, answer: Result<(), Refusal>) -> Result<(), RowRefusal> {
    answer.map_err(|refusal| RowRefusal { column, text: refusal.text })
}

fn refuse<T>(column: &'static str, text: impl Into<String>) -> Result<T, RowRefusal> {
    Err(RowRefusal { column, text: text.into() })
}
