//! One user of a segment, as a filter sees it.

use std::borrow::Cow;

use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::directory::index::facts::{Bit, Timed};
use crate::directory::index::segment::Segment;
use crate::directory::meaning::Candidate;
use crate::domain::level::Level;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// A segment and a slot in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    pub(super) segment: &'a Segment,
    pub(super) at: usize,
}

impl Candidate for Slot<'_> {
    fn id(&self) -> UserId {
        UserId(self.segment.ids[self.at])
    }

    fn kind(&self) -> Kind {
        self.segment.packed[self.at].kind()
    }

    fn level(&self) -> Option<Level> {
        self.segment.packed[self.at].level()
    }

    fn status_at(&self, now: Timestamp) -> Status {
        let packed = self.segment.packed[self.at];
        let timed = if packed.has(Bit::Timed) { self.segment.timed(self.at) } else { Timed::default() };
        packed.status_facts(timed).status_at(now)
    }

    fn is_archived(&self) -> bool {
        self.segment.packed[self.at].has(Bit::Archived)
    }

    fn is_confirmed(&self) -> bool {
        self.segment.packed[self.at].has(Bit::Confirmed)
    }

    fn login(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.segment.texts.logins.get(self.at))
    }

    fn name(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.segment.texts.names.get(self.at))
    }

    fn email(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.segment.texts.emails.get(self.at))
    }

    fn phone(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.segment.texts.phones.get(self.at))
    }

    fn core_id(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.segment.texts.core_ids.get(self.at))
    }

    fn is_of_organisation(&self, word: &str) -> bool {
        let [organisation, _, _] = self.segment.shared(self.at);
        self.segment.names.organisations.all[organisation].words.iter().any(|known| known == word)
    }

    fn is_in_group(&self, word: &str) -> bool {
        let [_, group, _] = self.segment.shared(self.at);
        self.segment.names.groups.all[group].word == word
    }

    fn has_role(&self, word: &str) -> bool {
        let [_, _, roles] = self.segment.shared(self.at);
        self.segment.names.roles.all[roles].iter().any(|role| role == word)
    }
}
