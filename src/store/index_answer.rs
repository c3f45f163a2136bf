//! Pages and counts by the index: who is meant comes from memory, the rows themselves from the snapshot.

use std::sync::Arc;

use rusqlite::Connection;

use crate::authz::standing::Sight;
use crate::base::ids::UserId;
use crate::directory::index::{Index, Sought};
use crate::directory::sort::{From, Sort};
use crate::directory::words::Words;
use crate::protocol::{Page, Source};
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
    let Some((index, seq)) = current(live, connection)? else { return Ok(None) };
    let place = index.page(&index.find(sought(search)), sort, from, rows, search.now);
    let found = live.rows().by_ids(connection, seq, search.sight, &place.ids)?;
    // The index may know a commit that came after this snapshot: whoever came with it shows with the next question,
    // and what exists is decided here in any case.
    let rows = found.into_iter().map(|row| rows::masked(row, search.sight)).collect();
    Ok(Some(Page { rows, more_before: place.more_before, more_after: place.more_after }))
}

/// The ids of that page; `None` where there is no index. Whoever acts upon them is judged one by one.
pub(super) fn ids(
    live: &Live,
    connection: &Connection,
    search: Search<'_>,
    sort: Sort,
    from: &From,
    rows: usize,
) -> rusqlite::Result<Option<(Vec<UserId>, bool)>> {
    let index = current(live, connection)?;
    Ok(index.map(|(index, _)| {
        let place = index.page(&index.find(sought(search)), sort, from, rows, search.now);
        (place.ids, place.more_after)
    }))
}

/// The counts that `list::count` would give; `None` where the index cannot tell.
pub(super) fn count(
    live: &Live,
    connection: &Connection,
    search: Search<'_>,
) -> rusqlite::Result<Option<(u64, u64)>> {
    let index = current(live, connection)?;
    Ok(index.map(|(index, _)| {
        let found = index.find(sought(search));
        (found.matching(), found.visible())
    }))
}

/// The names in use among the users that exist for who has `sight`; none where there is no index.
pub(super) fn words(live: &Live, connection: &Connection, sight: &Sight) -> rusqlite::Result<Words> {
    let index = current(live, connection)?;
    Ok(index.map(|(index, _)| index.words(sight)).unwrap_or_default())
}

/// The index with all that this snapshot knows, and the newest change of the snapshot.
fn current(live: &Live, connection: &Connection) -> rusqlite::Result<Option<(Arc<Index>, i64)>> {
    if live.source() != Source::Memory {
        return Ok(None);
    }
    let seq = index::newest(connection)?;
    Ok(live.reached(seq).map(|index| (index, seq)))
}

const fn sought(search: Search<'_>) -> Sought<'_> {
    Sought { filter: search.filter, sight: search.sight, now: search.now }
}
