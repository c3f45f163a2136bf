//! The matches of one segment in the order of a sort, from any place on, found while one walks.
//!
//! Few matches are sorted. More are met along the stored order of the first column; where
//! many users are equal in it, along that of the second. No order by two columns is ever made.

use std::cmp::Ordering;

use crate::directory::index::order::{Along, Keys, head};
use crate::directory::index::segment::{Segment, slot_number};
use crate::directory::index::select::Selected;
use crate::directory::index::slot::Slot;

/// The matches of a segment, along keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk<'a> {
    pub(super) segment: &'a Segment,
    pub(super) selected: &'a Selected,
    pub(super) keys: Keys,
    /// Up to this many users are sorted when asked for.
    pub(super) few: usize,
}

/// Where a walk begins: with whoever comes after this user, or with the user.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor<'a> {
    pub(super) user: Slot<'a>,
    pub(super) is_inclusive: bool,
}

pub(super) type Slots<'a> = Box<dyn Iterator<Item = Slot<'a>> + 'a>;

impl<'a> Walk<'a> {
    /// The matches from `anchor` on, or all.
    pub(super) fn from(self, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        if self.selected.matching <= self.few {
            return self.sorted(self.selected.slots.slots(), anchor);
        }
        if self.keys.then.is_some() {
            return self.runs(anchor);
        }
        let along = Along::of(self.segment, self.keys.first);
        let start = anchor.map_or(0, |anchor| along.partition(0, |slot| !self.is_beyond(slot, anchor)));
        Box::new(
            (start..along.len())
                .map(move |place| along.at(place))
                .filter_map(move |slot| self.matching(slot)),
        )
    }

    fn matching(self, slot: usize) -> Option<Slot<'a>> {
        self.selected.slots.holds(slot).then_some(Slot { segment: self.segment, at: slot })
    }

    /// Whether `slot` comes after the anchor, or is it where that counts.
    fn is_beyond(self, slot: Slot<'_>, anchor: Anchor<'_>) -> bool {
        match self.keys.compare(slot, anchor.user) {
            Ordering::Less => false,
            Ordering::Equal => anchor.is_inclusive,
            Ordering::Greater => true,
        }
    }

    fn sorted(self, slots: impl Iterator<Item = usize>, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        let here = |slot: u32| self.segment.at(slot);
        let slots = slots.filter(|slot| {
            anchor.is_none_or(|anchor| self.is_beyond(Slot { segment: self.segment, at: *slot }, anchor))
        });
        let first = self.keys.first;
        let directed = |head: u64| if first.descending { !head } else { head };
        // The heads stand beside one another, and decide nearly always.
        let keyed = slots.map(|slot| (directed(head(self.segment, first.column, slot)), slot_number(slot)));
        let mut keyed: Vec<(u64, u32)> = keyed.collect();
        keyed.sort_unstable_by(|(head, slot), (other_head, other)| {
            head.cmp(other_head).then_with(|| self.keys.compare(here(*slot), here(*other)))
        });
        Box::new(keyed.into_iter().map(move |(_, slot)| self.segment.at(slot)))
    }

    /// Runs of users who are equal in the first key, one after the other.
    fn runs(self, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        let along = Along::of(self.segment, self.keys.first);
        let by_first = move |slot: Slot<'_>, other: Slot<'_>| self.keys.by_first(slot, other);
        let mut next =
            anchor.map_or(0, |anchor| along.partition(0, |slot| by_first(slot, anchor.user).is_lt()));
        let runs = std::iter::from_fn(move || {
            // Only runs with a match: there may be as many runs as users.
            let start = (next..along.len()).find(|place| self.selected.slots.holds(along.at(*place)))?;
            let first = Slot { segment: self.segment, at: along.at(start) };
            next = along.partition(start, |slot| by_first(slot, first).is_le());
            Some((start, next, first))
        });
        Box::new(runs.flat_map(move |(start, end, first)| {
            let anchor = anchor.filter(|anchor| by_first(first, anchor.user).is_eq());
            let run = (start..end).map(move |place| along.at(place));
            let mut few = run.filter(move |slot| self.selected.slots.holds(*slot));
            let gathered: Vec<usize> = few.by_ref().take(self.few + 1).collect();
            if gathered.len() <= self.few {
                self.sorted(gathered.into_iter(), anchor)
            } else {
                self.along_second(first, anchor)
            }
        }))
    }

    /// Whoever is equal to `first` in the first key, along the second one.
    fn along_second(self, first: Slot<'a>, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        let Some(rest) = self.keys.rest() else { return Box::new(std::iter::empty()) };
        let along = Along::of(self.segment, rest.first);
        let here = move |place: usize| Slot { segment: self.segment, at: along.at(place) };
        let start =
            anchor.map_or(0, |anchor| along.partition(0, |slot| rest.by_first(slot, anchor.user).is_lt()));
        let is_meant = move |slot: &Slot<'a>| {
            self.selected.slots.holds(slot.at)
                && self.keys.by_first(*slot, first).is_eq()
                && anchor.is_none_or(|anchor| self.is_beyond(*slot, anchor))
        };
        if rest.first.descending == rest.ids_descend {
            return Box::new((start..along.len()).map(here).filter(is_meant));
        }
        // Ids of equal values run against the column: each group of them is walked from its end.
        let mut next = start;
        let groups = std::iter::from_fn(move || {
            let first = (next < along.len()).then(|| here(next))?;
            let start = next;
            next = along.partition(start, |slot| rest.by_first(slot, first).is_le());
            Some((start..next).rev())
        });
        Box::new(groups.flatten().map(here).filter(is_meant))
    }

    /// How many matches come before `user`.
    pub(super) fn rank(self, user: Slot<'a>) -> usize {
        let after = self.from(Some(Anchor { user, is_inclusive: true })).count();
        self.selected.matching - after
    }
}
