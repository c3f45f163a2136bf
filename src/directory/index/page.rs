//! Pages of what was found: from any place in the order, in either direction, over all segments at once.

use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::directory::index::order::Keys;
use crate::directory::index::slot::Slot;
use crate::directory::index::walk::{Anchor, Slots, Walk};
use crate::directory::index::{Found, Index};
use crate::directory::sort::{From, Sort};

/// A page, as ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The users, in order.
    pub ids: Vec<UserId>,
    /// Whether there are any before the first one.
    pub more_before: bool,
    /// Whether there are any after the last one.
    pub more_after: bool,
}

impl Index {
    /// A page of at most `rows` of what was `found` in this same index.
    ///
    /// A row that is named and gone counts as the start, or backwards as the end. Statuses are those at `now`.
    pub fn page(&self, found: &Found, sort: Sort, from: &From, rows: usize, now: Timestamp) -> Place {
        let (named, is_inclusive, is_backwards) = match from {
            From::Start => (None, true, false),
            From::End => (None, true, true),
            From::After(id) => (self.slot(*id), false, false),
            From::Before(id) => (self.slot(*id), false, true),
            From::At(id) => (self.slot(*id), true, false),
            From::Row(row) => return self.page_at(found, sort, *row, rows, now),
        };
        let anchor = named.map(|user| Anchor { user, is_inclusive });
        let mut slots: Vec<Slot<'_>> = self
            .walk(found, Keys::of(sort, is_backwards, now), anchor)
            .take(rows.saturating_add(1))
            .collect();
        let more = slots.len() > rows;
        slots.truncate(rows);
        let beyond = anchor.is_some() && !is_inclusive;
        let (more_before, more_after) = if is_backwards {
            slots.reverse();
            (more, beyond)
        } else {
            let first = slots.first().filter(|_| anchor.is_some()).copied();
            (
                beyond || first.is_some_and(|first| self.has_before(found, Keys::of(sort, true, now), first)),
                more,
            )
        };
        Place { ids: slots.into_iter().map(Slot::id).collect(), more_before, more_after }
    }

    /// The page that begins with the match of number `row`, counted from 0; the last page where there are fewer.
    fn page_at(&self, found: &Found, sort: Sort, row: u64, rows: usize, now: Timestamp) -> Place {
        let row = usize::try_from(row).unwrap_or(usize::MAX);
        let matching = found.parts.iter().map(|part| part.matching).sum::<usize>();
        if row >= matching {
            return self.page(found, sort, &From::End, rows, now);
        }
        let keys = Keys::of(sort, false, now);
        let mut slots: Vec<Slot<'_>> = self.skipped(found, keys, row).take(rows.saturating_add(1)).collect();
        let more_after = slots.len() > rows;
        slots.truncate(rows);
        Place { ids: slots.into_iter().map(Slot::id).collect(), more_before: row > 0, more_after }
    }

    fn has_before(&self, found: &Found, backwards: Keys, first: Slot<'_>) -> bool {
        let anchor = self.slot(first.id()).map(|user| Anchor { user, is_inclusive: false });
        self.walk(found, backwards, anchor).next().is_some()
    }

    fn walks<'a>(&'a self, found: &'a Found, keys: Keys) -> Vec<Walk<'a>> {
        let few = self.effort.few;
        let parts = self.parts.iter().zip(&found.parts);
        parts.map(|(part, selected)| Walk::of(&part.segment, selected, keys, few)).collect()
    }

    fn walk<'a>(&'a self, found: &'a Found, keys: Keys, anchor: Option<Anchor<'a>>) -> Slots<'a> {
        let walks = self.walks(found, keys).into_iter().filter(|walk| walk.matching() > 0);
        merged(walks.map(|walk| walk.from(anchor)).collect(), keys)
    }

    /// The matches after the first `row`, of which there are more.
    fn skipped<'a>(&'a self, found: &'a Found, keys: Keys, row: usize) -> Slots<'a> {
        let mut walks = self.walks(found, keys);
        let Some(largest) = walks.iter().enumerate().max_by_key(|(_, walk)| walk.matching()) else {
            return Box::new(std::iter::empty());
        };
        let large = walks.remove(largest.0);
        // The others are few beside it, so that many of the first in the large one are passed in any case.
        let few: usize = walks.iter().map(Walk::matching).sum();
        let small: Slots<'a> = merged(walks.into_iter().map(|walk| walk.from(None)).collect(), keys);
        let Some(passed) = row.checked_sub(few).filter(|passed| *passed > 0) else {
            return Box::new(merged(vec![large.from(None), small], keys).skip(row));
        };
        let mut rest = large.after(passed).peekable();
        let mut small: Vec<Slot<'a>> = small.collect();
        if let Some(next) = rest.peek() {
            small.drain(..small.partition_point(|slot| keys.compare(*slot, *next).is_lt()));
        }
        // As many of the small ones as are left come after `passed` of the large one.
        let left = small.len();
        Box::new(merged(vec![Box::new(rest), Box::new(small.into_iter())], keys).skip(left))
    }
}

/// Several sequences as one.
fn merged<'a>(mut walks: Vec<Slots<'a>>, keys: Keys) -> Slots<'a> {
    if walks.len() == 1 {
        return walks.pop().unwrap_or_else(|| Box::new(std::iter::empty()));
    }
    let mut heads: Vec<Option<Slot<'a>>> = walks.iter_mut().map(Iterator::next).collect();
    Box::new(std::iter::from_fn(move || {
        let there = heads.iter().enumerate().filter_map(|(at, head)| Some((at, (*head)?)));
        let (at, slot) = there.min_by(|(_, left), (_, right)| keys.compare(*left, *right))?;
        heads[at] = walks[at].next();
        Some(slot)
    }))
}
