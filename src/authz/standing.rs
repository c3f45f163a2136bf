//! Where a user stands: what a decision compares, of operators and of those acted upon.

use std::collections::BTreeSet;

use crate::authz::grants::RightSet;
use crate::authz::groups::Group;
use crate::authz::right::Right;
use crate::base::ids::{GroupId, OrganisationId, PlatformAccountId, UserId};
use crate::base::time::Timestamp;
use crate::domain::level::Level;
use crate::domain::scope::Scope;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// Where one user stands at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The user.
    pub id: UserId,
    /// The login, empty where none.
    pub login: String,
    /// What the user is.
    pub kind: Kind,
    /// The status at that moment.
    pub status: Status,
    /// When the clock alone changes that status next; `None` where it never does.
    pub status_until: Option<Timestamp>,
    /// The level, of an admin.
    pub level: Option<Level>,
    /// The scope that goes with it; the own organisation without a level.
    pub scope: Scope,
    /// The organisation.
    pub organisation: OrganisationId,
    /// The group.
    pub group: Option<GroupId>,
    /// Platform accounts.
    pub accounts: BTreeSet<PlatformAccountId>,
    /// closure(level's ∪ roles' ∪ group's).
    pub rights: RightSet,
    /// Whether a level, a role or a group is assigned: without any there is no sign-in.
    pub assigned: bool,
}

impl Standing {
    /// Whether an operator of this status may act (`spec/authority.md`, first paragraphs).
    pub const fn may_act(&self) -> bool {
        matches!(self.status, Status::Active | Status::Recovery | Status::AutoLocked)
            && matches!(self.kind, Kind::Admin | Kind::Staff)
            && self.assigned
    }
}

/// An operator: a standing, and the groups strictly below the own one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Where the operator stands.
    pub standing: Standing,
    /// Groups strictly below the operator's own; empty without a group.
    pub groups_below: BTreeSet<GroupId>,
}

impl Operator {
    /// Whether the operator holds `right`.
    pub const fn holds(&self, right: Right) -> bool {
        self.standing.rights.holds(right)
    }

    /// Whether what belongs to the whole institution is managed by this operator.
    pub fn reaches_institution(&self) -> bool {
        matches!(self.standing.level, Some(Level::Master | Level::Global))
            && self.standing.scope == Scope::All
    }

    /// Whether `group` exists for this operator: the own one, and those that may be managed.
    pub fn sees_group(&self, group: &Group) -> bool {
        self.sees_group_of(group.id, group.organisation_id())
    }

    /// The same of a group by its id and organisation.
    pub fn sees_group_of(&self, group: GroupId, organisation: Option<OrganisationId>) -> bool {
        let within = match organisation {
            Some(organisation) => self.standing.scope.holds(organisation),
            None => self.reaches_institution(),
        };
        match (self.standing.group, self.standing.level) {
            (Some(own), _) if own == group => true,
            (Some(_), _) => within && self.groups_below.contains(&group),
            (None, Some(_)) => within,
            (None, None) => false,
        }
    }

    /// What exists for this operator.
    pub fn sight(&self) -> Sight {
        let groups = if self.standing.group.is_some() {
            Groups::NoneOr(self.groups_below.clone())
        } else if self.standing.level.is_none() {
            Groups::NoneOr(BTreeSet::new())
        } else {
            Groups::Any
        };
        Sight {
            own: self.standing.id,
            scope: self.standing.scope.clone(),
            groups,
            reveal: self.holds(Right::UserPiiReveal),
        }
    }
}

/// Which users' groups an operator sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Groups {
    /// All.
    Any,
    /// Users in no group, or in one of these.
    NoneOr(BTreeSet<GroupId>),
}

impl Groups {
    /// Whether users of `group` exist for the operator.
    pub fn holds(&self, group: Option<GroupId>) -> bool {
        match (self, group) {
            (Self::Any, _) | (_, None) => true,
            (Self::NoneOr(list), Some(group)) => list.contains(&group),
        }
    }
}

/// What exists for an operator: applied first, in every query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// One always sees oneself.
    pub own: UserId,
    /// The organisations.
    pub scope: Scope,
    /// The groups.
    pub groups: Groups,
    /// Whether personal data is shown and searched in part; not part of what exists.
    pub reveal: bool,
}

impl Sight {
    /// Whether a user with this organisation and group exists for the operator.
    pub fn holds(&self, user: UserId, organisation: OrganisationId, group: Option<GroupId>) -> bool {
        if user == self.own {
            return true;
        }
        self.groups.holds(group) && self.scope.holds(organisation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_and_group_decide_what_exists_and_one_always_sees_oneself() {
        let sight = Sight {
            own: UserId(1),
            scope: Scope::of(OrganisationId(1)),
            groups: Groups::NoneOr(BTreeSet::from([GroupId(5)])),
            reveal: false,
        };
        assert!(sight.holds(UserId(2), OrganisationId(1), None));
        assert!(sight.holds(UserId(2), OrganisationId(1), Some(GroupId(5))));
        assert!(!sight.holds(UserId(2), OrganisationId(1), Some(GroupId(6))));
        assert!(!sight.holds(UserId(2), OrganisationId(2), None));
        assert!(sight.holds(UserId(1), OrganisationId(2), Some(GroupId(6))));
    }
}
