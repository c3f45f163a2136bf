//! Where a right comes from: the level, each role, the group, or another right that implies it.

use crate::authz::grants::RightSet;
use crate::authz::right::Right;
use crate::base::text::visible;
use crate::domain::level::Level;

/// What hands rights over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The level, by `rights.tsv`.
    Level(Level),
    /// A role, by its name.
    Role(String),
    /// The group, by the names on the way to it: the topmost one that is in sight first.
    Group(Vec<String>),
}

/// What hands rights over, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub origin: Origin,
    /// The rights that it hands over, closed.
    pub rights: RightSet,
}

impl Source {
    /// What it is called: ``level OA``, ``role `Desk` ``, ``group `Branch > Tier 1` ``.
    pub fn words(&self) -> String {
        match &self.origin {
            Origin::Level(level) => format!("level {}", level.code()),
            Origin::Role(name) => format!("role `{}`", visible(name)),
            Origin::Group(path) => format!("group `{}`", visible(&path.join(" > "))),
        }
    }

    /// The right of this source that brings `right` with it; `None` where it stands there by itself.
    pub fn implied_by(&self, right: Right) -> Option<Right> {
        // A level names every right that it holds.
        if matches!(self.origin, Origin::Level(_)) {
            return None;
        }
        self.rights.iter().find(|held| held.spec().implies.contains(&right))
    }
}

/// Each way on which `right` is held, in words; empty where it is not.
pub fn of(sources: &[Source], right: Right) -> Vec<String> {
    let holding = sources.iter().filter(|source| source.rights.holds(right));
    holding
        .map(|source| match source.implied_by(right) {
            None => source.words(),
            Some(by) => format!("{}, implied by `{}`", source.words(), by.code()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_is_told_with_every_way_on_which_it_is_held() {
        let of_role = RightSet::closed([Right::UserLock]);
        let sources = [
            Source { origin: Origin::Level(Level::User), rights: RightSet::of_level(Level::User) },
            Source { origin: Origin::Role("Desk".to_owned()), rights: of_role },
            Source {
                origin: Origin::Group(vec!["Branch".to_owned(), "Tier 1".to_owned()]),
                rights: RightSet::closed([Right::AuditView]),
            },
        ];
        assert_eq!(of(&sources, Right::UserLock), ["level UA", "role `Desk`"]);
        assert_eq!(of(&sources, Right::UserView), ["level UA", "role `Desk`, implied by `user.lock`"]);
        assert_eq!(of(&sources, Right::AuditView), ["group `Branch > Tier 1`"]);
        assert_eq!(of(&sources, Right::OrgManage), Vec::<String>::new());
    }
}
