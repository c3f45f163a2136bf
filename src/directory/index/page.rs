//! Pages of what was found: from any place in the order, in either direction, over both segments at once.

use crate::base::ids::UserId;
use crate::directory::index::order::{Ordered, compare};
use crate::directory::index::segment::Segment;
use crate::directory::index::select::Selected;
use crate::directory::index::slot::Slot;
use crate::directory::index::{Found, Index};
use crate::directory::sort::{From, Sort};

/// A page, as ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The users, in order.
    pub ids: Vec<UserId>,
    /// Whether there are any before the first one.
    pub more_before: bool,
    /// Whether there are any after the last one.
    pub more_after: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Forwards,
    Backwards,
}

impl Index {
    /// A page of at most `rows` of what was `found` in this same index.
    ///
    /// A row that is named and gone counts as the start, or backwards as the end.
    pub fn page(&self, found: &Found, sort: Sort, from: &From, rows: usize) -> Place {
        let (anchor, inclusive, direction) = match from {
            From::Start => (None, true, Direction::Forwards),
            From::End => (None, true, Direction::Backwards),
            From::After(id) => (self.slot(*id), false, Direction::Forwards),
            From::Before(id) => (self.slot(*id), false, Direction::Backwards),
            From::At(id) => (self.slot(*id), true, Direction::Forwards),
        };
        let walks = [
            Walk::new(&self.older, &found.older, sort, self.effort.few),
            Walk::new(&self.newer, &found.newer, sort, self.effort.few),
        ];
        let taken = |anchor, inclusive, direction, rows: usize| {
            let merge = Merge::new(&walks, sort, anchor, inclusive, direction);
            merge.take(rows.saturating_add(1)).collect::<Vec<_>>()
        };
        let mut slots = taken(anchor, inclusive, direction, rows);
        let more = slots.len() > rows;
        slots.truncate(rows);
        let beyond = anchor.is_some() && !inclusive;
        let (more_before, more_after) = match direction {
            Direction::Backwards => {
                slots.reverse();
                (more, beyond)
            }
            Direction::Forwards => {
                let first = slots.first().filter(|_| anchor.is_some()).copied();
                let before = |first| !taken(Some(first), false, Direction::Backwards, 0).is_empty();
                (beyond || first.is_some_and(before), more)
            }
        };
        let ids = slots.into_iter().map(|slot| UserId(slot.segment.ids[slot.at])).collect();
        Place { ids, more_before, more_after }
    }
}

/// The matches of one segment along an order.
struct Walk<'a> {
    segment: &'a Segment,
    ordered: Ordered<'a>,
    /// What of the order counts; `None` where all of it does.
    matching: Option<&'a Selected>,
}

impl<'a> Walk<'a> {
    fn new(segment: &'a Segment, selected: &'a Selected, sort: Sort, few: usize) -> Self {
        if selected.matching <= few {
            let ordered = Ordered::few(segment, sort, selected.slots.slots());
            return Self { segment, ordered, matching: None };
        }
        Self { segment, ordered: Ordered::all(segment, sort), matching: Some(selected) }
    }

    fn slot(&self, place: usize) -> Slot<'a> {
        Slot { segment: self.segment, at: self.ordered.at(place) }
    }

    /// The first place in the order for which `is_before` does not hold; before it, it always holds.
    fn partition(&self, is_before: impl Fn(Slot<'a>) -> bool) -> usize {
        let (mut low, mut high) = (0, self.ordered.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if is_before(self.slot(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The first match at or beyond the border `at`; a border lies before the place of its number.
    fn next(&self, mut at: usize, direction: Direction) -> Option<(Slot<'a>, usize)> {
        loop {
            let (place, next) = match direction {
                Direction::Forwards if at < self.ordered.len() => (at, at + 1),
                Direction::Backwards if at > 0 => (at - 1, at - 1),
                Direction::Forwards | Direction::Backwards => return None,
            };
            let slot = self.slot(place);
            if self.matching.is_none_or(|selected| selected.slots.holds(slot.at)) {
                return Some((slot, next));
            }
            at = next;
        }
    }
}

/// The matches of both segments, as one sequence.
struct Merge<'w, 'a> {
    walks: &'w [Walk<'a>; 2],
    heads: [Option<(Slot<'a>, usize)>; 2],
    sort: Sort,
    direction: Direction,
}

impl<'w, 'a> Merge<'w, 'a> {
    fn new(
        walks: &'w [Walk<'a>; 2],
        sort: Sort,
        anchor: Option<Slot<'a>>,
        inclusive: bool,
        direction: Direction,
    ) -> Self {
        let heads = [0, 1].map(|at: usize| {
            let walk = &walks[at];
            let border = match (anchor, direction) {
                (None, Direction::Forwards) => 0,
                (None, Direction::Backwards) => walk.ordered.len(),
                (Some(anchor), _) => {
                    let passes_anchor = inclusive != (direction == Direction::Forwards);
                    walk.partition(|slot| {
                        let order = compare(sort, slot, anchor);
                        if passes_anchor { order.is_le() } else { order.is_lt() }
                    })
                }
            };
            walk.next(border, direction)
        });
        Self { walks, heads, sort, direction }
    }
}

impl<'a> Iterator for Merge<'_, 'a> {
    type Item = Slot<'a>;

    fn next(&mut self) -> Option<Slot<'a>> {
        let from = match (self.heads[0], self.heads[1]) {
            (None, None) => return None,
            (Some(_), None) => 0,
            (None, Some(_)) => 1,
            (Some((older, _)), Some((newer, _))) => {
                let is_older_first = compare(self.sort, older, newer).is_lt();
                usize::from(is_older_first != (self.direction == Direction::Forwards))
            }
        };
        let (slot, border) = self.heads[from]?;
        self.heads[from] = self.walks[from].next(border, self.direction);
        Some(slot)
    }
}
