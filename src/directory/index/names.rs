//! What many users share, held once: organisations, groups, and lists of roles, account types and tags.

use std::collections::HashMap;
use std::hash::Hash;

use crate::base::ids::{GroupId, OrganisationId};
use crate::directory::filter::searched;
use crate::directory::row::Entry;

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

/// Short lists of one user, in the form that is searched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lists {
    pub(super) roles: Vec<String>,
    /// In the order of the account ids.
    pub(super) account_types: Vec<String>,
    pub(super) tags: Vec<String>,
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
    fn number(&mut self, value: T) -> u32 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).expect("fewer shared names than users");
        self.all.push(value.clone());
        self.numbers.insert(value, number);
        number
    }

    /// For each value, whether it is `wanted`.
    pub(super) fn are(&self, wanted: impl Fn(&T) -> bool) -> Vec<bool> {
        self.all.iter().map(wanted).collect()
    }
}

/// The shared names of a segment.
#[derive(Clone, Debug)]
pub(super) struct SharedNames {
    pub(super) organisations: Shared<OrganisationName>,
    pub(super) groups: Shared<GroupWord>,
    pub(super) lists: Shared<Lists>,
}

impl SharedNames {
    pub(super) fn new() -> Self {
        Self { organisations: Shared::new(), groups: Shared::new(), lists: Shared::new() }
    }

    /// The numbers of what `entry` shares: organisation, group, lists.
    pub(super) fn numbers(&mut self, entry: &Entry) -> [u32; 3] {
        let (id, key, display_name) = &entry.row.organisation;
        let words = [searched(key), searched(display_name)];
        let group = GroupWord { id: entry.group, word: searched(&entry.row.group) };
        let lists = Lists {
            roles: entry.row.roles.iter().map(|role| searched(role)).collect(),
            account_types: entry.details.account_ids.iter().map(|(kind, _)| searched(kind)).collect(),
            tags: entry.details.tags.iter().map(|tag| searched(tag)).collect(),
        };
        [
            self.organisations.number(OrganisationName { id: *id, words }),
            self.groups.number(group),
            self.lists.number(lists),
        ]
    }

    /// The numbers here of what has `numbers` in `other`.
    pub(super) fn translated(&mut self, other: &Self, numbers: [u32; 3]) -> [u32; 3] {
        let [organisation, group, lists] = numbers.map(|number| number as usize);
        [
            self.organisations.number(other.organisations.all[organisation].clone()),
            self.groups.number(other.groups.all[group].clone()),
            self.lists.number(other.lists.all[lists].clone()),
        ]
    }

    /// Memory that it takes, about: each name stands here twice.
    pub(super) fn bytes(&self) -> usize {
        let words =
            |words: &[String]| -> usize { words.iter().map(|word| size_of::<String>() + word.len()).sum() };
        let organisations =
            self.organisations.all.iter().map(|organisation| words(&organisation.words)).sum::<usize>();
        let groups =
            self.groups.all.iter().map(|group| size_of::<GroupWord>() + group.word.len()).sum::<usize>();
        let lists = self.lists.all.iter().map(|lists| {
            let each = [&lists.roles, &lists.account_types, &lists.tags].map(|list| words(list));
            size_of::<Lists>() + each.iter().sum::<usize>()
        });
        2 * (organisations + groups + lists.sum::<usize>())
    }
}
