//! What many users share, held once: organisations, groups, and lists of roles, account types and tags.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use crate::base::ids::{GroupId, OrganisationId};
use crate::directory::column::Column;
use crate::directory::filter::searched;
use crate::directory::index::facts::Packed;
use crate::directory::index::segment::{GROUP, LISTS, ORGANISATION};
use crate::directory::row::Entry;
use crate::domain::level::Level;

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

/// The words of one column by the numbers of its users.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered<'a> {
    ranked: &'a Ranked,
    /// Which of the numbers of a user tells.
    pub(super) column: usize,
    /// Where a level tells before the number, and its words begin.
    levels_from: Option<usize>,
}

impl Numbered<'_> {
    /// The place of the word among [`SharedNames::ranked`], of a user with this number.
    pub(super) fn rank(self, number: u32, packed: Packed) -> usize {
        let level = packed.level_number() as usize;
        let at = match self.levels_from.filter(|_| level > 0) {
            Some(first) => first + level - 1,
            None => number as usize,
        };
        self.ranked.ranks[at] as usize
    }
}

/// The shared names of a segment.
#[derive(Clone, Debug)]
pub(super) struct SharedNames {
    pub(super) organisations: Shared<OrganisationName>,
    pub(super) groups: Shared<GroupWord>,
    pub(super) lists: Shared<Lists>,
    /// What lists of users are sorted by; made when all names are there.
    by_organisation: Ranked,
    by_group: Ranked,
    /// The words of the levels stand after those of the roles.
    by_role: Ranked,
}

/// Words in their order, and the place of each name's word among them.
#[derive(Clone, Debug, Default)]
struct Ranked {
    /// Ascending, none twice.
    words: Vec<String>,
    ranks: Vec<u32>,
}

impl Ranked {
    fn of(all: &[String]) -> Self {
        let words: Vec<String> = all.iter().cloned().collect::<BTreeSet<String>>().into_iter().collect();
        let rank = |word| u32::try_from(words.binary_search(word).unwrap_or_default()).unwrap_or(u32::MAX);
        let ranks = all.iter().map(rank).collect();
        Self { words, ranks }
    }

    fn bytes(&self) -> usize {
        let words = self.words.iter().map(|word| size_of::<String>() + word.len()).sum::<usize>();
        words + self.ranks.len() * size_of::<u32>()
    }
}

impl SharedNames {
    pub(super) fn new() -> Self {
        Self {
            organisations: Shared::new(),
            groups: Shared::new(),
            lists: Shared::new(),
            by_organisation: Ranked::default(),
            by_group: Ranked::default(),
            by_role: Ranked::default(),
        }
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

    /// Orders the names; none is new afterwards.
    pub(super) fn rank_all(&mut self) {
        let organisations = self.organisations.all.iter().map(|organisation| organisation.words[1].clone());
        self.by_organisation = Ranked::of(&organisations.collect::<Vec<_>>());
        self.by_group =
            Ranked::of(&self.groups.all.iter().map(|group| group.word.clone()).collect::<Vec<_>>());
        let roles = self.lists.all.iter().map(|lists| lists.roles.join(", "));
        let levels = Level::ALL.map(|level| searched(level.code()));
        self.by_role = Ranked::of(&roles.chain(levels).collect::<Vec<_>>());
    }

    /// Whose words are in a column; `None` where it has no shared words.
    pub(super) fn numbered(&self, column: Column) -> Option<Numbered<'_>> {
        let numbered = |ranked, column| Some(Numbered { ranked, column, levels_from: None });
        match column {
            Column::Organisation => numbered(&self.by_organisation, ORGANISATION),
            Column::Group => numbered(&self.by_group, GROUP),
            Column::Role => {
                let levels_from = Some(self.lists.all.len());
                Some(Numbered { ranked: &self.by_role, column: LISTS, levels_from })
            }
            Column::Id
            | Column::Login
            | Column::Kind
            | Column::Status
            | Column::Title
            | Column::FirstName
            | Column::MiddleName
            | Column::LastName
            | Column::Name
            | Column::Email
            | Column::EmailConfirmed
            | Column::Phone
            | Column::Level
            | Column::CoreId
            | Column::Product
            | Column::Archived
            | Column::Enrolled
            | Column::LastLogin
            | Column::Added
            | Column::Modified => None,
        }
    }

    /// The words of a column in their order; `None` where it has no shared words.
    pub(super) fn ranked(&self, column: Column) -> Option<&[String]> {
        self.numbered(column).map(|numbered| &numbered.ranked.words[..])
    }

    /// The word of a user with these numbers.
    pub(super) fn word(&self, column: Column, numbers: [u32; 3], packed: Packed) -> &[u8] {
        let word = self.numbered(column).and_then(|numbered| {
            let rank = numbered.rank(numbers[numbered.column], packed);
            numbered.ranked.words.get(rank)
        });
        word.map(String::as_bytes).unwrap_or_default()
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
        let ranked = [&self.by_organisation, &self.by_group, &self.by_role].map(Ranked::bytes);
        2 * (organisations + groups + lists.sum::<usize>()) + ranked.iter().sum::<usize>()
    }
}
