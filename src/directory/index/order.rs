//! The orders of a segment: for each column its slots, sorted.

use std::cmp::Ordering;
use std::thread;

use crate::directory::index::segment::{GONE, Segment, slot_number};
use crate::directory::index::slot::Slot;
use crate::directory::sort::{Column, Key, Sort};

/// The columns with an order of their own: slots ascend with the id anyway.
const SORTED: [Column; 7] = [
    Column::Login,
    Column::Name,
    Column::Kind,
    Column::LastLogin,
    Column::Enrolled,
    Column::Added,
    Column::Modified,
];

/// Slots by each column, ascending; equal values by id.
#[derive(Debug, Default)]
pub(super) struct Orders([Vec<u32>; 7]);

impl Orders {
    /// The orders of `segment`, sorted by two threads.
    pub(super) fn of(segment: &Segment) -> Self {
        let mut orders = Self::default();
        // The two of text take as long as all others.
        let (text, numbers) = orders.0.split_at_mut(2);
        let sort = |orders: &mut [Vec<u32>], columns: &[Column]| {
            for (order, column) in orders.iter_mut().zip(columns) {
                *order = sorted(segment, *column);
            }
        };
        thread::scope(|scope| {
            scope.spawn(|| sort(numbers, &SORTED[2..]));
            sort(text, &SORTED[..2]);
        });
        orders
    }

    /// The orders of `merged`, whose slots were those of `parts` at `places`.
    pub(super) fn merged(merged: &Segment, parts: [&Self; 2], places: &[Vec<u32>; 2]) -> Self {
        let mut orders = Self::default();
        for (at, column) in SORTED.into_iter().enumerate() {
            let moved = |part: usize| {
                let slots = parts[part].0[at].iter();
                slots.map(move |slot| places[part][*slot as usize]).filter(|slot| *slot != GONE)
            };
            let (mut older, mut newer) = (moved(0).peekable(), moved(1).peekable());
            let mut order = Vec::with_capacity(merged.len());
            while let (Some(left), Some(right)) = (older.peek(), newer.peek()) {
                let is_before =
                    by_column(column, merged.at(*left), merged.at(*right)).then(left.cmp(right)).is_lt();
                order.extend(if is_before { older.next() } else { newer.next() });
            }
            order.extend(older);
            order.extend(newer);
            orders.0[at] = order;
        }
        orders
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|order| order.capacity() * size_of::<u32>()).sum()
    }

    fn by(&self, column: Column) -> Option<&[u32]> {
        SORTED.iter().position(|sorted| *sorted == column).map(|at| &self.0[at][..])
    }
}

impl Segment {
    /// The user at `slot`.
    pub(super) const fn at(&self, slot: u32) -> Slot<'_> {
        Slot { segment: self, at: slot as usize }
    }
}

/// What a column sorts by, as far as one number tells: where two differ, so do the users, in the same order.
pub(super) fn head(segment: &Segment, column: Column, slot: usize) -> u64 {
    let text = |text: &[u8]| {
        let mut head = [0; 8];
        let length = text.len().min(8);
        head[..length].copy_from_slice(&text[..length]);
        u64::from_be_bytes(head)
    };
    match column {
        Column::Login => text(segment.login_key(slot)),
        Column::Name => text(segment.name_keys.get(slot)),
        Column::Id
        | Column::Kind
        | Column::LastLogin
        | Column::Enrolled
        | Column::Added
        | Column::Modified => segment.number(column, slot).cast_unsigned() ^ (1 << 63),
    }
}

fn sorted(segment: &Segment, column: Column) -> Vec<u32> {
    // The heads stand beside one another, and decide nearly always.
    let keyed = (0..slot_number(segment.len())).map(|slot| (head(segment, column, slot as usize), slot));
    let mut keyed: Vec<(u64, u32)> = keyed.collect();
    keyed.sort_unstable_by(|(head, slot), (other_head, other)| {
        let whole = || by_column(column, segment.at(*slot), segment.at(*other));
        head.cmp(other_head).then_with(whole).then(slot.cmp(other))
    });
    keyed.into_iter().map(|(_, slot)| slot).collect()
}

