//! Who has which status: most users by their facts alone, few of them by the clock.

use std::sync::Arc;

use crate::base::time::Timestamp;
use crate::directory::index::bits::Bits;
use crate::directory::index::facts::{Packed, Timed};
use crate::directory::index::memo::{Asked, Set};
use crate::directory::index::segment::{Segment, slot_number};
use crate::domain::status::Status;

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

    /// Adds to `found`, which is empty, whoever has a status at `now` that `is_meant`.
    pub(super) fn with_status(&self, found: &mut Bits, now: Timestamp, is_meant: impl Fn(Status) -> bool) {
        let is_meant = |state, timed| is_meant(Packed::status_facts(state, timed).status_at(now));
        self.with_state(|state| is_meant(state, Timed::default())).add_to(found);
        for (slot, timed) in &self.timed {
            let slot = *slot as usize;
            if is_meant(self.packed[slot].state(), *timed) {
                found.set(slot);
            } else {
                found.clear(slot);
            }
        }
    }

    /// Who has a state that `is_meant`, whatever the clock says.
    pub(super) fn with_state(&self, is_meant: impl Fn(usize) -> bool) -> Arc<Set> {
        let states: Vec<bool> = (0..Packed::STATES).map(is_meant).collect();
        let answer = || Bits::of(self.packed.iter().map(|packed| states[packed.state()]));
        self.memo.ask(Asked::States(states.clone()), self.len(), answer)
    }
}
