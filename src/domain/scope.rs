//! Scope: the organisations that an operator's work reaches.

use std::collections::BTreeSet;

use crate::base::ids::OrganisationId;

/// All organisations, present and future, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every organisation, also those made later.
    All,
    /// These only.
    Only(BTreeSet<OrganisationId>),
}

impl Scope {
    /// A scope of one organisation.
    pub fn of(organisation: OrganisationId) -> Self {
        Self::Only(BTreeSet::from([organisation]))
    }

    /// Whether `organisation` lies within.
    pub fn holds(&self, organisation: OrganisationId) -> bool {
        match self {
            Self::All => true,
            Self::Only(list) => list.contains(&organisation),
        }
    }

    /// Whether all that differs between `before` and `after` lies within.
    pub fn contains_difference(&self, before: &Self, after: &Self) -> bool {
        match (self, before, after) {
            (Self::All, ..) | (Self::Only(_), Self::All, Self::All) => true,
            // What lies outside of a list is more than any list holds.
            (Self::Only(_), Self::All, Self::Only(_)) | (Self::Only(_), Self::Only(_), Self::All) => false,
            (Self::Only(own), Self::Only(before), Self::Only(after)) => {
                before.symmetric_difference(after).all(|organisation| own.contains(organisation))
            }
        }
    }

    /// Whether all of `other` lies within.
    pub fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Only(_), Self::All) => false,
            (Self::Only(own), Self::Only(theirs)) => theirs.is_subset(own),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_and_what_is_taken_away_lies_within() {
        let of = |ids: &[i64]| Scope::Only(ids.iter().copied().map(OrganisationId).collect());
        let own = of(&[1, 2]);
        assert!(own.contains_difference(&of(&[1, 3]), &of(&[2, 3])), "what stays does not count");
        assert!(!own.contains_difference(&of(&[1, 3]), &of(&[1])), "3 is taken away");
        assert!(!own.contains_difference(&of(&[1]), &of(&[1, 3])), "3 is added");
        assert!(!own.contains_difference(&of(&[1]), &Scope::All));
        assert!(!own.contains_difference(&Scope::All, &of(&[1])));
        assert!(own.contains_difference(&Scope::All, &Scope::All));
        assert!(Scope::All.contains_difference(&Scope::All, &of(&[])));
    }

    #[test]
    fn a_list_never_contains_all() {
        let one = Scope::of(OrganisationId(1));
        assert!(Scope::All.contains(&one) && Scope::All.contains(&Scope::All));
        assert!(
            one.contains(&one) && !one.contains(&Scope::All) && !one.contains(&Scope::of(OrganisationId(2)))
        );
    }
}
