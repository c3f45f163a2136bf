//! A segment: some users by ascending id, one array for each thing that is filtered or sorted by.
//!
//! It never changes. What changed meanwhile stands in a newer, smaller segment, and
//! both become one by [`merged`](Segment::merged) when the newer one has grown.

use crate::authz::standing::Sight;
use crate::base::ids::UserId;
use crate::base::text::folded;
use crate::directory::index::Entry;
use crate::directory::index::bits::Bits;
use crate::directory::index::facts::{Bit, Packed, Timed};
use crate::directory::index::names::SharedNames;
use crate::directory::index::order::{Orders, TwoKeyed};
use crate::directory::index::texts::Texts;
use crate::directory::meaning::Candidate;
use crate::directory::sort::Column;
use crate::domain::user::name_key;

/// Arrays by slot; slots ascend with the id.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) ids: Vec<i64>,
    pub(super) packed: Vec<Packed>,
    /// Of the few users that have any, by slot.
    timed: Vec<(u32, Timed)>,
    /// Organisation, group and roles, by number.
    shared: Vec<[u32; 3]>,
    pub(super) names: SharedNames,
    /// Last sign-in, end of the enrolment, making and change; -1 for never.
    times: Vec<[i64; 4]>,
    /// As they are searched.
    pub(super) texts: Searched,
    /// As they are sorted by.
    pub(super) login_keys: Texts,
    pub(super) name_keys: Texts,
    pub(super) orders: Orders,
    pub(super) two_keyed: TwoKeyed,
}

/// The texts that are searched, each an arena.
#[derive(Debug)]
pub(super) struct Searched {
    pub(super) logins: Texts,
    pub(super) names: Texts,
    pub(super) emails: Texts,
    pub(super) phones: Texts,
    pub(super) core_ids: Texts,
}

impl Searched {
    const fn all(&mut self) -> [&mut Texts; 5] {
        [&mut self.logins, &mut self.names, &mut self.emails, &mut self.phones, &mut self.core_ids]
    }

    const fn each(&self) -> [&Texts; 5] {
        [&self.logins, &self.names, &self.emails, &self.phones, &self.core_ids]
    }
}

