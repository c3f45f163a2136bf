//! The orders of a segment: for each column in which users differ its slots, sorted.

use std::cmp::Ordering;
use std::thread;

use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::index::bits::Bits;
use crate::directory::index::segment::{GONE, Segment, slot_number};
use crate::directory::index::slot::Slot;
use crate::directory::index::value::Value;
use crate::directory::sort::{Key, Sort};

/// The columns with an order of their own. Slots ascend with the id anyway; where many are equal there are ranks.
const SORTED: [Column; 10] = [
    Column::Login,
    Column::Name,
    Column::FirstName,
    Column::Email,
    Column::Phone,
    Column::CoreId,
    Column::LastLogin,
    Column::Enrolled,
    Column::Added,
    Column::Modified,
];

/// No stored order follows the clock.
const WHENEVER: Timestamp = Timestamp(0);

/// Slots by each column, ascending; equal values by id.
#[derive(Debug, Default)]
pub(super) struct Orders([Vec<u32>; 10]);

impl Orders {
    /// The orders of `segment`, sorted by two threads.
    pub(super) fn of(segment: &Segment) -> Self {
        let mut orders = Self::default();
        // Half of the texts take as long as the others and all numbers.
        let (left, right) = orders.0.split_at_mut(3);
        let sort = |orders: &mut [Vec<u32>], columns: &[Column]| {
            for (order, column) in orders.iter_mut().zip(columns) {
                *order = sorted(segment, *column);
            }
        };
        thread::scope(|scope| {
            scope.spawn(|| sort(right, &SORTED[3..]));
            sort(left, &SORTED[..3]);
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
            let value = |slot: u32| merged.value(column, slot as usize, WHENEVER);
            let (mut older, mut newer) = (moved(0).peekable(), moved(1).peekable());
            let mut order = Vec::with_capacity(merged.len());
            while let (Some(left), Some(right)) = (older.peek(), newer.peek()) {
                let is_before = value(*left).cmp(&value(*right)).then(left.cmp(right)).is_lt();
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
        // Names are ordered by the last one.
        let column = if column == Column::LastName { Column::Name } else { column };
        SORTED.iter().position(|sorted| *sorted == column).map(|at| &self.0[at][..])
    }
}

impl Segment {
    /// The user at `slot`.
    pub(super) const fn at(&self, slot: u32) -> Slot<'_> {
        Slot { segment: self, at: slot as usize }
    }
}

fn sorted(segment: &Segment, column: Column) -> Vec<u32> {
    let value = |slot: u32| segment.value(column, slot as usize, WHENEVER);
    let is_text = segment.len() > 0 && matches!(value(0), Value::Text(_));
    if is_text { sorted_by(segment, value, Value::long_head) } else { sorted_by(segment, value, Value::head) }
}

fn sorted_by<'a, H: Ord>(
    segment: &Segment,
    value: impl Fn(u32) -> Value<'a>,
    head: impl Fn(Value<'a>) -> H,
) -> Vec<u32> {
    // The heads stand beside one another, and decide nearly always.
    let keyed = (0..slot_number(segment.len())).map(|slot| (head(value(slot)), slot));
    let mut keyed: Vec<(H, u32)> = keyed.collect();
    keyed.sort_unstable_by(|(head, slot), (other_head, other)| {
        head.cmp(other_head).then_with(|| value(*slot).cmp(&value(*other))).then(slot.cmp(other))
    });
    keyed.into_iter().map(|(_, slot)| slot).collect()
}

/// A sort with its direction, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) first: Key,
    /// Only where it decides something.
    pub(super) then: Option<Key>,
    pub(super) ids_descend: bool,
    /// Statuses follow the clock.
    pub(super) now: Timestamp,
}

impl Keys {
    /// `sort` at `now`, or exactly the opposite.
    pub(super) fn of(sort: Sort, is_backwards: bool, now: Timestamp) -> Self {
        let turned = |key: Key| Key { descending: key.descending != is_backwards, ..key };
        let first = turned(sort.first);
        // No two users share an id: what comes after it decides nothing.
        let decides = |then: &Key| first.column != Column::Id && then.column != first.column;
        Self { first, then: sort.then.filter(decides).map(turned), ids_descend: first.descending, now }
    }

    /// Who comes first; two users are never equal.
    pub(super) fn compare(self, left: Slot<'_>, right: Slot<'_>) -> Ordering {
        let ids = || directed(left.segment.ids[left.at].cmp(&right.segment.ids[right.at]), self.ids_descend);
        self.by_first(left, right)
            .then_with(|| self.then.map_or(Ordering::Equal, |then| self.by_key(then, left, right)))
            .then_with(ids)
    }

    /// The order by the first key alone.
    pub(super) fn by_first(self, left: Slot<'_>, right: Slot<'_>) -> Ordering {
        self.by_key(self.first, left, right)
    }

    fn by_key(self, key: Key, left: Slot<'_>, right: Slot<'_>) -> Ordering {
        directed(left.value(key.column, self.now).cmp(&right.value(key.column, self.now)), key.descending)
    }

    /// The order of whoever is equal in the first key, as one by a single column.
    pub(super) fn rest(self) -> Self {
        let by_id = Key { column: Column::Id, descending: self.ids_descend };
        Self { first: self.then.unwrap_or(by_id), then: None, ..self }
    }
}

pub(super) const fn directed(ordering: Ordering, is_descending: bool) -> Ordering {
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

    /// The place of the match of number `row` among `slots`, counted from 0; the end where there are fewer.
    pub(super) fn place_of(&self, row: usize, slots: &Bits) -> usize {
        let is_meant = |place: &usize| slots.holds(self.at(*place));
        (0..self.len()).filter(is_meant).nth(row).unwrap_or(self.len())
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
