//! What an action can be upon: a closed list of kinds, each with ids of its own.

use std::fmt;

use crate::base::ids::{GroupId, OrganisationId, RoleId, UserId};

/// The kinds of things that actions are upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// A user of any kind.
    User,
    /// A group of the tree.
    Group,
    /// A role.
    Role,
    /// An organisation.
    Organisation,
}

impl TargetKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::User, Self::Group, Self::Role, Self::Organisation];

    /// The word of messages, catalogue and store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::Organisation => "organisation",
        }
    }

    /// What is typed to confirm, and named on the command line.
    pub const fn by(self) -> &'static str {
        match self {
            Self::User => "login",
            Self::Group | Self::Role | Self::Organisation => "name",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetId {
    /// A user.
    User(UserId),
    /// A group.
    Group(GroupId),
    /// A role.
    Role(RoleId),
    /// An organisation.
    Organisation(OrganisationId),
}

impl TargetId {
    /// The one of `kind` with this number.
    pub const fn of(kind: TargetKind, number: i64) -> Self {
        match kind {
            TargetKind::User => Self::User(UserId(number)),
            TargetKind::Group => Self::Group(GroupId(number)),
            TargetKind::Role => Self::Role(RoleId(number)),
            TargetKind::Organisation => Self::Organisation(OrganisationId(number)),
        }
    }

    /// Its kind.
    pub const fn kind(self) -> TargetKind {
        match self {
            Self::User(_) => TargetKind::User,
            Self::Group(_) => TargetKind::Group,
            Self::Role(_) => TargetKind::Role,
            Self::Organisation(_) => TargetKind::Organisation,
        }
    }

    /// Its number among those of its kind.
    pub const fn number(self) -> i64 {
        match self {
            Self::User(id) => id.0,
            Self::Group(id) => id.0,
            Self::Role(id) => id.0,
            Self::Organisation(id) => id.0,
        }
    }

    /// The user, where it is one.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Group(_) | Self::Role(_) | Self::Organisation(_) => None,
        }
    }
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::Group(id) => id.fmt(f),
            Self::Role(id) => id.fmt(f),
            Self::Organisation(id) => id.fmt(f),
        }
    }
}

/// Whether `name` reads as a number or id and so could not be told from one.
pub fn reads_as_id(name: &str) -> bool {
    let letters = ["", "U", "G", "R", "O"];
    letters.iter().any(|letter| {
        let head = name.get(..letter.len()).is_some_and(|head| head.eq_ignore_ascii_case(letter));
        let rest = name.get(letter.len()..).unwrap_or_default();
        head && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart_where_numbers_are_not() {
        let all = TargetKind::ALL.map(|kind| TargetId::of(kind, 7));
        assert_eq!(all.map(|id| id.to_string()), ["U7", "G7", "R7", "O7"]);
        for id in all {
            assert_eq!(
                (TargetId::of(id.kind(), id.number()), TargetKind::parse(id.kind().word())),
                (id, Some(id.kind()))
            );
        }
    }

    #[test]
    fn what_reads_as_an_id_is_no_name() {
        for bad in ["G12", "g1", "42", "O7", "U1"] {
            assert!(reads_as_id(bad), "{bad}");
        }
        for good in ["Tier 1", "G", "", "G12a", "Übung 3"] {
            assert!(!reads_as_id(good), "{good}");
        }
    }
}
