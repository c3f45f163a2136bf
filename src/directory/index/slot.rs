//! One user of a segment.

use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::index::segment::Segment;
use crate::directory::index::value::Value;

/// A segment and a slot in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    pub(super) segment: &'a Segment,
    pub(super) at: usize,
}

impl<'a> Slot<'a> {
    /// What the user has in `column` at `now`.
    pub(super) fn value(self, column: Column, now: Timestamp) -> Value<'a> {
        self.segment.value(column, self.at, now)
    }

    pub(super) fn id(self) -> UserId {
        UserId(self.segment.ids[self.at])
    }
}
