//! The order of columns in which many users are equal: each value has a rank, and users are taken rank by rank.
//!
//! Nothing is stored for them but a rank for each shared name. Who has a rank is remembered as
//! what is searched is; where there are many ranks, how many matches have each is counted once for a search.

use std::sync::{Arc, Mutex, PoisonError};

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::index::bits::Bits;
use crate::directory::index::facts::{Packed, Timed};
use crate::directory::index::memo::{Asked, Set};
use crate::directory::index::segment::Segment;
use crate::directory::index::value::Value;
use crate::domain::status::Status;

/// The ranks of one segment in one column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranks<'a> {
    segment: &'a Segment,
    column: Column,
    now: Timestamp,
}

/// How many matches of a search have each rank, of the columns that were asked for.
#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<Vec<(Column, Arc<[usize]>)>>);

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
        Box::new(move |slot| match segment.value(column, slot, now) {
            Value::Number(number) => usize::try_from(number).unwrap_or_default(),
            Value::Text(_) => 0,
        })
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

    fn are_few(self) -> bool {
        self.len() <= limits::INDEX_RANKS_FEW
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
    pub(super) fn counts(self, slots: &Bits, known: &Counts) -> Vec<usize> {
        if !self.are_few() {
            let each = self.each();
            return known.ask(self.column, || {
                let mut counts = vec![0; self.len()];
                slots.slots().for_each(|slot| counts[each(slot)] += 1);
                counts
            });
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
        let mut gathered = Bits::none(self.segment.len());
        if !self.are_few() {
            let each = self.each();
            slots.slots().filter(|slot| are[each(*slot)]).for_each(|slot| gathered.set(slot));
            return gathered;
        }
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

impl Counts {
    fn ask(&self, column: Column, count: impl FnOnce() -> Vec<usize>) -> Vec<usize> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, counts)) = known().iter().find(|(of, _)| *of == column) {
            return counts.to_vec();
        }
        // Not under the lock: two may count the same, and nobody waits.
        let counts = count();
        // A value for each of a hundred thousand groups is not worth to be kept.
        if counts.len() <= limits::INDEX_RANKS_KEPT_MAX {
            known().push((column, counts.clone().into()));
        }
        counts
    }
}
