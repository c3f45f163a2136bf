//! The orders of a segment: for each column its slots, sorted; for two columns made when first asked for.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::base::limits;
use crate::directory::index::segment::{GONE, Segment, slot_number};
use crate::directory::index::slot::Slot;
use crate::directory::index::texts::Texts;
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
        let (first, second) = orders.0.split_at_mut(4);
        let sort = |orders: &mut [Vec<u32>], columns: &[Column]| {
            for (order, column) in orders.iter_mut().zip(columns) {
                *order = sorted(segment, *column);
            }
        };
        thread::scope(|scope| {
            scope.spawn(|| sort(second, &SORTED[4..]));
            sort(first, &SORTED[..4]);
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
                let is_before = by_column(column, here(merged, *left), here(merged, *right))
                    .then(left.cmp(right))
                    .is_lt();
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

const fn here(segment: &Segment, slot: u32) -> Slot<'_> {
    Slot { segment, at: slot as usize }
}

fn sorted(segment: &Segment, column: Column) -> Vec<u32> {
    let slots = 0..slot_number(segment.len());
    let text = |texts: &Texts| {
        // The first eight bytes decide nearly always, and they stand beside one another.
        let head = |slot: u32| {
            let text = texts.get(slot as usize);
            let mut head = [0; 8];
            let length = text.len().min(8);
            head[..length].copy_from_slice(&text[..length]);
            u64::from_be_bytes(head)
        };
        let mut keyed: Vec<(u64, u32)> = slots.clone().map(|slot| (head(slot), slot)).collect();
        keyed.sort_unstable_by(|(head, slot), (other_head, other)| {
            let whole = || texts.get(*slot as usize).cmp(texts.get(*other as usize));
            head.cmp(other_head).then_with(whole).then(slot.cmp(other))
        });
        keyed.into_iter().map(|(_, slot)| slot).collect()
    };
    match column {
        Column::Login => text(&segment.login_keys),
        Column::Name => text(&segment.name_keys),
        Column::Id
        | Column::Kind
        | Column::LastLogin
        | Column::Enrolled
        | Column::Added
        | Column::Modified => {
            let mut keyed: Vec<(i64, u32)> =
                slots.map(|slot| (segment.number(column, slot as usize), slot)).collect();
            keyed.sort_unstable();
            keyed.into_iter().map(|(_, slot)| slot).collect()
        }
    }
}

fn by_column(column: Column, left: Slot<'_>, right: Slot<'_>) -> Ordering {
    match column {
        Column::Login => left.segment.login_keys.get(left.at).cmp(right.segment.login_keys.get(right.at)),
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

/// Who comes first in the order of `sort`; two users are never equal.
pub(super) fn compare(sort: Sort, left: Slot<'_>, right: Slot<'_>) -> Ordering {
    let directed =
        |ordering: Ordering, descending: bool| if descending { ordering.reverse() } else { ordering };
    let by = |key: Key| directed(by_column(key.column, left, right), key.descending);
    let ids = || left.segment.ids[left.at].cmp(&right.segment.ids[right.at]);
    by(sort.first)
        .then_with(|| sort.then.map_or(Ordering::Equal, by))
        .then_with(|| directed(ids(), sort.first.descending))
}

/// Slots in the order of a sort, or in exactly the opposite one.
#[derive(Clone, Debug)]
pub(super) struct Ordered<'a> {
    slots: Slots<'a>,
    is_reversed: bool,
}

#[derive(Clone, Debug)]
enum Slots<'a> {
    /// All slots as they are.
    Counted(usize),
    Stored(&'a [u32]),
    Made(Arc<[u32]>),
}

impl<'a> Ordered<'a> {
    /// All slots of `segment` in the order of `sort`.
    pub(super) fn all(segment: &'a Segment, sort: Sort) -> Self {
        let is_reversed = sort.first.descending;
        // No two users share an id: what comes then decides nothing.
        let then =
            sort.then.filter(|then| sort.first.column != Column::Id && then.column != sort.first.column);
        let slots = match then {
            Some(_) => Slots::Made(segment.two_keyed.by(segment, sort)),
            None => segment.orders.by(sort.first.column).map_or(Slots::Counted(segment.len()), Slots::Stored),
        };
        Self { is_reversed: is_reversed && then.is_none(), slots }
    }

    /// These slots of `segment`, sorted now.
    pub(super) fn few(segment: &'a Segment, sort: Sort, slots: impl Iterator<Item = usize>) -> Self {
        let mut slots: Vec<u32> = slots.map(slot_number).collect();
        slots.sort_unstable_by(|left, right| compare(sort, here(segment, *left), here(segment, *right)));
        Self { slots: Slots::Made(slots.into()), is_reversed: false }
    }

    pub(super) fn len(&self) -> usize {
        match &self.slots {
            Slots::Counted(slots) => *slots,
            Slots::Stored(slots) => slots.len(),
            Slots::Made(slots) => slots.len(),
        }
    }

    /// The slot at `place`.
    pub(super) fn at(&self, place: usize) -> usize {
        let place = if self.is_reversed { self.len() - 1 - place } else { place };
        match &self.slots {
            Slots::Counted(_) => place,
            Slots::Stored(slots) => slots[place] as usize,
            Slots::Made(slots) => slots[place] as usize,
        }
    }
}

/// Orders by two columns, made when first asked for; the one not asked for longest makes room.
#[derive(Debug, Default)]
pub(super) struct TwoKeyed(Mutex<Vec<(Sort, Arc<[u32]>)>>);

impl TwoKeyed {
    fn by(&self, segment: &Segment, sort: Sort) -> Arc<[u32]> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(known, _)| *known == sort) {
            let found = kept.remove(at);
            kept.push(found);
        } else {
            if kept.len() == limits::INDEX_TWO_KEYED_MAX {
                kept.remove(0);
            }
            // Sorted by the first column already: only what is equal there is still to be sorted.
            let first = segment.orders.by(sort.first.column).map(<[u32]>::to_vec);
            let mut slots = first.unwrap_or_else(|| (0..slot_number(segment.len())).collect());
            if sort.first.descending {
                slots.reverse();
            }
            slots.sort_by(|left, right| compare(sort, here(segment, *left), here(segment, *right)));
            kept.push((sort, slots.into()));
        }
        kept.last().map(|(_, slots)| Arc::clone(slots)).unwrap_or_default()
    }
}
