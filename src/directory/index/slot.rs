//! One user of a segment.

use crate::base::ids::UserId;
use crate::directory::index::segment::Segment;

/// A segment and a slot in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    pub(super) segment: &'a Segment,
    pub(super) at: usize,
}

impl Slot<'_> {
    pub(super) fn id(self) -> UserId {
        UserId(self.segment.ids[self.at])
    }
}
