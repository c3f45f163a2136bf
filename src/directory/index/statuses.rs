//! Who has which status: remembered until the clock reaches the next moment at which somebody's changes.

use std::sync::{Arc, Mutex, PoisonError};

use crate::base::time::Timestamp;
use crate::directory::index::bits::Bits;
use crate::directory::index::facts::{Packed, Timed};
use crate::directory::index::memo::Set;
use crate::directory::index::segment::{Segment, slot_number};
use crate::domain::status::Status;

/// Who has each status, from one moment to another.
#[derive(Debug)]
pub(super) struct StatusSets {
    /// First moment of which it tells.
    from: i64,
    /// First moment of which it does not tell any more.
    until: i64,
    /// In the order of [`Status::ALL`].
    sets: [Set; Status::ALL.len()],
}

/// The statuses that were asked for last.
#[derive(Debug, Default)]
pub(super) struct Statuses(Mutex<Option<Arc<StatusSets>>>);

impl Statuses {
    /// Memory that it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().flat_map(|kept| &kept.sets).map(Set::bytes).sum()
    }
}

impl StatusSets {
    fn of(segment: &Segment, now: Timestamp) -> Self {
        let status = |state, timed| Packed::status_facts(state, timed).status_at(now) as usize;
        let by_state: Vec<usize> = (0..Packed::STATES).map(|state| status(state, Timed::default())).collect();
        let mut sets: [Bits; Status::ALL.len()] = std::array::from_fn(|_| Bits::none(segment.len()));
        for (slot, packed) in segment.packed.iter().enumerate() {
            sets[by_state[packed.state()]].set(slot);
        }
        let (mut from, mut until) = (i64::MIN, i64::MAX);
        for (slot, timed) in &segment.timed {
            let slot = *slot as usize;
            let state = segment.packed[slot].state();
            sets[by_state[state]].clear(slot);
            sets[status(state, *timed)].set(slot);
            for moment in timed.moments() {
                if moment <= now {
                    from = from.max(moment.0);
                } else {
                    until = until.min(moment.0);
                }
            }
        }
        Self { from, until, sets: sets.map(Set::of) }
    }

    /// Who has `status`.
    pub(super) const fn with(&self, status: usize) -> &Set {
        &self.sets[status]
    }
}

impl Segment {
    /// The status of the user at `slot`.
    pub(super) fn status_at(&self, slot: usize, now: Timestamp) -> Status {
        let packed = self.packed[slot];
        let timed = packed.is_timed().then(|| {
            self.timed.binary_search_by_key(&slot_number(slot), |(slot, _)| *slot).map(|at| self.timed[at].1)
        });
        let timed = timed.and_then(Result::ok).unwrap_or_default();
        Packed::status_facts(packed.state(), timed).status_at(now)
    }

    /// Who has which status at `now`.
    pub(super) fn statuses_at(&self, now: Timestamp) -> Arc<StatusSets> {
        let kept = || self.statuses.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().iter().find(|known| known.from <= now.0 && now.0 < known.until) {
            return Arc::clone(known);
        }
        // Not under the lock: two may compute the same, and nobody waits.
        let sets = Arc::new(StatusSets::of(self, now));
        *kept() = Some(Arc::clone(&sets));
        sets
    }

    /// Adds to `found` whoever has a status at `now` that `is_meant`.
    pub(super) fn with_status(&self, found: &mut Bits, now: Timestamp, is_meant: impl Fn(Status) -> bool) {
        let sets = self.statuses_at(now);
        for status in Status::ALL.into_iter().filter(|status| is_meant(*status)) {
            sets.with(status as usize).add_to(found);
        }
    }
}
