//! The matches of one segment in the order of a sort, from any place on, found while one walks.
//!
//! Few matches are sorted. More are met along the stored order of the first column, or rank
//! by rank; where many users are equal in it, along that of the second. No order by two
//! columns is ever made.

use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use crate::directory::index::bits::Bits;
use crate::directory::index::order::{Along, Keys, directed};
use crate::directory::index::ranks::Ranks;
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
            return self.ranked(ranks, anchor);
        }
        if self.keys.then.is_some() {
            return self.runs(anchor);
        }
        self.along(anchor)
    }

    /// Some of the matches, with the rest of the keys.
    fn part(&self, slots: Bits) -> Self {
        Self { matching: slots.count(), slots: Arc::new(slots), keys: self.keys.rest(), ..self.clone() }
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

    /// The matches along the stored order of the one column.
    fn along(&self, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        let (segment, keys) = (self.segment, self.keys);
        let along = Along::of(segment, keys.first);
        let here = move |place: usize| Slot { segment, at: along.at(place) };
        let slots = Arc::clone(&self.slots);
        let is_meant = move |slot: &Slot<'a>| slots.holds(slot.at);
        if keys.first.descending == keys.ids_descend {
            let start =
                anchor.map_or(0, |anchor| along.partition(0, |slot| !anchor.is_passed_by(slot, keys)));
            return Box::new((start..along.len()).map(here).filter(is_meant));
        }
        // Ids of equal values run against the column: each group of them is walked from its end.
        let mut next =
            anchor.map_or(0, |anchor| along.partition(0, |slot| keys.by_first(slot, anchor.user).is_lt()));
        // Nobody is meant in a group before the one that is met.
        let is_meant = Rc::new(is_meant);
        let groups = std::iter::from_fn(move || {
            let start = (next..along.len()).find(|place| is_meant(&here(*place)))?;
            next = along.partition(start, |slot| keys.by_first(slot, here(start)).is_le());
            let is_meant = Rc::clone(&is_meant);
            Some((start..next).rev().map(here).filter(move |slot| is_meant(slot)))
        });
        let is_passed = move |slot: &Slot<'a>| anchor.is_none_or(|anchor| anchor.is_passed_by(*slot, keys));
        Box::new(groups.flatten().filter(is_passed))
    }

    /// Runs of users who are equal in the first key, one after the other.
    fn runs(&self, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        let along = Along::of(self.segment, self.keys.first);
        let walk = self.clone();
        let keys = self.keys;
        let by_first = move |slot: Slot<'_>, other: Slot<'_>| keys.by_first(slot, other);
        let mut next =
            anchor.map_or(0, |anchor| along.partition(0, |slot| by_first(slot, anchor.user).is_lt()));
        let (slots, segment) = (Arc::clone(&self.slots), self.segment);
        let runs = std::iter::from_fn(move || {
            // Only runs with a match: there may be as many runs as users.
            let start = (next..along.len()).find(|place| slots.holds(along.at(*place)))?;
            let first = Slot { segment, at: along.at(start) };
            next = along.partition(start, |slot| by_first(slot, first).is_le());
            Some((start, next, first))
        });
        Box::new(runs.flat_map(move |(start, end, first)| {
            let anchor = anchor.filter(|anchor| by_first(first, anchor.user).is_eq());
            let matching =
                || (start..end).map(|place| along.at(place)).filter(|slot| walk.slots.holds(*slot));
            let gathered: Vec<usize> = matching().take(walk.few + 1).collect();
            if gathered.len() <= walk.few {
                return walk.sorted(gathered.into_iter(), anchor);
            }
            // As a set: those of one run may stand together at the end of the second order.
            let mut run = Bits::none(segment.len());
            matching().for_each(|slot| run.set(slot));
            walk.part(run).from(anchor)
        }))
    }

    /// Ranks of the first key, one after the other; several with few matches together.
    fn ranked(&self, ranks: Ranks<'a>, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        let (walk, keys) = (self.clone(), self.keys);
        let counts = ranks.counts(&self.slots);
        let against = move |rank: usize| {
            anchor.map_or(Ordering::Greater, |anchor| {
                let value = anchor.user.value(keys.first.column, keys.now);
                directed(ranks.value(rank).cmp(&value), keys.first.descending)
            })
        };
        let mut left: Vec<usize> = (0..counts.len()).filter(|rank| counts[*rank] > 0).collect();
        left.retain(|rank| against(*rank).is_ge());
        if !keys.first.descending {
            left.reverse();
        }
        let batches = std::iter::from_fn(move || {
            let mut batch = vec![left.pop()?];
            let mut together = counts[batch[0]];
            while let Some(next) = left.pop_if(|next| together + counts[*next] <= walk.few) {
                together += counts[next];
                batch.push(next);
            }
            let anchor = anchor.filter(|_| against(batch[0]).is_eq());
            Some(walk.batch(ranks, &batch, together, counts.len(), anchor))
        });
        Box::new(batches.flatten())
    }

    /// The matches with one of the ranks in `batch`: `together` of them.
    fn batch(
        &self,
        ranks: Ranks<'a>,
        batch: &[usize],
        together: usize,
        all: usize,
        anchor: Option<Anchor<'a>>,
    ) -> Slots<'a> {
        let mut are = vec![false; all];
        for rank in batch {
            are[*rank] = true;
        }
        let slots = ranks.gathered(&self.slots, &are);
        if together <= self.few { self.sorted(slots.slots(), anchor) } else { self.part(slots).from(anchor) }
    }

    /// How many matches come before `user`.
    pub(super) fn rank(&self, user: Slot<'a>) -> usize {
        let after = self.from(Some(Anchor { user, is_inclusive: true })).count();
        self.matching - after
    }
}