fn by_column(column: Column, left: Slot<'_>, right: Slot<'_>) -> Ordering {
    match column {
        Column::Login => left.segment.login_key(left.at).cmp(right.segment.login_key(right.at)),
        Column::Name => left.segment.name_keys.get(left.at).cmp(right.segment.name_keys.get(right.at)),
        Column::Id
        | Column::Kind
        | Column::LastLogin
        | Column::Enrolled
        | Column::Added
        | Column::Modified => {
            left.segment.number(column, left.at).cmp(&right.segment.number(column, right.at))
        }
    }
}

/// A sort with its direction, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) first: Key,
    /// Only where it decides something.
    pub(super) then: Option<Key>,
    pub(super) ids_descend: bool,
}

impl Keys {
    /// `sort`, or exactly the opposite.
    pub(super) fn of(sort: Sort, is_backwards: bool) -> Self {
        let turned = |key: Key| Key { descending: key.descending != is_backwards, ..key };
        let first = turned(sort.first);
        // No two users share an id: what comes after it decides nothing.
        let decides = |then: &Key| first.column != Column::Id && then.column != first.column;
        Self { first, then: sort.then.filter(decides).map(turned), ids_descend: first.descending }
    }

    /// Who comes first; two users are never equal.
    pub(super) fn compare(self, left: Slot<'_>, right: Slot<'_>) -> Ordering {
        let ids = || directed(left.segment.ids[left.at].cmp(&right.segment.ids[right.at]), self.ids_descend);
        self.by_first(left, right)
            .then_with(|| self.then.map_or(Ordering::Equal, |then| by_key(then, left, right)))
            .then_with(ids)
    }

    /// The order by the first key alone.
    pub(super) fn by_first(self, left: Slot<'_>, right: Slot<'_>) -> Ordering {
        by_key(self.first, left, right)
    }

    /// The order of whoever is equal in the first key, as one by a single column.
    pub(super) fn rest(self) -> Option<Self> {
        self.then.map(|then| Self { first: then, then: None, ids_descend: self.ids_descend })
    }
}

fn by_key(key: Key, left: Slot<'_>, right: Slot<'_>) -> Ordering {
    directed(by_column(key.column, left, right), key.descending)
}

const fn directed(ordering: Ordering, is_descending: bool) -> Ordering {
    if is_descending { ordering.reverse() } else { ordering }
}

/// All slots of a segment along one column; ids of equal values descend with the column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Along<'a> {
    segment: &'a Segment,
    /// `None` is all slots as they are.
    slots: Option<&'a [u32]>,
    is_reversed: bool,
}

impl<'a> Along<'a> {
    pub(super) fn of(segment: &'a Segment, key: Key) -> Self {
        Self { segment, slots: segment.orders.by(key.column), is_reversed: key.descending }
    }

    pub(super) const fn len(&self) -> usize {
        self.segment.len()
    }

    /// The slot at `place`.
    pub(super) fn at(&self, place: usize) -> usize {
        let place = if self.is_reversed { self.len() - 1 - place } else { place };
        self.slots.map_or(place, |slots| slots[place] as usize)
    }

    /// The first place from `from` on for which `is_before` does not hold; before it, it always holds.
    ///
    /// What is near is found sooner.
    pub(super) fn partition(&self, from: usize, is_before: impl Fn(Slot<'a>) -> bool) -> usize {
        let holds = |place: usize| is_before(Slot { segment: self.segment, at: self.at(place) });
        let (mut low, mut step) = (from, 1);
        while low + step <= self.len() && holds(low + step - 1) {
            low += step;
            step *= 2;
        }
        let mut high = (low + step - 1).min(self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if holds(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}
