//! The order of columns in which many users are equal: each value has a rank, and users are taken rank by rank.
//!
//! Nothing is stored of columns with few ranks but a rank for each shared name. Who has a rank is remembered as
//! what is searched is; where there are many ranks, whoever has not the most frequent one stands by rank.

use std::sync::Arc;

use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::index::bits::Bits;
use crate::directory::index::memo::{Asked, Set};
use crate::directory::index::segment::{Segment, slot_number};
use crate::directory::index::value::Value;
use crate::domain::status::Status;

/// The ranks of one segment in one column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranks<'a> {
    segment: &'a Segment,
    column: Column,
    now: Timestamp,
}

/// Users of a segment by rank, of a column with many ranks: all but those of the most frequent one.
#[derive(Debug, Default)]
pub(super) struct ByRank {
    usual: usize,
    /// Where each rank begins in `slots`, and where the next one would; the usual one is empty.
    starts: Vec<u32>,
    slots: Vec<u32>,
}

/// Slots with one rank.
#[derive(Debug)]
pub(super) enum Ranked {
    Few(Vec<usize>),
    /// A set, and how many there are.
    Many(Bits, usize),
}

impl ByRank {
    /// `None` for a column of at most `few` ranks.
    pub(super) fn of(segment: &Segment, column: Column, few: usize) -> Option<Self> {
        let ranks = Ranks::of(segment, column, Timestamp(0)).filter(|ranks| ranks.len() > few)?;
        let mut counts = vec![0_u32; ranks.len()];
        ranks.each(|_, rank| counts[rank] += 1);
        let usual = counts.iter().enumerate().max_by_key(|(_, count)| **count).map_or(0, |(rank, _)| rank);
        counts[usual] = 0;
        let mut starts = vec![0];
        for count in counts {
            starts.push(starts[starts.len() - 1] + count);
        }
        let mut next = starts.clone();
        let mut slots = vec![0; starts[starts.len() - 1] as usize];
        ranks.each(|slot, rank| {
            if rank != usual {
                slots[next[rank] as usize] = slot_number(slot);
                next[rank] += 1;
            }
        });
        Some(Self { usual, starts, slots })
    }

    /// How many have `rank`; of the usual one nothing is told.
    fn count(&self, rank: usize) -> usize {
        (self.starts[rank + 1] - self.starts[rank]) as usize
    }

    fn with(&self, rank: usize) -> impl Iterator<Item = usize> {
        let slots = &self.slots[self.starts[rank] as usize..self.starts[rank + 1] as usize];
        slots.iter().map(|slot| *slot as usize)
    }

    /// Those of `slots` with the rank.
    fn among(&self, rank: usize, slots: &Bits) -> Bits {
        if rank == self.usual {
            let mut others = slots.clone();
            self.slots.iter().for_each(|slot| others.clear(*slot as usize));
            return others;
        }
        let mut meant = Bits::none(slots.slots_in_all());
        self.with(rank).filter(|slot| slots.holds(*slot)).for_each(|slot| meant.set(slot));
        meant
    }

    pub(super) const fn bytes(&self) -> usize {
        (self.starts.capacity() + self.slots.capacity()) * size_of::<u32>()
    }
}

impl<'a> Ranks<'a> {
    /// The ranks of `column`; `None` where users are ordered one by one.
    pub(super) const fn of(segment: &'a Segment, column: Column, now: Timestamp) -> Option<Self> {
        match column {
            Column::Kind
            | Column::Status
            | Column::Organisation
            | Column::Group
            | Column::Role
            | Column::Level
            | Column::Product
            | Column::Archived
            | Column::EmailConfirmed => Some(Self { segment, column, now }),
            Column::Id
            | Column::Login
            | Column::Title
            | Column::FirstName
            | Column::MiddleName
            | Column::LastName
            | Column::Name
            | Column::Email
            | Column::Phone
            | Column::CoreId
            | Column::Enrolled
            | Column::LastLogin
            | Column::Added
            | Column::Modified => None,
        }
    }

    /// The rank of each slot, told to `tell` with it.
    fn each(self, mut tell: impl FnMut(usize, usize)) {
        let Self { segment, column, .. } = self;
        let packed = segment.packed.iter().enumerate();
        if let Some(names) = segment.names.numbered(column) {
            let numbers = &segment.shared[names.column];
            packed.zip(numbers).for_each(|((slot, packed), number)| tell(slot, names.rank(*number, *packed)));
        } else {
            packed.for_each(|(slot, packed)| tell(slot, packed.rank(column)));
        }
    }

    /// The value that has `rank`.
    pub(super) fn value(self, rank: usize) -> Value<'a> {
        match self.segment.names.ranked(self.column) {
            Some(words) => Value::Text(words.get(rank).map(String::as_bytes).unwrap_or_default()),
            None => Value::Number(i64::try_from(rank).unwrap_or_default()),
        }
    }

    /// How many ranks there are.
    pub(super) fn len(self) -> usize {
        // Eight statuses are the most of what has no names.
        self.segment.names.ranked(self.column).map_or(Status::ALL.len(), <[String]>::len)
    }

    fn by_rank(self) -> Option<&'a ByRank> {
        let names = self.segment.names.numbered(self.column)?;
        self.segment.by_rank[names.column].as_ref()
    }

    /// Who has `rank`, of a column that does not follow the clock. All are found at once: the next one is asked for soon.
    fn set(self, rank: usize) -> Arc<Set> {
        let Self { segment, column, .. } = self;
        let slots = segment.len();
        let asked = |rank| Asked::Rank(column, rank);
        segment.memo.ask_one_of(asked, rank, slots, || {
            let mut sets = vec![Bits::none(slots); self.len()];
            self.each(|slot, rank| sets[rank].set(slot));
            sets
        })
    }

    /// Those of `slots` with `rank`, ascending: one by one up to `few` of them.
    pub(super) fn among(self, rank: usize, slots: &Bits, few: usize) -> Ranked {
        if let Some(by_rank) = self.by_rank() {
            if rank == by_rank.usual || by_rank.count(rank) > few {
                return Ranked::of(by_rank.among(rank, slots), few);
            }
            return Ranked::Few(by_rank.with(rank).filter(|slot| slots.holds(*slot)).collect());
        }
        if self.column == Column::Status {
            return Ranked::in_set(self.segment.statuses_at(self.now).with(rank), slots, few);
        }
        Ranked::in_set(&self.set(rank), slots, few)
    }
}

impl Ranked {
    fn in_set(set: &Set, slots: &Bits, few: usize) -> Self {
        match set {
            Set::Few(set) => {
                let meant = set.iter().map(|slot| *slot as usize).filter(|slot| slots.holds(*slot));
                if set.len() <= few {
                    return Self::Few(meant.collect());
                }
                let mut bits = Bits::none(slots.slots_in_all());
                meant.for_each(|slot| bits.set(slot));
                Self::of(bits, few)
            }
            Set::Many(set) => {
                let mut both = slots.clone();
                both.and(set);
                Self::of(both, few)
            }
        }
    }

    fn of(slots: Bits, few: usize) -> Self {
        let count = slots.count();
        if count <= few { Self::Few(slots.slots().collect()) } else { Self::Many(slots, count) }
    }
}
