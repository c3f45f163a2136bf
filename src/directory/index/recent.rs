//! What was found lately: a page and a count of one filter, and the next page, are one search.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

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
    /// Empty while it is being found.
    found: Arc<OnceLock<Arc<Found>>>,
}

impl Recent {
    /// What the same search found before, or what `find` finds. Who asks the same meanwhile waits for it.
    pub(super) fn ask(&self, sought: Sought<'_>, find: impl FnOnce() -> Found) -> Arc<Found> {
        let found = self.cell(sought);
        Arc::clone(found.get_or_init(|| Arc::new(find())))
    }

    /// Where the result of a search is, or will be; the oldest makes room.
    fn cell(&self, sought: Sought<'_>) -> Arc<OnceLock<Arc<Found>>> {
        let now = sought.filter.follows_the_clock().then_some(sought.now);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |search: &&Search| {
            search.now == now && search.filter == *sought.filter && search.sight == *sought.sight
        };
        if let Some(known) = kept.iter().find(same) {
            return Arc::clone(&known.found);
        }
        if kept.len() == limits::INDEX_RECENT_MAX {
            kept.remove(0);
        }
        let found = Arc::new(OnceLock::new());
        let (filter, sight) = (sought.filter.clone(), sought.sight.clone());
        kept.push(Search { filter, sight, now, found: Arc::clone(&found) });
        found
    }
}
