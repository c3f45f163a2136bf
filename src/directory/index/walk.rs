//! The matches of one segment in the order of a sort, from any place on, found while one walks.
//!
//! Few matches are sorted. More are met along the stored order of the first column, or rank
//! by rank; where many users are equal in it, along that of the second. No order by two
//! columns is ever made.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::directory::index::bits::Bits;
use crate::directory::index::order::{Along, Keys, directed};
use crate::directory::index::ranks::{Ranked, Ranks};
use crate::directory::index::segment::{Segment, slot_number};
use crate::directory::index::select::Selected;
use crate::directory::index::slot::Slot;

/// The matches of a segment, along keys.
#[derive(Clone, Debug)]
pub(super) struct Walk<'a> {
    segment: &'a Segment,
    slots: Arc<Bits>,
    matching: usize,
    keys: Keys,
    /// Up to this many users are sorted when asked for.
    few: usize,
}

/// Where a walk begins: with whoever comes after this user, or with the user.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor<'a> {
    pub(super) user: Slot<'a>,
    pub(super) is_inclusive: bool,
}

pub(super) type Slots<'a> = Box<dyn Iterator<Item = Slot<'a>> + 'a>;

/// Matches that follow one another in the first key, one piece after the other.
enum Piece<'a> {
    /// To be sorted.
    Few(Vec<usize>),
    /// Equal in the first key: along the rest of the keys.
    Many(Walk<'a>),
}

type Pieces<'a> = Box<dyn Iterator<Item = Piece<'a>> + 'a>;

impl Piece<'_> {
    const fn matching(&self) -> usize {
        match self {
            Self::Few(slots) => slots.len(),
            Self::Many(walk) => walk.matching,
        }
    }
}

impl Anchor<'_> {
    /// Whether `slot` comes after it in the order of `keys`, or is it where that counts.
    fn is_passed_by(self, slot: Slot<'_>, keys: Keys) -> bool {
        match keys.compare(slot, self.user) {
            Ordering::Less => false,
            Ordering::Equal => self.is_inclusive,
            Ordering::Greater => true,
        }
    }
}

impl<'a> Walk<'a> {
    /// What was `selected` in `segment`; up to `few` are sorted when asked for.
    pub(super) fn of(segment: &'a Segment, selected: &Selected, keys: Keys, few: usize) -> Self {
        Self { segment, slots: Arc::clone(&selected.slots), matching: selected.matching, keys, few }
    }

    pub(super) const fn matching(&self) -> usize {
        self.matching
    }

    /// The matches from `anchor` on, or all.
    pub(super) fn from(&self, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        if self.matching <= self.few {
            return self.sorted(self.slots.slots(), anchor);
        }
        if let Some(ranks) = Ranks::of(self.segment, self.keys.first.column, self.keys.now) {
            return self.all_of(self.ranked(ranks, anchor), anchor);
        }
        let along = Along::of(self.segment, self.keys.first);
        if self.is_one_by_one() {
            let keys = self.keys;
            let start =
                anchor.map_or(0, |anchor| along.partition(0, |slot| !anchor.is_passed_by(slot, keys)));
            return self.along(start);
        }
        let keys = self.keys;
        let start =
            anchor.map_or(0, |anchor| along.partition(0, |slot| keys.by_first(slot, anchor.user).is_lt()));
        self.all_of(self.runs(start), anchor)
    }

