//! Sets of rights, always closed: whoever holds a right holds all that it implies.

use crate::authz::right::{self, Right};
use crate::base::ids::OrganisationId;
use crate::domain::level::Level;

/// A set of rights. One bit each; the closed list has fewer than 64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RightSet(u64);

impl RightSet {
    /// No right at all.
    pub const EMPTY: Self = Self(0);

    /// The closure of `rights`.
    pub fn closed(rights: impl IntoIterator<Item = Right>) -> Self {
        let mut set = Self::EMPTY;
        for right in rights {
            set.add_with_implied(right);
        }
        set
    }

    /// What a level holds by default, closed.
    pub fn of_level(level: Level) -> Self {
        Self::closed(right::ALL.iter().filter(|spec| spec.levels.contains(&level)).map(|spec| spec.right))
    }

    /// Everything that is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `right` is in it.
    pub const fn holds(self, right: Right) -> bool {
        self.0 & (1 << right as u64) != 0
    }

    /// Whether all of `other` is in it.
    pub const fn contains(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// What is in it and not in `other`. Not always closed: what implies may stand without what it implies.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether something is in both.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The rights in it, in the order of the specification.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        right::ALL.iter().map(|spec| spec.right).filter(move |right| self.holds(*right))
    }

    fn add_with_implied(&mut self, right: Right) {
        if self.holds(right) {
            return;
        }
        self.0 |= 1 << right as u64;
        for implied in right.spec().implies {
            self.add_with_implied(*implied);
        }
    }
}

/// A role or a group as something that can be given: what giving it hands over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grantable {
    /// Its id among roles, or among groups.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its organisation; `None` is institution-wide.
    pub organisation: Option<OrganisationId>,
    /// Its rights, closed.
    pub rights: RightSet,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_brings_what_it_implies() {
        for spec in right::ALL {
            let set = RightSet::closed([spec.right]);
            for held in set.iter() {
                assert!(set.contains(RightSet::closed([held])), "{} is not closed", spec.code);
            }
        }
        let create = RightSet::closed([Right::UserCreate]);
        assert!(
            create.holds(Right::GroupManage)
                && create.holds(Right::UserView)
                && !create.holds(Right::UserUpdate)
        );
    }

    #[test]
    fn each_level_holds_what_the_one_below_holds() {
        for pair in Level::ALL.windows(2) {
            assert!(RightSet::of_level(pair[0]).contains(RightSet::of_level(pair[1])), "{pair:?}");
        }
        assert_eq!(RightSet::of_level(Level::Master).iter().count(), right::ALL.len());
        assert!(!RightSet::of_level(Level::User).holds(Right::UserPiiReveal));
    }
}
