//! The part of the user list that is in memory: at most three pages around the cursor.
//!
//! Pages are asked for by the row before or after them, so that a list of any
//! length is walked without counting, and a change elsewhere moves nothing here.

use crate::base::ids::UserId;
use crate::base::limits;
use crate::directory::row::Row;
use crate::protocol::{From, Page};
use crate::ui::parts::scroll::{Motion, Stand};

/// Rows in memory, and where one stands among them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    pub(crate) rows: Vec<Row>,
    pub(crate) more_before: bool,
    pub(crate) more_after: bool,
    /// The place of the first row in the whole list, where it is known.
    pub(crate) first: Option<u64>,
    pub(crate) stand: Stand,
}

/// Where the cursor goes when a page that replaces the rows arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Land {
    /// On the first row.
    #[default]
    First,
    /// On the last row.
    Last,
    /// On the user it stands on, and on the same line of the screen.
    Same,
}

impl Window {
    /// The row under the cursor.
    pub(crate) fn selected(&self) -> Option<&Row> {
        self.rows.get(self.stand.cursor)
    }

    /// The place of the cursor in the whole list, from 1, where it is known.
    pub(crate) fn place(&self) -> Option<u64> {
        Some(self.first? + self.stand.cursor as u64 + 1)
    }

    /// Moves the cursor; tells which page the movement needs before it can happen.
    pub(crate) fn go(&mut self, motion: Motion, height: usize) -> Option<(From, Land)> {
        match motion {
            Motion::First if self.more_before => return Some((From::Start, Land::First)),
            Motion::Last if self.more_after => return Some((From::End, Land::Last)),
            Motion::First
            | Motion::Last
            | Motion::Down
            | Motion::Up
            | Motion::HalfDown
            | Motion::HalfUp
            | Motion::PageDown
            | Motion::PageUp => {}
        }
        self.stand.go(motion, self.rows.len(), height);
        None
    }

    /// The page to ask for so that the next screens are there before one gets to them.
    pub(crate) fn wants(&self, height: usize) -> Option<From> {
        let near = 2 * height.max(1);
        if self.more_after && self.stand.cursor + near >= self.rows.len() {
            return self.rows.last().map(|row| From::After(row.id));
        }
        if self.more_before && self.stand.cursor < near {
            return self.rows.first().map(|row| From::Before(row.id));
        }
        None
    }

    /// The page to ask for to see the same part again, as it is now.
    pub(crate) fn again(&self) -> From {
        // From the start as long as the first page holds the cursor: rows that are new above it are seen then.
        if !self.more_before && self.stand.cursor < limits::PAGE_ROWS / 2 {
            return From::Start;
        }
        self.rows.get(self.stand.top).map_or(From::Start, |row| From::At(row.id))
    }

    /// Takes in a page that was asked for with `from`.
    pub(crate) fn take(&mut self, from: &From, page: Page, land: Land, height: usize, matching: Option<u64>) {
        match from {
            From::After(id) if self.rows.last().is_some_and(|row| row.id == *id) && self.is_new(&page) => {
                self.append(page);
            }
            From::Before(id) if self.rows.first().is_some_and(|row| row.id == *id) && self.is_new(&page) => {
                self.prepend(page);
            }
            // The row that it joins to is gone, here or in the store: the next refresh shows what is there.
            From::After(_) | From::Before(_) => {}
            From::Start => self.replace(page, land, height, |_, _| Some(0)),
            From::Row(row) => {
                let row = *row;
                // Past the end the last page comes, as for `From::End`.
                self.replace(page, land, height, |_, page| {
                    let last = || matching?.checked_sub(page.rows.len() as u64);
                    if page.more_after { Some(row) } else { last().or(Some(row)) }
                });
            }
            From::End => {
                self.replace(page, land, height, |_, page| matching?.checked_sub(page.rows.len() as u64));
            }
            From::At(id) => {
                let id = *id;
                self.replace(page, land, height, |old, page| {
                    if page.rows.first().is_none_or(|row| row.id != id) {
                        return (!page.more_before).then_some(0);
                    }
                    let place = old.rows.iter().position(|row| row.id == id)?;
                    Some(old.first? + place as u64)
                });
            }
        }
    }

    fn replace(
        &mut self,
        page: Page,
        land: Land,
        height: usize,
        first: impl FnOnce(&Self, &Page) -> Option<u64>,
    ) {
        let first = first(self, &page);
        let selected = self.selected().map(|row| row.id);
        let line = self.stand.cursor.saturating_sub(self.stand.top);
        let old_cursor = self.stand.cursor;
        let old_top_id = self.rows.get(self.stand.top).map(|row| row.id);
        self.first = first;
        self.more_before = page.more_before;
        self.more_after = page.more_after;
        self.rows = page.rows;
        match land {
            Land::First => self.stand = Stand::default(),
            Land::Last => {
                self.stand.cursor = self.rows.len().saturating_sub(1);
            }
            Land::Same => {
                let found = selected.and_then(|id| self.position(id));
                // The user is gone: the row that moved up into the place is next.
                let beside = old_top_id.and_then(|id| self.position(id)).map(|top| top + line);
                self.stand.cursor = found.or(beside).unwrap_or(old_cursor);
                self.stand.top = self.stand.cursor.saturating_sub(line);
            }
        }
        self.stand.settle(self.rows.len(), height);
    }

    fn position(&self, id: UserId) -> Option<usize> {
        self.rows.iter().position(|row| row.id == id)
    }

    fn is_new(&self, page: &Page) -> bool {
        page.rows.iter().all(|row| self.position(row.id).is_none())
    }

    fn append(&mut self, page: Page) {
        self.more_after = page.more_after;
        self.rows.extend(page.rows);
        let surplus =
            self.rows.len().saturating_sub(limits::PAGES_KEPT * limits::PAGE_ROWS).min(self.stand.top);
        if surplus > 0 {
            self.rows.drain(..surplus);
            self.more_before = true;
            self.first = self.first.map(|first| first + surplus as u64);
            self.stand.cursor -= surplus;
            self.stand.top -= surplus;
        }
    }

    fn prepend(&mut self, page: Page) {
        let added = page.rows.len();
        self.more_before = page.more_before;
        self.rows.splice(0..0, page.rows);
        self.first = self.first.and_then(|first| first.checked_sub(added as u64));
        self.stand.cursor += added;
        self.stand.top += added;
        let most = limits::PAGES_KEPT * limits::PAGE_ROWS;
        if self.rows.len() > most && self.stand.cursor < most {
            self.rows.truncate(most);
            self.more_after = true;
        }
    }
}
