//! The search in memory: every user in segments, a large old one and smaller newer ones.
//!
//! An [`Index`] never changes: sessions share it, and an update makes another one that
//! shares the segments that stay. It says nothing that [`Filter::matches`] would not say of
//! the same users; it only says it sooner. No SQL, no input or output, no clock.
//!
//! [`Filter::matches`]: crate::directory::filter::Filter::matches

mod bits;
mod facts;
mod grams;
mod memo;
mod names;
mod order;
mod page;
mod ranks;
mod recent;
mod segment;
mod select;
mod shared_texts;
mod slot;
mod sparse;
mod statuses;
mod terms;
mod texts;
mod times;
mod value;
mod vocabulary;
mod walk;
mod words;
#[cfg(test)]
mod laws;

use std::sync::Arc;

use crate::base::ids::UserId;
use crate::base::limits;
use crate::directory::index::bits::Bits;
pub use crate::directory::index::page::Place;
use crate::directory::index::recent::Recent;
use crate::directory::index::segment::Segment;
pub use crate::directory::index::select::Sought;
use crate::directory::index::select::{Selected, select};
use crate::directory::index::slot::Slot;
pub use crate::directory::row::Entry;

/// An index that is being filled.
#[derive(Debug)]
pub struct Builder(Segment);

/// All users at one moment.
#[derive(Debug)]
pub struct Index {
    /// The oldest and largest first.
    parts: Vec<Part>,
    recent: Recent,
    effort: Effort,
}

/// A segment, and which of its slots a newer one replaces, or are gone.
#[derive(Clone, Debug)]
struct Part {
    segment: Arc<Segment>,
    dead: Arc<Bits>,
    live: usize,
}

/// From where on it is worth to work in another way. The answers are the same.
#[derive(Clone, Copy, Debug)]
struct Effort {
    /// Up to this many matches are sorted when asked for; more are looked up along a stored order.
    few: usize,
    /// Of a column with up to this many values it is remembered who has each.
    few_ranks: usize,
    /// Up to this many users text is looked for by reading all of a segment.
    read_through: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            few: limits::INDEX_FEW,
            few_ranks: limits::INDEX_RANKS_FEW,
            read_through: limits::INDEX_READ_THROUGH_USERS,
        }
    }
}

/// Whom a search found in one index.
#[derive(Debug)]
pub struct Found {
    parts: Vec<Selected>,
}

impl Default for Builder {
    fn default() -> Self {
        Self(Segment::new())
    }
}

impl Builder {
    /// Takes `entry` in. Ids must ascend.
    pub fn push(&mut self, entry: &Entry) {
        self.0.push(entry);
    }

    /// Takes in all of `next`, whose ids are all greater.
    pub fn append(&mut self, next: &Self) {
        self.0.append(&next.0);
    }

    /// Memory that it takes so far, in bytes.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// Sorts, and notes where each letter is found: two seconds for a million users.
    pub fn finish(self) -> Index {
        let effort = Effort::default();
        Index { parts: vec![Part::of(self.0.finished(effort))], recent: Recent::default(), effort }
    }
}

impl Part {
    fn of(segment: Segment) -> Self {
        let (dead, live) = (Arc::new(Bits::none(segment.len())), segment.len());
        Self { segment: Arc::new(segment), dead, live }
    }

    fn without(&self, touched: &[UserId]) -> Self {
        let slots: Vec<usize> = touched.iter().filter_map(|id| self.segment.slot_of(*id)).collect();
        if slots.is_empty() {
            return self.clone();
        }
        let mut dead = Bits::clone(&self.dead);
        for slot in slots {
            dead.set(slot);
        }
        let live = self.segment.len() - dead.count();
        Self { segment: Arc::clone(&self.segment), dead: Arc::new(dead), live }
    }

    fn merged(&self, newer: &Self, effort: Effort) -> Self {
        Self::of(Segment::merged((&self.segment, &self.dead), (&newer.segment, &newer.dead), effort))
    }
}

impl Index {
    /// The index after the users `touched` became `entries` (ascending; whoever is missing is gone).
    #[must_use]
    pub fn updated(&self, touched: &[UserId], entries: &[Entry]) -> Self {
        let mut parts: Vec<Part> = self.parts.iter().map(|part| part.without(touched)).collect();
        let mut newest = Segment::new();
        for entry in entries {
            newest.push(entry);
        }
        if newest.len() > 0 {
            parts.push(Part::of(newest.finished(self.effort)));
        }
        // Each is several times smaller than the one before, the large one apart: few parts, and little is copied twice.
        while let [_, .., older, newer] = &parts[..]
            && older.live < newer.live * limits::INDEX_PART_TIMES
        {
            let merged = older.merged(newer, self.effort);
            parts.truncate(parts.len() - 2);
            parts.push(merged);
        }
        Self { parts, recent: Recent::default(), effort: self.effort }
    }

    /// Whether so much has changed that it is worth to make one segment of all.
    pub fn is_scattered(&self) -> bool {
        let Some((large, small)) = self.parts.split_first() else { return false };
        let changed = small.iter().map(|part| part.live).sum::<usize>();
        let gone = large.segment.len() - large.live;
        changed.max(gone) > limits::INDEX_NEWER_USERS_MIN.max(large.segment.len() / limits::INDEX_NEWER_SHARE)
    }

    /// The same in one segment: as slow as making it, for whoever waits for nobody.
    #[must_use]
    pub fn compacted(&self) -> Self {
        let empty = || Part::of(Segment::new().finished(self.effort));
        let mut parts = self.parts.iter();
        let large = parts.next().cloned().unwrap_or_else(empty);
        // The small ones first, so that the large one is copied once.
        let small = parts.rev().cloned().reduce(|newer, older| older.merged(&newer, self.effort));
        let all = large.merged(&small.unwrap_or_else(empty), self.effort);
        Self { parts: vec![all], recent: Recent::default(), effort: self.effort }
    }

    /// Finds the texts that many users share, so that they need not be looked for: a second for a million users.
    ///
    /// The answers are the same before and after; whoever has a part of this index has the gain too.
    pub fn deepen(&self) {
        self.parts.iter().for_each(|part| part.segment.deepen());
    }

    /// Memory that it takes, in bytes, without what is kept of the last few searches.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.segment.bytes() + part.dead.bytes()).sum()
    }

    /// How many users there are.
    pub fn users(&self) -> usize {
        self.parts.iter().map(|part| part.live).sum()
    }

    /// Whom `sought` means, among those that exist for who asks.
    pub fn find(&self, sought: Sought<'_>) -> Arc<Found> {
        self.recent.ask(sought, || Found {
            parts: self.parts.iter().map(|part| select(&part.segment, &part.dead, sought)).collect(),
        })
    }

    fn slot(&self, id: UserId) -> Option<Slot<'_>> {
        self.parts.iter().find_map(|part| {
            let at = part.segment.slot_of(id).filter(|slot| !part.dead.holds(*slot))?;
            Some(Slot { segment: &part.segment, at })
        })
    }
}

impl Found {
    /// How many are meant.
    pub fn matching(&self) -> u64 {
        self.parts.iter().map(|part| part.matching as u64).sum()
    }

    /// How many exist for who asked.
    pub fn visible(&self) -> u64 {
        self.parts.iter().map(|part| part.existing as u64).sum()
    }
}
