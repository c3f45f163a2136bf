//! A segment: some users by ascending id, one array for each thing that is filtered or sorted by.
//!
//! It never changes. What changed meanwhile stands in newer, smaller segments; two become
//! one by [`merged`](Segment::merged) when the newer one has grown.

use crate::base::ids::UserId;
use crate::base::text::folded;
use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::filter::{phone_form, searched};
use crate::directory::index::Effort;
use crate::directory::index::bits::Bits;
use crate::directory::index::facts::{Packed, Timed};
use crate::directory::index::grams::Grams;
use crate::directory::index::memo::Memo;
use crate::directory::index::names::SharedNames;
use crate::directory::index::order::Orders;
use crate::directory::index::ranks::ByRank;
use crate::directory::index::sparse::SparseTexts;
use crate::directory::index::statuses::Statuses;
use crate::directory::index::texts::Texts;
use crate::directory::index::times::Times;
use crate::directory::row::Entry;
use crate::domain::user::name_key;

/// Arrays by slot; slots ascend with the id.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) ids: Vec<i64>,
    pub(super) packed: Vec<Packed>,
    /// Of the users that have any, by slot.
    pub(super) timed: Vec<(u32, Timed)>,
    /// Organisation, group and lists, by number.
    pub(super) shared: [Vec<u32>; 3],
    pub(super) names: SharedNames,
    /// Last sign-in, end of the enrolment, making and change; -1 for never.
    pub(super) times: [Times; 4],
    /// As they are searched.
    pub(super) texts: [Texts; 3],
    /// Names and values of custom attributes.
    pub(super) attributes: SparseTexts,
    /// What logins are sorted by, where it is not what is searched.
    login_keys: SparseTexts,
    /// What names are sorted by.
    pub(super) name_keys: Texts,
    pub(super) orders: Orders,
    /// For each column of `shared` with many ranks.
    pub(super) by_rank: [Option<ByRank>; 3],
    /// One for each of `texts`; a small segment is read through instead.
    pub(super) grams: Option<[Grams; 3]>,
    pub(super) memo: Memo,
    pub(super) statuses: Statuses,
}

/// The arena with the fields of [`OPEN_LOGIN`] and its like.
pub(super) const OPEN: usize = 0;
/// The arena of emails.
pub(super) const EMAILS: usize = 1;
/// The arena of phones.
pub(super) const PHONES: usize = 2;

/// Fields of the open arena.
pub(super) const OPEN_LOGIN: usize = 0;
pub(super) const OPEN_NAME: usize = 1;
pub(super) const OPEN_CORE: usize = 2;
pub(super) const OPEN_ACCOUNT_ID: usize = 3;

/// Columns of `shared`.
pub(super) const ORGANISATION: usize = 0;
pub(super) const GROUP: usize = 1;
pub(super) const LISTS: usize = 2;

/// Columns of `times`.
pub(super) const LAST_LOGIN: usize = 0;
pub(super) const ENROLLED: usize = 1;
pub(super) const ADDED: usize = 2;
pub(super) const MODIFIED: usize = 3;

