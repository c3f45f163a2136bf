//! What many users share, held once: organisations, groups, sets of roles.

use std::collections::HashMap;
use std::hash::Hash;

use crate::base::ids::{GroupId, OrganisationId};
use crate::base::text::search_folded;
use crate::directory::index::Entry;

/// An organisation: id, and key and display name in the form that is searched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct OrganisationName {
    pub(super) id: OrganisationId,
    pub(super) words: [String; 2],
}

/// A group, or none: id, and name in the form that is searched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct GroupWord {
    pub(super) id: Option<GroupId>,
    pub(super) word: String,
}

/// Values by the number that stands for them.
#[derive(Clone, Debug)]
pub(super) struct Shared<T> {
    pub(super) all: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Shared<T> {
    fn new() -> Self {
        Self { all: Vec::new(), numbers: HashMap::new() }
    }

    /// The number of `value`, from now on if it was not known.
    pub(super) fn number(&mut self, value: T) -> u32 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).expect("fewer shared names than users");
        self.all.push(value.clone());
        self.numbers.insert(value, number);
        number
    }
}

/// The shared names of a segment.
#[derive(Clone, Debug)]
pub(super) struct SharedNames {
    pub(super) organisations: Shared<OrganisationName>,
    pub(super) groups: Shared<GroupWord>,
    pub(super) roles: Shared<Vec<String>>,
}

impl SharedNames {
    pub(super) fn new() -> Self {
        Self { organisations: Shared::new(), groups: Shared::new(), roles: Shared::new() }
    }

    /// The numbers of what `entry` shares: organisation, group, roles.
    pub(super) fn numbers(&mut self, entry: &Entry) -> [u32; 3] {
        let (id, key, display_name) = &entry.row.organisation;
        let words = [search_folded(key), search_folded(display_name)];
        let group = GroupWord { id: entry.group, word: search_folded(&entry.row.group) };
        let roles = entry.row.roles.iter().map(|role| search_folded(role)).collect();
        [
            self.organisations.number(OrganisationName { id: *id, words }),
            self.groups.number(group),
            self.roles.number(roles),
        ]
    }

    /// The numbers here of what has `numbers` in `other`.
    pub(super) fn translated(&mut self, other: &Self, numbers: [u32; 3]) -> [u32; 3] {
        let [organisation, group, roles] = numbers.map(|number| number as usize);
        [
            self.organisations.number(other.organisations.all[organisation].clone()),
            self.groups.number(other.groups.all[group].clone()),
            self.roles.number(other.roles.all[roles].clone()),
        ]
    }
}
