//! The rules of giving: nobody gives what they do not hold, nor outside of where it belongs.
//!
//! One function each, asked by actions, by the rows of an import and by what a picker offers.

use crate::authz::grants::{Grantable, RightSet};
use crate::authz::refusal::{Refusal, Rule};
use crate::authz::right::Right;
use crate::authz::standing::Operator;
use crate::base::ids::{GroupId, OrganisationId, PlatformAccountId};
use crate::base::text::visible;
use crate::domain::level::Level;
use crate::domain::scope::Scope;

/// Who receives, as far as giving asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// The organisation; `None` where several are meant, and each is asked for when it comes to it.
    pub organisation: Option<OrganisationId>,
    /// The level.
    pub level: Option<Level>,
}

/// A platform account as something that can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: PlatformAccountId,
    /// Its name.
    pub name: String,
    /// The organisation that has it.
    pub organisation: OrganisationId,
}

/// A role: its rights are held, and it belongs to the receiver's organisation or to none.
pub fn role(operator: &Operator, role: &Grantable, receiver: Receiver) -> Result<(), Refusal> {
    held(operator, role)?;
    of_organisation(&role.name, role.organisation, receiver)
}

/// A group: as a role; it lies strictly below the operator's own, and no master administrator is put into one.
pub fn group(operator: &Operator, group: &Grantable, receiver: Receiver) -> Result<(), Refusal> {
    held(operator, group)?;
    of_organisation(&group.name, group.organisation, receiver)?;
    if operator.standing.group.is_some() && !operator.groups_below.contains(&GroupId(group.id)) {
        return Err(refusal(
            format!("`{}` is not below your own group", visible(&group.name)),
            "a group strictly below your own",
        ));
    }
    assigns_groups(operator)?;
    // Groups of the institution are managed by few, and who is in them is part of that.
    if !operator.sees_group_of(GroupId(group.id), group.organisation) {
        return Err(refusal("must be a group that you manage", "a group of an organisation in your scope"));
    }
    if receiver.level == Some(Level::Master) {
        return Err(refusal("must be empty: no master administrator is in a group", "another level first"));
    }
    Ok(())
}

/// Whether the operator assigns groups at all.
pub fn assigns_groups(operator: &Operator) -> Result<(), Refusal> {
    if operator.standing.group.is_some() || operator.standing.level.is_some() {
        return Ok(());
    }
    Err(refusal(
        "must be empty: without level and group you assign none",
        "an operator with a level, or in a group above",
    ))
}

/// Whom an operator in a group creates, promotes or moves ends in a group strictly below, unless without level and roles.
pub fn ends_below(
    operator: &Operator,
    ends_in: Option<GroupId>,
    has_level_or_roles: bool,
) -> Result<(), Refusal> {
    let is_below = ends_in.is_some_and(|group| operator.groups_below.contains(&group));
    if operator.standing.group.is_none() || !has_level_or_roles || is_below {
        return Ok(());
    }
    Err(refusal(
        "must be one below your own: you are in a group, and the user has a level or roles",
        "a group strictly below your own",
    ))
}

/// A platform account: held, which a master administrator does with every one, and of the receiver's organisation.
pub fn account(operator: &Operator, account: &Account, receiver: Receiver) -> Result<(), Refusal> {
    let own = &operator.standing;
    if own.level != Some(Level::Master) && !own.accounts.contains(&account.id) {
        return Err(refusal(
            format!("you do not hold the platform account `{}`", visible(&account.name)),
            "an operator who holds it, or a master administrator",
        ));
    }
    of_organisation(&account.name, Some(account.organisation), receiver)
}

/// A level: one that the operator's own may promote to.
pub fn level(operator: &Operator, level: Level) -> Result<(), Refusal> {
    let own = operator.standing.level;
    if level.is_promoted_to_by(own) {
        return Ok(());
    }
    Err(refusal(
        format!("your level {} may not promote to {level}", own.map_or("none", Level::code)),
        levels_that_promote(|other| level.is_promoted_to_by(Some(other))),
    ))
}