    /// The matches but the first `row`, without a look at each of those.
    pub(super) fn after(&self, row: usize) -> Slots<'a> {
        if self.matching <= self.few {
            return Box::new(self.sorted(self.slots.slots(), None).skip(row));
        }
        if let Some(ranks) = Ranks::of(self.segment, self.keys.first.column, self.keys.now) {
            return self.all_but(self.ranked(ranks, None), row);
        }
        let along = Along::of(self.segment, self.keys.first);
        let place = along.place_of(row, &self.slots);
        if self.is_one_by_one() {
            return self.along(place);
        }
        // The match of this number is one of those that are equal to whoever has its place in the stored order.
        let there = Slot { segment: self.segment, at: along.at(place.min(along.len() - 1)) };
        let start = along.partition(0, |slot| self.keys.by_first(slot, there).is_lt());
        let before = (start..place).filter(|place| self.slots.holds(along.at(*place))).count();
        self.all_but(self.runs(start), before)
    }

    /// Whether the stored order of the first column is the order of the keys.
    fn is_one_by_one(&self) -> bool {
        self.keys.then.is_none() && self.keys.first.descending == self.keys.ids_descend
    }

    fn all_of(&self, pieces: Pieces<'a>, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        let walk = self.clone();
        Box::new(pieces.flat_map(move |piece| match piece {
            Piece::Few(slots) => walk.sorted(slots.into_iter(), anchor),
            Piece::Many(part) => {
                // It says nothing of whoever comes after it in the first key.
                let is_here = |anchor: &Anchor<'a>| {
                    part.one().is_some_and(|one| walk.keys.by_first(one, anchor.user).is_eq())
                };
                part.from(anchor.filter(is_here))
            }
        }))
    }

    fn all_but(&self, mut pieces: Pieces<'a>, mut row: usize) -> Slots<'a> {
        while let Some(piece) = pieces.next() {
            if piece.matching() <= row {
                row -= piece.matching();
                continue;
            }
            let first: Slots<'a> = match piece {
                Piece::Few(slots) => Box::new(self.sorted(slots.into_iter(), None).skip(row)),
                Piece::Many(part) => part.after(row),
            };
            return Box::new(first.chain(self.all_of(pieces, None)));
        }
        Box::new(std::iter::empty())
    }

    /// Any of the matches.
    fn one(&self) -> Option<Slot<'a>> {
        self.slots.slots().next().map(|at| Slot { segment: self.segment, at })
    }

    /// Some of the matches, with the rest of the keys.
    fn part(&self, slots: Bits, matching: usize) -> Piece<'a> {
        Piece::Many(Self { matching, slots: Arc::new(slots), keys: self.keys.rest(), ..self.clone() })
    }

    fn sorted(&self, slots: impl Iterator<Item = usize>, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        let (segment, keys) = (self.segment, self.keys);
        let here = |slot: usize| Slot { segment, at: slot };
        let slots = slots.filter(|slot| anchor.is_none_or(|anchor| anchor.is_passed_by(here(*slot), keys)));
        let head = |slot: usize| {
            let head = here(slot).value(keys.first.column, keys.now).head();
            if keys.first.descending { !head } else { head }
        };
        // The heads stand beside one another, and decide nearly always.
        let mut keyed: Vec<(u64, u32)> = slots.map(|slot| (head(slot), slot_number(slot))).collect();
        keyed.sort_unstable_by(|(head, slot), (other_head, other)| {
            head.cmp(other_head).then_with(|| keys.compare(segment.at(*slot), segment.at(*other)))
        });
        Box::new(keyed.into_iter().map(move |(_, slot)| segment.at(slot)))
    }

    /// The matches along the stored order of the one column, from a place of it on.
    fn along(&self, start: usize) -> Slots<'a> {
        let segment = self.segment;
        let along = Along::of(segment, self.keys.first);
        let slots = Arc::clone(&self.slots);
        Box::new(
            (start..along.len())
                .map(move |place| along.at(place))
                .filter_map(move |at| slots.holds(at).then_some(Slot { segment, at })),
        )
    }

    /// Runs of users who are equal in the first key, one after the other, from where one begins.
    fn runs(&self, start: usize) -> Pieces<'a> {
        let along = Along::of(self.segment, self.keys.first);
        let (walk, segment, mut next) = (self.clone(), self.segment, start);
        Box::new(std::iter::from_fn(move || {
            // Only runs with a match: there may be as many runs as users.
            let start = (next..along.len()).find(|place| walk.slots.holds(along.at(*place)))?;
            let first = Slot { segment, at: along.at(start) };
            next = along.partition(start, |slot| walk.keys.by_first(slot, first).is_le());
            let matching =
                || (start..next).map(|place| along.at(place)).filter(|slot| walk.slots.holds(*slot));
            let gathered: Vec<usize> = matching().take(walk.few + 1).collect();
            if gathered.len() <= walk.few {
                return Some(Piece::Few(gathered));
            }
            // As a set: those of one run may stand together at the end of the second order.
            let mut run = Bits::none(segment.len());
            matching().for_each(|slot| run.set(slot));
            let count = run.count();
            Some(walk.part(run, count))
        }))
    }

    /// Ranks of the first key, one after the other from that of `anchor` on; several with few matches together.
    fn ranked(&self, ranks: Ranks<'a>, anchor: Option<Anchor<'a>>) -> Pieces<'a> {
        let (walk, keys) = (self.clone(), self.keys);
        let is_passed = |rank: usize| {
            anchor.is_some_and(|anchor| {
                let value = anchor.user.value(keys.first.column, keys.now);
                directed(ranks.value(rank).cmp(&value), keys.first.descending).is_lt()
            })
        };
        let mut left: Vec<usize> = (0..ranks.len()).filter(|rank| !is_passed(*rank)).collect();
        if !keys.first.descending {
            left.reverse();
        }
        let mut found = None;
        Box::new(std::iter::from_fn(move || {
            let mut together = Vec::new();
            loop {
                let next = found.take().or_else(|| Some(ranks.among(left.pop()?, &walk.slots, walk.few)));
                match next {
                    Some(Ranked::Few(few)) if together.len() + few.len() <= walk.few => together.extend(few),
                    Some(Ranked::Many(slots, count)) if together.is_empty() => {
                        return Some(walk.part(slots, count));
                    }
                    None if together.is_empty() => return None,
                    // Nobody looks beyond who is shown.
                    other => {
                        found = other;
                        return Some(Piece::Few(std::mem::take(&mut together)));
                    }
                }
            }
        }))
    }
}
