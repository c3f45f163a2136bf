//! What was found lately: a page and a count of one filter, and the next page, are one search.

use std::sync::{Arc, Mutex, PoisonError};

use crate::authz::standing::Sight;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::directory::index::Found;
use crate::directory::index::select::Sought;

/// The last searches of one index, oldest first.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<Vec<Search>>);

#[derive(Debug)]
struct Search {
    filter: Filter,
    sight: Sight,
    /// Only where the answer depends on it.
    now: Option<Timestamp>,
    found: Arc<Found>,
}

impl Recent {
    /// What the same search found before.
    pub(super) fn find(&self, sought: Sought<'_>) -> Option<Arc<Found>> {
        let now = time_of(sought);
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |search: &&Search| {
            search.now == now && search.filter == *sought.filter && search.sight == *sought.sight
        };
        kept.iter().find(same).map(|search| Arc::clone(&search.found))
    }

    /// Keeps what was found; the oldest makes room.
    pub(super) fn keep(&self, sought: Sought<'_>, found: &Arc<Found>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == limits::INDEX_RECENT_MAX {
            kept.remove(0);
        }
        kept.push(Search {
            filter: sought.filter.clone(),
            sight: sought.sight.clone(),
            now: time_of(sought),
            found: Arc::clone(found),
        });
    }
}

fn time_of(sought: Sought<'_>) -> Option<Timestamp> {
    sought.filter.follows_the_clock().then_some(sought.now)
}
