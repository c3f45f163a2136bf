//! The search in memory: every user in two segments, a large older one and a small newer one.
//!
//! An [`Index`] never changes: sessions share it, and an update makes another one that
//! shares the large segment. It says nothing that [`Filter::matches`] would not say of
//! the same rows; it only says it sooner. No SQL, no input or output, no clock.
//!
//! [`Filter::matches`]: crate::directory::filter::Filter::matches

mod bits;
mod facts;
mod names;
mod order;
mod page;
mod recent;
mod segment;
mod select;
mod slot;
mod texts;
#[cfg(test)]
mod laws;

use std::sync::Arc;

use crate::base::ids::{GroupId, UserId};
use crate::base::limits;
use crate::directory::index::bits::Bits;
pub use crate::directory::index::page::Place;
use crate::directory::index::recent::Recent;
use crate::directory::index::segment::Segment;
pub use crate::directory::index::select::Sought;
use crate::directory::index::select::{Selected, select};
use crate::directory::index::slot::Slot;
use crate::directory::row::Row;

/// A user as the index takes one in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The row, with nothing masked.
    pub row: Row,
    /// The group, which decides whether the user exists for an operator.
    pub group: Option<GroupId>,
}

/// An index that is being filled.
#[derive(Debug)]
pub struct Builder(Segment);

/// All users at one moment.
#[derive(Debug)]
pub struct Index {
    older: Arc<Segment>,
    /// Slots of `older` that `newer` replaces, or that are gone.
    dead: Bits,
    newer: Segment,
    recent: Recent,
    effort: Effort,
}

/// From where on it is worth to work in another way. The answers are the same.
#[derive(Clone, Copy, Debug)]
struct Effort {
    /// Up to this many matches are sorted when asked for; more are looked up along the stored order.
    few: usize,
    /// From this many users on two threads search.
    alone: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { few: limits::INDEX_FEW, alone: limits::INDEX_ALONE_USERS }
    }
}

/// Whom a search found in one index.
#[derive(Debug)]
pub struct Found {
    older: Selected,
    newer: Selected,
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

    /// Memory that it takes so far, in bytes.
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// Sorts, which takes a second for a million users.
    pub fn finish(self) -> Index {
        Index::over(self.0.sorted())
    }
}

impl Index {
    fn over(older: Segment) -> Self {
        let dead = Bits::none(older.len());
        let (newer, recent) = (Segment::new().sorted(), Recent::default());
        Self { older: Arc::new(older), dead, newer, recent, effort: Effort::default() }
    }

    /// The index after the users `touched` (ascending) became `entries` (ascending; whoever is missing is gone).
    #[must_use]
    pub fn updated(&self, touched: &[UserId], entries: &[Entry]) -> Self {
        let mut replaced = Bits::none(self.newer.len());
        let mut dead = self.dead.clone();
        for id in touched {
            if let Some(slot) = self.older.slot_of(*id) {
                dead.set(slot);
            }
            if let Some(slot) = self.newer.slot_of(*id) {
                replaced.set(slot);
            }
        }
        let mut newest = Segment::new();
        for entry in entries {
            newest.push(entry);
        }
        let newer = Segment::merged(&self.newer, &replaced, &newest.sorted());
        let most = limits::INDEX_NEWER_USERS_MIN.max(self.older.len() / limits::INDEX_NEWER_SHARE);
        let (older, recent) = (Arc::clone(&self.older), Recent::default());
        let updated = Self { older, dead, newer, recent, effort: self.effort };
        if updated.newer.len() > most { updated.compacted() } else { updated }
    }

    /// The same in one segment.
    fn compacted(&self) -> Self {
        Self::over(Segment::merged(&self.older, &self.dead, &self.newer))
    }

    /// Memory that it takes, in bytes, without what is kept of recent searches.
    pub fn bytes(&self) -> usize {
        self.older.bytes() + self.newer.bytes() + self.dead.words.len() * size_of::<u64>()
    }

    /// How many users there are.
    pub fn users(&self) -> usize {
        self.older.len() - self.dead.count() + self.newer.len()
    }

    /// Whom `sought` means, among those that exist for who asks.
    pub fn find(&self, sought: Sought<'_>) -> Arc<Found> {
        if let Some(found) = self.recent.find(sought) {
            return found;
        }
        let alone = self.effort.alone;
        let older = select(&self.older, Some(&self.dead), sought, alone);
        let found = Arc::new(Found { older, newer: select(&self.newer, None, sought, alone) });
        self.recent.keep(sought, &found);
        found
    }

    fn slot(&self, id: UserId) -> Option<Slot<'_>> {
        let older = self.older.slot_of(id).filter(|slot| !self.dead.holds(*slot));
        let older = older.map(|at| Slot { segment: &self.older, at });
        older.or_else(|| self.newer.slot_of(id).map(|at| Slot { segment: &self.newer, at }))
    }
}

impl Found {
    /// How many are meant.
    pub fn matching(&self) -> u64 {
        (self.older.matching + self.newer.matching) as u64
    }

    /// How many exist for who asked.
    pub fn visible(&self) -> u64 {
        (self.older.existing + self.newer.existing) as u64
    }
}