impl Segment {
    pub(super) fn new() -> Self {
        let texts = Texts::new;
        Self {
            ids: Vec::new(),
            packed: Vec::new(),
            timed: Vec::new(),
            shared: Vec::new(),
            names: SharedNames::new(),
            times: Vec::new(),
            texts: Searched {
                logins: texts(),
                names: texts(),
                emails: texts(),
                phones: texts(),
                core_ids: texts(),
            },
            login_keys: texts(),
            name_keys: texts(),
            orders: Orders::default(),
            two_keyed: TwoKeyed::default(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.ids.len()
    }

    /// Appends `entry`, whose id must be greater than all before. Without orders until [`Segment::sorted`].
    pub(super) fn push(&mut self, entry: &Entry) {
        let row = &entry.row;
        assert!(self.ids.last().is_none_or(|last| *last < row.id.0), "users come by ascending id");
        let (packed, timed) = Packed::of(row);
        let shared = self.names.numbers(entry);
        let never = |time: Option<crate::base::time::Timestamp>| time.map_or(-1, |time| time.0);
        let times = [never(row.last_login), never(row.enrolled), row.added.0, row.modified.0];
        self.push_facts(row.id.0, packed, timed, shared, times);
        let candidate: [_; 5] = [row.login(), row.name(), row.email(), row.phone(), Candidate::core_id(row)];
        for (texts, text) in self.texts.all().into_iter().zip(candidate) {
            texts.push(&text);
        }
        self.login_keys.push(folded(row.login.as_deref().unwrap_or_default()).as_bytes());
        self.name_keys.push(name_key(&row.names.last, &row.names.first).as_bytes());
    }

    fn push_facts(
        &mut self,
        id: i64,
        packed: Packed,
        timed: Option<Timed>,
        shared: [u32; 3],
        times: [i64; 4],
    ) {
        if let Some(timed) = timed {
            self.timed.push((slot_number(self.ids.len()), timed));
        }
        self.ids.push(id);
        self.packed.push(packed);
        self.shared.push(shared);
        self.times.push(times);
    }

    fn push_from(&mut self, other: &Self, slot: usize) {
        let shared = self.names.translated(&other.names, other.shared[slot]);
        let timed = other.packed[slot].has(Bit::Timed).then(|| other.timed(slot));
        self.push_facts(other.ids[slot], other.packed[slot], timed, shared, other.times[slot]);
        for (texts, from) in self.texts.all().into_iter().zip(other.texts.each()) {
            texts.push(from.get(slot));
        }
        self.login_keys.push(other.login_keys.get(slot));
        self.name_keys.push(other.name_keys.get(slot));
    }

    /// The same, ready to be asked.
    pub(super) fn sorted(mut self) -> Self {
        self.shrink();
        self.orders = Orders::of(&self);
        self
    }

    /// `older` without the slots in `dead`, and `newer`: no id may be in both.
    pub(super) fn merged(older: &Self, dead: &Bits, newer: &Self) -> Self {
        let mut merged = Self::new();
        let mut places = [vec![GONE; older.len()], vec![GONE; newer.len()]];
        let (mut left, mut right) = (0, 0);
        while left < older.len() || right < newer.len() {
            let place = slot_number(merged.len());
            let take_older =
                left < older.len() && newer.ids.get(right).is_none_or(|id| older.ids[left] < *id);
            if take_older {
                if !dead.holds(left) {
                    places[0][left] = place;
                    merged.push_from(older, left);
                }
                left += 1;
            } else {
                places[1][right] = place;
                merged.push_from(newer, right);
                right += 1;
            }
        }
        merged.shrink();
        merged.orders = Orders::merged(&merged, [&older.orders, &newer.orders], &places);
        merged
    }

    fn shrink(&mut self) {
        self.ids.shrink_to_fit();
        self.packed.shrink_to_fit();
        self.timed.shrink_to_fit();
        self.shared.shrink_to_fit();
        self.times.shrink_to_fit();
        for texts in self.texts.all() {
            texts.shrink();
        }
        self.login_keys.shrink();
        self.name_keys.shrink();
    }

    pub(super) fn slot_of(&self, id: UserId) -> Option<usize> {
        self.ids.binary_search(&id.0).ok()
    }

    pub(super) fn timed(&self, slot: usize) -> Timed {
        let at = self.timed.binary_search_by_key(&slot, |(slot, _)| *slot as usize);
        at.map_or_else(|_| Timed::default(), |at| self.timed[at].1)
    }

    pub(super) fn shared(&self, slot: usize) -> [usize; 3] {
        self.shared[slot].map(|number| number as usize)
    }

    /// The number that a column of numbers sorts by; 0 for a column of text.
    pub(super) fn number(&self, column: Column, slot: usize) -> i64 {
        match column {
            Column::Login | Column::Name => 0,
            Column::Id => self.ids[slot],
            // By the word, as the store sorts it: admin, customer, staff.
            Column::Kind => match self.packed[slot].kind() {
                crate::domain::user::Kind::Admin => 0,
                crate::domain::user::Kind::Customer => 1,
                crate::domain::user::Kind::Staff => 2,
            },
            Column::LastLogin => self.times[slot][0],
            Column::Enrolled => self.times[slot][1],
            Column::Added => self.times[slot][2],
            Column::Modified => self.times[slot][3],
        }
    }

    /// For each organisation and each group, by number: whether its users exist for who has `sight`.
    pub(super) fn existing(&self, sight: &Sight) -> (Vec<bool>, Vec<bool>) {
        let organisations =
            self.names.organisations.all.iter().map(|organisation| sight.scope.holds(organisation.id));
        let groups = self.names.groups.all.iter().map(|group| sight.groups.holds(group.id));
        (organisations.collect(), groups.collect())
    }

    /// Memory that it takes, without two-keyed orders.
    pub(super) fn bytes(&self) -> usize {
        let texts: usize = self.texts.each().iter().map(|texts| texts.bytes()).sum();
        texts
            + self.login_keys.bytes()
            + self.name_keys.bytes()
            + self.ids.capacity() * size_of::<i64>()
            + self.packed.capacity() * size_of::<Packed>()
            + self.timed.capacity() * size_of::<(u32, Timed)>()
            + self.shared.capacity() * size_of::<[u32; 3]>()
            + self.times.capacity() * size_of::<[i64; 4]>()
            + self.orders.bytes()
    }
}

/// In a table of new places: not there any more.
pub(super) const GONE: u32 = u32::MAX;

/// A slot as it is stored.
pub(super) fn slot_number(slot: usize) -> u32 {
    u32::try_from(slot).expect("the limit of the whole index allows fewer users than 2³²")
}
