//! Rows of notes or history, newest first: loaded as one scrolls, bounded, kept in place when new ones come.

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::protocol::{Query, Trouble};
use crate::ui::asked::Asked;
use crate::ui::model::Effect;
use crate::ui::parts::scroll::{Motion, Stand};

/// Newest rows first, as far as they were loaded.
#[derive(Debug)]
pub(crate) struct Feed<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) stand: Stand,
    pub(crate) page: Asked<()>,
    /// Whether the oldest row is loaded.
    pub(crate) is_whole: bool,
    /// The number that pages are asked by.
    seq: fn(&T) -> i64,
}

impl<T> Feed<T> {
    /// Nothing yet.
    pub(crate) fn new(seq: fn(&T) -> i64) -> Self {
        Self { rows: Vec::new(), stand: Stand::default(), page: Asked::default(), is_whole: false, seq }
    }

    /// Whether it was never asked for.
    pub(crate) const fn is_untouched(&self) -> bool {
        self.page.answer.is_none() && !self.page.waits() && self.page.trouble.is_none()
    }

    /// The focused row.
    pub(crate) fn selected(&self) -> Option<&T> {
        self.rows.get(self.stand.cursor)
    }

    /// Asks for the newest rows.
    pub(crate) fn newest(&mut self, query: impl Fn(Option<i64>) -> Query, now: Timestamp) -> Vec<Effect> {
        self.page.ask(query(None), now)
    }

    /// Moves, and asks for older rows when one comes near the last that is loaded.
    pub(crate) fn go(
        &mut self,
        motion: Motion,
        height: usize,
        query: impl Fn(Option<i64>) -> Query,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.stand.go(motion, self.rows.len(), height);
        let near_the_end = self.stand.cursor + height.max(1) >= self.rows.len();
        let is_full = self.rows.len() >= limits::FEED_ROWS_MAX;
        match self.rows.last() {
            Some(last) if near_the_end && !self.is_whole && !is_full && !self.page.waits() => {
                let before = (self.seq)(last);
                self.page.ask(query(Some(before)), now)
            }
            Some(_) | None => Vec::new(),
        }
    }

    /// Takes in rows that were asked for older than `before`, or the newest.
    pub(crate) fn take(&mut self, before: Option<i64>, rows: Vec<T>, height: usize) {
        let is_short = rows.len() < limits::FEED_PAGE_ROWS;
        self.take_some(before, rows, is_short, height);
    }

    /// The same of a part of what was asked for; `is_short` tells whether there are none beyond it.
    pub(crate) fn take_some(&mut self, before: Option<i64>, rows: Vec<T>, is_short: bool, height: usize) {
        self.page.answer = Some(());
        if before.is_some() {
            self.is_whole = is_short;
            self.rows.extend(rows);
            self.rows.truncate(limits::FEED_ROWS_MAX);
        } else {
            self.take_newest(rows, is_short);
        }
        self.stand.settle(self.rows.len(), height);
    }

    /// Rows once written never change: new ones go before those that are here.
    fn take_newest(&mut self, rows: Vec<T>, is_short: bool) {
        let known = self.rows.first().map(&self.seq);
        let reaches = known.is_some_and(|known| rows.iter().any(|row| (self.seq)(row) <= known));
        if !reaches || is_short {
            let selected = self.selected().map(&self.seq);
            let line = self.stand.cursor - self.stand.top.min(self.stand.cursor);
            self.rows = rows;
            self.is_whole = is_short;
            let found = selected.and_then(|seq| self.rows.iter().position(|row| (self.seq)(row) == seq));
            if self.stand.cursor > 0 {
                self.stand.cursor = found.unwrap_or(self.stand.cursor);
                self.stand.top = self.stand.cursor.saturating_sub(line);
            }
            return;
        }
        let fresh: Vec<T> =
            rows.into_iter().filter(|row| known.is_some_and(|known| (self.seq)(row) > known)).collect();
        if self.stand.cursor > 0 {
            // On the first row one wants to see what comes; further down, the row stays under the eye.
            self.stand.cursor += fresh.len();
            self.stand.top += fresh.len();
        }
        self.rows.splice(0..0, fresh);
        self.rows.truncate(limits::FEED_ROWS_MAX);
    }

    /// What stands where the rows would.
    pub(crate) fn instead_of_rows(&self, none: &str, now: Timestamp) -> Option<Vec<String>> {
        if let Some(trouble) = &self.page.trouble {
            return Some(trouble.lines());
        }
        if !self.rows.is_empty() {
            return None;
        }
        if self.page.waits() || self.page.answer.is_none() {
            let text = if self.page.is_slow(now) { "loading .." } else { "" };
            return Some(vec![text.to_owned()]);
        }
        Some(vec![none.to_owned()])
    }

    /// Notes that the question went wrong.
    pub(crate) fn fail(&mut self, trouble: Trouble) {
        self.page.trouble = Some(trouble);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_rows_come_before_and_the_focused_row_stays_under_the_eye() {
        let mut feed: Feed<i64> = Feed::new(|row| *row);
        feed.take(None, (0..64).rev().collect(), 10);
        feed.stand = Stand { cursor: 20, top: 15 };
        feed.take(None, (2..66).rev().collect(), 10);
        assert_eq!((feed.selected(), feed.rows.len(), feed.stand.top), (Some(&43), 66, 17));
        feed.take(Some(0), vec![], 10);
        assert!(feed.is_whole);
    }
}
