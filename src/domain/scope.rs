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
    fn a_list_never_contains_all() {
        let one = Scope::of(OrganisationId(1));
        assert!(Scope::All.contains(&one) && Scope::All.contains(&Scope::All));
        assert!(
            one.contains(&one) && !one.contains(&Scope::All) && !one.contains(&Scope::of(OrganisationId(2)))
        );
    }
}