impl Segment {
    pub(super) fn new() -> Self {
        let texts = Texts::with_fields;
        Self {
            ids: Vec::new(),
            packed: Vec::new(),
            timed: Vec::new(),
            shared: Default::default(),
            names: SharedNames::new(),
            times: Default::default(),
            texts: [texts(4), texts(1), texts(1)],
            attributes: SparseTexts::new(),
            login_keys: SparseTexts::new(),
            name_keys: texts(1),
            orders: Orders::default(),
            by_rank: Default::default(),
            grams: None,
            memo: Memo::default(),
            statuses: Statuses::default(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.ids.len()
    }

    /// Appends `entry`, whose id must be greater than all before. Without orders until [`Segment::finished`].
    pub(super) fn push(&mut self, entry: &Entry) {
        let (row, details) = (&entry.row, &entry.details);
        assert!(self.ids.last().is_none_or(|last| *last < row.id.0), "users come by ascending id");
        let facts = Packed::of(entry);
        let shared = self.names.numbers(entry);
        let never = |time: Option<Timestamp>| time.map_or(-1, |time| time.0);
        let times = [never(row.last_login), never(row.enrolled), row.added.0, row.modified.0];
        self.push_facts(row.id.0, facts, shared, times);
        let login = row.login.as_deref().unwrap_or_default();
        let all = |first: &str, others: &[String], form: fn(&str) -> String| -> Vec<String> {
            std::iter::once(first).chain(others.iter().map(String::as_str)).map(form).collect()
        };
        let open = [
            vec![searched(login)],
            vec![searched(&row.names.full())],
            all(&row.core_id, &details.core_ids, searched),
            details.account_ids.iter().map(|(_, id)| searched(id)).collect(),
        ];
        push_values(&mut self.texts[OPEN], &open);
        push_values(&mut self.texts[EMAILS], &[all(&row.email, &details.emails, searched)]);
        push_values(&mut self.texts[PHONES], &[all(&row.phone, &details.phones, phone_form)]);
        let slot = self.len() - 1;
        if !details.attributes.is_empty() {
            let attributes: Vec<[String; 2]> =
                details.attributes.iter().map(|(name, value)| [searched(name), searched(value)]).collect();
            let attributes: Vec<[&str; 2]> =
                attributes.iter().map(|pair| pair.each_ref().map(String::as_str)).collect();
            self.attributes.push(slot, &attributes.iter().map(<[_; 2]>::as_slice).collect::<Vec<_>>());
        }
        let login_key = folded(login);
        if login_key != open[OPEN_LOGIN][0] {
            self.login_keys.push(slot, &[&[&login_key]]);
        }
        self.name_keys.push(&name_key(&row.names.last, &row.names.first));
    }

    fn push_facts(&mut self, id: i64, facts: (Packed, Option<Timed>), shared: [u32; 3], times: [i64; 4]) {
        let (packed, timed) = facts;
        self.timed.extend(timed.map(|timed| (slot_number(self.ids.len()), timed)));
        self.ids.push(id);
        self.packed.push(packed);
        for (column, number) in self.shared.iter_mut().zip(shared) {
            column.push(number);
        }
        for (column, time) in self.times.iter_mut().zip(times) {
            column.push(time);
        }
    }

    fn push_from(&mut self, other: &Self, slot: usize) {
        let shared = self.names.translated(&other.names, other.shared_at(slot));
        let times = std::array::from_fn(|column| other.times[column].at(slot));
        let number = slot_number(slot);
        let timed = other.timed.binary_search_by_key(&number, |(slot, _)| *slot).ok();
        self.push_facts(
            other.ids[slot],
            (other.packed[slot], timed.map(|at| other.timed[at].1)),
            shared,
            times,
        );
        for (texts, from) in self.texts.iter_mut().zip(&other.texts) {
            texts.push_from(from, slot);
        }
        let place = self.len() - 1;
        self.attributes.push_from(place, &other.attributes, slot);
        self.login_keys.push_from(place, &other.login_keys, slot);
        self.name_keys.push_from(&other.name_keys, slot);
    }

    /// Appends everybody of `next`, whose ids are all greater.
    pub(super) fn append(&mut self, next: &Self) {
        for slot in 0..next.len() {
            self.push_from(next, slot);
        }
    }

    /// The same, ready to be asked.
    pub(super) fn finished(mut self, effort: Effort) -> Self {
        self.shrink();
        self.names.rank_all();
        self.orders = Orders::of(&self);
        self.searchable(effort)
    }

    /// Finds which texts are shared by many, for whoever waits for nobody.
    pub(super) fn deepen(&self) {
        for (grams, texts) in self.grams.iter().flatten().zip(&self.texts) {
            grams.deepen(texts);
        }
    }

    fn searchable(mut self, effort: Effort) -> Self {
        self.by_rank = [Column::Organisation, Column::Group, Column::Role]
            .map(|column| ByRank::of(&self, column, effort.few_ranks));
        if self.len() > effort.read_through {
            let [open, emails, phones] = &self.texts;
            self.grams = Some(std::thread::scope(|scope| {
                let emails = scope.spawn(|| Grams::of(emails));
                let (open, phones) = (Grams::of(open), Grams::of(phones));
                [open, emails.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), phones]
            }));
        }
        self
    }

    /// Two segments as one, without the slots in the sets beside them: no other id may be in both.
    pub(super) fn merged(older: (&Self, &Bits), newer: (&Self, &Bits), effort: Effort) -> Self {
        let mut merged = Self::new();
        let parts = [older, newer];
        let mut places = parts.map(|(part, _)| vec![GONE; part.len()]);
        let mut next = [0, 0];
        loop {
            let ids = [0, 1].map(|at: usize| parts[at].0.ids.get(next[at]));
            let at = match ids {
                [None, None] => break,
                [Some(older), Some(newer)] => usize::from(newer < older),
                [older, None] => usize::from(older.is_none()),
                [None, Some(_)] => 1,
            };
            let ((part, dead), slot) = (parts[at], next[at]);
            next[at] += 1;
            if !dead.holds(slot) {
                places[at][slot] = slot_number(merged.len());
                merged.push_from(part, slot);
            }
        }
        merged.shrink();
        merged.names.rank_all();
        merged.orders = Orders::merged(&merged, [&older.0.orders, &newer.0.orders], &places);
        merged.searchable(effort)
    }

    fn shrink(&mut self) {
        self.ids.shrink_to_fit();
        self.packed.shrink_to_fit();
        self.timed.shrink_to_fit();
        self.shared.iter_mut().for_each(Vec::shrink_to_fit);
        self.times.iter_mut().for_each(Times::shrink);
        self.attributes.shrink();
        self.login_keys.shrink();
        self.texts.iter_mut().chain([&mut self.name_keys]).for_each(Texts::shrink);
    }

    pub(super) fn slot_of(&self, id: UserId) -> Option<usize> {
        self.ids.binary_search(&id.0).ok()
    }

    /// What the login at `slot` is sorted by.
    pub(super) fn login_key(&self, slot: usize) -> &[u8] {
        self.login_keys.get(slot).unwrap_or_else(|| self.texts[OPEN].first(slot, OPEN_LOGIN))
    }

    /// The numbers of what the user at `slot` shares: organisation, group, lists.
    pub(super) fn shared_at(&self, slot: usize) -> [u32; 3] {
        [ORGANISATION, GROUP, LISTS].map(|column| self.shared[column][slot])
    }

    /// Memory that it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.texts.iter().chain([&self.name_keys]).map(Texts::bytes).sum::<usize>()
            + self.attributes.bytes()
            + self.login_keys.bytes()
            + self.ids.capacity() * size_of::<i64>()
            + self.packed.capacity() * size_of::<Packed>()
            + self.timed.capacity() * size_of::<(u32, Timed)>()
            + self.shared.iter().map(|column| column.capacity() * size_of::<u32>()).sum::<usize>()
            + self.times.iter().map(Times::bytes).sum::<usize>()
            + self.names.bytes()
            + self.orders.bytes()
            + self.by_rank.iter().flatten().map(ByRank::bytes).sum::<usize>()
            + self.grams.iter().flatten().map(Grams::bytes).sum::<usize>()
            + self.memo.bytes()
            + self.statuses.bytes()
    }
}

fn push_values(texts: &mut Texts, fields: &[Vec<String>]) {
    let fields: Vec<Vec<&str>> = fields
        .iter()
        .map(|values| values.iter().map(String::as_str).filter(|value| !value.is_empty()).collect())
        .collect();
    texts.push_fields(&fields.iter().map(Vec::as_slice).collect::<Vec<_>>());
}

/// In a table of new places: not there any more.
pub(super) const GONE: u32 = u32::MAX;

/// A slot as it is stored.
pub(super) fn slot_number(slot: usize) -> u32 {
    u32::try_from(slot).expect("the limit of the whole index allows fewer users than 2³²")
}