/// Whether the operator may promote to any level.
pub fn promotes(operator: &Operator) -> Result<(), Refusal> {
    let own = operator.standing.level;
    if !Level::promoted_to_by(own).is_empty() {
        return Ok(());
    }
    Err(refusal(
        format!("your level {} may promote nobody", own.map_or("none", Level::code)),
        levels_that_promote(|other| !Level::promoted_to_by(Some(other)).is_empty()),
    ))
}

/// Changing or taking the level that somebody has needs one that may promote to it.
pub fn level_taken(operator: &Operator, level: Level) -> Result<(), Refusal> {
    let own = operator.standing.level;
    if level.is_promoted_to_by(own) {
        return Ok(());
    }
    Err(Refusal::new(
        Rule::Level,
        format!("your level {} may not change or take level {level}", own.map_or("none", Level::code)),
        levels_that_promote(|other| level.is_promoted_to_by(Some(other))),
    ))
}

/// What a change adds to a scope and what it takes away lie within the operator's own. Without a level there is none.
pub fn scope(operator: &Operator, before: Option<&Scope>, after: Option<&Scope>) -> Result<(), Refusal> {
    let none = Scope::Only(std::collections::BTreeSet::new());
    if operator.standing.scope.contains_difference(before.unwrap_or(&none), after.unwrap_or(&none)) {
        return Ok(());
    }
    Err(refusal(
        "the scope changes by organisations that are not in yours",
        "an operator whose scope holds all of them",
    ))
}

/// Whether a plan that hands this over is of high risk: level, scope, or a right that only GA and MA hold by default.
pub fn is_of_high_risk(rights: RightSet) -> bool {
    rights.iter().any(|right: Right| {
        right.spec().levels.iter().all(|level| matches!(level, Level::Global | Level::Master))
    })
}

fn held(operator: &Operator, given: &Grantable) -> Result<(), Refusal> {
    let lacking: Vec<&str> =
        given.rights.iter().filter(|right| !operator.holds(*right)).map(Right::code).collect();
    if lacking.is_empty() {
        return Ok(());
    }
    Err(refusal(
        format!("`{}` holds rights that you lack", visible(&given.name)),
        format!("an operator who holds {}", lacking.join(", ")),
    ))
}

fn of_organisation(
    name: &str,
    organisation: Option<OrganisationId>,
    receiver: Receiver,
) -> Result<(), Refusal> {
    let is_other = organisation.zip(receiver.organisation).is_some_and(|(own, theirs)| own != theirs);
    if is_other {
        return Err(refusal(
            format!("`{}` belongs to another organisation", visible(name)),
            "one of the user's organisation, or of the institution",
        ));
    }
    Ok(())
}

fn levels_that_promote(may: impl Fn(Level) -> bool) -> String {
    let levels: Vec<&str> = Level::ALL.into_iter().filter(|level| may(*level)).map(Level::code).collect();
    format!("level {}", levels.join(" or "))
}

