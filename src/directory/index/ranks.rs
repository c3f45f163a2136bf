//! The order of columns in which many users are equal: each value has a rank, and users are taken rank by rank.
//!
//! Nothing is stored of columns with few ranks but a rank for each shared name. Who has a rank is remembered as
//! what is searched is; where there are many ranks, whoever has not the most frequent one stands by rank.

use std::sync::Arc;

use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::index::bits::Bits;
use crate::directory::index::facts::{Packed, Timed};
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

impl ByRank {
    /// `None` for a column of at most `few` ranks.
    pub(super) fn of(segment: &Segment, column: Column, few: usize) -> Option<Self> {
        let ranks = Ranks::of(segment, column, Timestamp(0)).filter(|ranks| ranks.len() > few)?;
        let each = ranks.each();
        let mut counts = vec![0_u32; ranks.len()];
        (0..segment.len()).for_each(|slot| counts[each(slot)] += 1);
        let usual = counts.iter().enumerate().max_by_key(|(_, count)| **count).map_or(0, |(rank, _)| rank);
        counts[usual] = 0;
        let mut starts = vec![0];
        for count in counts {
            starts.push(starts[starts.len() - 1] + count);
        }
        let mut next = starts.clone();
        let mut slots = vec![0; starts[starts.len() - 1] as usize];
        for slot in 0..segment.len() {
            let rank = each(slot);
            if rank != usual {
                slots[next[rank] as usize] = slot_number(slot);
                next[rank] += 1;
            }
        }
        Some(Self { usual, starts, slots })
    }

    fn with(&self, rank: usize) -> impl Iterator<Item = usize> {
        let slots = &self.slots[self.starts[rank] as usize..self.starts[rank + 1] as usize];
        slots.iter().map(|slot| *slot as usize)
    }

    fn counts(&self, among: &Bits) -> Vec<usize> {
        let ranks = 0..self.starts.len().saturating_sub(1);
        let count = |rank| self.with(rank).filter(|slot| among.holds(*slot)).count();
        let mut counts: Vec<usize> = ranks.map(count).collect();
        counts[self.usual] = among.count() - counts.iter().sum::<usize>();
        counts
    }

    fn gathered(&self, among: &Bits, are: &[bool]) -> Bits {
        let ranks = are.iter().enumerate();
        if are[self.usual] {
            let mut gathered = among.clone();
            let others = ranks.filter(|(_, is_in)| !**is_in);
            others.flat_map(|(rank, _)| self.with(rank)).for_each(|slot| gathered.clear(slot));
            return gathered;
        }
        let mut gathered = Bits::none(among.slots_in_all());
        let meant = ranks.filter(|(_, is_in)| **is_in).flat_map(|(rank, _)| self.with(rank));
        meant.filter(|slot| among.holds(*slot)).for_each(|slot| gathered.set(slot));
        gathered
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

    /// The rank of each slot.
    fn each(self) -> Box<dyn Fn(usize) -> usize + 'a> {
        let Self { segment, column, now } = self;
        let packed = &segment.packed;
        if let Some(names) = segment.names.numbered(column) {
            return Box::new(move |slot| names.rank(segment.shared[names.column][slot], packed[slot]));
        }
        if column == Column::Status {
            return Box::new(move |slot| segment.status_at(slot, now) as usize);
        }
        Box::new(move |slot| packed[slot].rank(column))
    }

    /// The value that has `rank`.
    pub(super) fn value(self, rank: usize) -> Value<'a> {
        match self.segment.names.ranked(self.column) {
            Some(words) => Value::Text(words.get(rank).map(String::as_bytes).unwrap_or_default()),
            None => Value::Number(i64::try_from(rank).unwrap_or_default()),
        }
    }

    /// How many ranks there are.
    fn len(self) -> usize {
        // Eight statuses are the most of what has no names.
        self.segment.names.ranked(self.column).map_or(Status::ALL.len(), <[String]>::len)
    }

    fn by_rank(self) -> Option<&'a ByRank> {
        let names = self.segment.names.numbered(self.column)?;
        self.segment.by_rank[names.column].as_ref()
    }

    /// Who has `rank`; of the statuses whoever has it without a look at the clock.
    fn set(self, rank: usize) -> Arc<Set> {
        let Self { segment, column, now } = self;
        if column == Column::Status {
            return segment.with_state(|state| untimed(state, now) == rank);
        }
        let each = self.each();
        let answer = || Bits::of((0..segment.len()).map(|slot| each(slot) == rank));
        segment.memo.ask(Asked::Rank(column, rank), segment.len(), answer)
    }

    /// Those of `slots` whose status follows the clock, with the rank it has and the one it would have.
    fn timed(self, slots: &Bits) -> impl Iterator<Item = (usize, usize, usize)> {
        let timed = if self.column == Column::Status { &self.segment.timed[..] } else { &[] };
        timed.iter().filter(|(slot, _)| slots.holds(*slot as usize)).map(move |(slot, timed)| {
            let slot = *slot as usize;
            let state = self.segment.packed[slot].state();
            (slot, Packed::status_facts(state, *timed).status_at(self.now) as usize, untimed(state, self.now))
        })
    }

    /// How many of `slots` have each rank.
    pub(super) fn counts(self, slots: &Bits) -> Vec<usize> {
        if let Some(by_rank) = self.by_rank() {
            return by_rank.counts(slots);
        }
        let mut counts: Vec<usize> = (0..self.len()).map(|rank| self.set(rank).count_in(slots)).collect();
        for (_, rank, untimed) in self.timed(slots) {
            counts[untimed] -= 1;
            counts[rank] += 1;
        }
        counts
    }

    /// The slots with one of the ranks for which `are` says yes, among `slots`.
    pub(super) fn gathered(self, slots: &Bits, are: &[bool]) -> Bits {
        if let Some(by_rank) = self.by_rank() {
            return by_rank.gathered(slots, are);
        }
        let mut gathered = Bits::none(self.segment.len());
        for (rank, _) in are.iter().enumerate().filter(|(_, is_in)| **is_in) {
            self.set(rank).add_to(&mut gathered);
        }
        for (slot, rank, _) in self.timed(slots) {
            if are[rank] {
                gathered.set(slot);
            } else {
                gathered.clear(slot);
            }
        }
        gathered.and(slots);
        gathered
    }
}

fn untimed(state: usize, now: Timestamp) -> usize {
    Packed::status_facts(state, Timed::default()).status_at(now) as usize
}
