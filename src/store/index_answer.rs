//! Pages and counts by the index: who is meant comes from memory, the rows themselves from the snapshot.

use rusqlite::Connection;

use crate::directory::index::Sought;
use crate::directory::sort::{From, Sort};
use crate::protocol::Page;
use crate::store::index::{self, Live};
use crate::store::list::Search;
use crate::store::rows;

/// The page that `list::page` would give; `None` where the index cannot tell.
pub(super) fn page(
    live: &Live,
    connection: &Connection,
    search: Search<'_>,
    sort: Sort,
    from: &From,
    rows: usize,
) -> rusqlite::Result<Option<Page>> {
    let Some(index) = current(live, connection)? else { return Ok(None) };
    let place = index.page(&index.find(sought(search)), sort, from, rows);
    let mut page = Page { rows: Vec::new(), more_before: place.more_before, more_after: place.more_after };
    for id in place.ids {
        let row = rows::by_id(connection, search.sight, id)?;
        // The index may know a commit that came after this snapshot. What exists is decided here in any case.
        let Some(row) = row.filter(|row| search.filter.matches(row, search.sight, search.now)) else {
            return Ok(None);
        };
        page.rows.push(rows::masked(row, search.sight));
    }
    Ok(Some(page))
}

/// The counts that `list::count` would give; `None` where the index cannot tell.
pub(super) fn count(
    live: &Live,
    connection: &Connection,
    search: Search<'_>,
) -> rusqlite::Result<Option<(u64, u64)>> {
    let index = current(live, connection)?;
    Ok(index.map(|index| {
        let found = index.find(sought(search));
        (found.matching(), found.visible())
    }))
}

/// The index with all that this snapshot knows.
fn current(
    live: &Live,
    connection: &Connection,
) -> rusqlite::Result<Option<std::sync::Arc<crate::directory::index::Index>>> {
    if !live.is_ready() {
        return Ok(None);
    }
    Ok(live.reached(index::newest(connection)?))
}

const fn sought(search: Search<'_>) -> Sought<'_> {
    Sought { filter: search.filter, sight: search.sight, now: search.now }
}