fn refusal(text: impl Into<String>, satisfied_by: impl Into<String>) -> Refusal {
    Refusal::new(Rule::Giving, text, satisfied_by)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::authz::standing::Standing;
    use crate::base::ids::UserId;
    use crate::domain::status::Status;
    use crate::domain::user::Kind;

    fn operator(level: Option<Level>, group: Option<i64>, rights: &[Right]) -> Operator {
        let own = level.map_or(RightSet::EMPTY, RightSet::of_level);
        Operator {
            standing: Standing {
                id: UserId(1),
                login: "o".to_owned(),
                kind: Kind::Staff,
                status: Status::Active,
                status_until: None,
                level,
                scope: Scope::of(OrganisationId(1)),
                organisation: OrganisationId(1),
                group: group.map(GroupId),
                accounts: BTreeSet::from([PlatformAccountId(7)]),
                rights: own.union(RightSet::closed(rights.iter().copied())),
                assigned: true,
            },
            groups_below: if group.is_some() { BTreeSet::from([GroupId(6)]) } else { BTreeSet::new() },
        }
    }

    fn grantable(id: i64, organisation: Option<i64>, rights: &[Right]) -> Grantable {
        Grantable {
            id,
            name: "Desk".to_owned(),
            organisation: organisation.map(OrganisationId),
            rights: RightSet::closed(rights.iter().copied()),
        }
    }

    const HERE: Receiver = Receiver { organisation: Some(OrganisationId(1)), level: None };

    #[test]
    fn a_role_is_given_by_whoever_holds_all_of_it_to_users_of_its_organisation() {
        let desk = operator(None, None, &[Right::UserLock]);
        assert_eq!(role(&desk, &grantable(1, Some(1), &[Right::UserLock]), HERE), Ok(()));
        assert_eq!(role(&desk, &grantable(1, None, &[Right::UserView]), HERE), Ok(()));
        let lacking =
            role(&desk, &grantable(1, None, &[Right::UserLock, Right::AuditView]), HERE).unwrap_err();
        assert_eq!(
            (lacking.rule, lacking.text.as_str(), lacking.satisfied_by.as_str()),
            (Rule::Giving, "`Desk` holds rights that you lack", "an operator who holds audit.view")
        );
        let elsewhere = role(&desk, &grantable(1, Some(2), &[]), HERE).unwrap_err();
        assert_eq!(elsewhere.text, "`Desk` belongs to another organisation");
    }

    #[test]
    fn a_group_lies_strictly_below_and_holds_no_master() {
        let tier = operator(None, Some(5), &[Right::UserLock]);
        let give = |id, receiver| group(&tier, &grantable(id, Some(1), &[]), receiver);
        assert_eq!(give(6, HERE), Ok(()));
        assert!(give(5, HERE).is_err() && give(9, HERE).is_err(), "the own one, and one beside it");
        assert!(give(6, Receiver { level: Some(Level::Master), ..HERE }).is_err());
        let loose = operator(None, None, &[Right::UserLock]);
        assert!(group(&loose, &grantable(6, Some(1), &[]), HERE).unwrap_err().text.contains("assign none"));
        let level = operator(Some(Level::User), None, &[]);
        assert_eq!(group(&level, &grantable(9, Some(1), &[]), HERE), Ok(()));

        assert!(ends_below(&tier, None, true).is_err() && ends_below(&tier, Some(GroupId(5)), true).is_err());
        assert_eq!(ends_below(&tier, None, false), Ok(()));
        assert_eq!(ends_below(&tier, Some(GroupId(6)), true), Ok(()));
        assert_eq!(ends_below(&level, None, true), Ok(()));
    }

    #[test]
    fn a_platform_account_is_given_by_its_holder_or_by_a_master() {
        let of = |id, organisation| Account {
            id: PlatformAccountId(id),
            name: "Ledger".to_owned(),
            organisation: OrganisationId(organisation),
        };
        let desk = operator(None, None, &[]);
        assert_eq!(account(&desk, &of(7, 1), HERE), Ok(()));
        assert!(account(&desk, &of(8, 1), HERE).is_err());
        let master = operator(Some(Level::Master), None, &[]);
        assert_eq!(account(&master, &of(8, 1), HERE), Ok(()));
        assert!(account(&master, &of(8, 2), HERE).is_err(), "of another organisation");
    }

    #[test]
    fn levels_and_scopes_are_given_and_taken_within_ones_own() {
        let admin = operator(Some(Level::Organisation), None, &[]);
        assert_eq!((level(&admin, Level::Organisation), promotes(&admin)), (Ok(()), Ok(())));
        assert_eq!(level(&admin, Level::Global).unwrap_err().satisfied_by, "level MA or GA");
        assert_eq!(level_taken(&admin, Level::Global).unwrap_err().rule, Rule::Level);
        let user = operator(Some(Level::User), None, &[]);
        assert_eq!(promotes(&user).unwrap_err().text, "your level UA may promote nobody");
        let of = |ids: &[i64]| Scope::Only(ids.iter().copied().map(OrganisationId).collect());
        assert_eq!(scope(&admin, None, Some(&of(&[1]))), Ok(()));
        assert!(scope(&admin, None, Some(&of(&[1, 2]))).is_err());
        assert!(scope(&admin, Some(&of(&[2])), None).is_err(), "what is taken away counts as well");
        assert_eq!(scope(&admin, Some(&of(&[1, 2])), Some(&of(&[2]))), Ok(()));
    }

    #[test]
    fn rights_of_global_administrators_are_of_high_risk() {
        assert!(is_of_high_risk(RightSet::closed([Right::AuditView])));
        assert!(!is_of_high_risk(RightSet::closed([Right::UserPromote, Right::UserLock])));
    }
}
