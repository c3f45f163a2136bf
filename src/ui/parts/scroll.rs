//! Moving through lists: one cursor, one first row, the same keys everywhere.

use crate::ui::keymap::{Binding, bind};

/// A movement through a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Motion {
    Down,
    Up,
    First,
    Last,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
}

/// The keys of every list.
pub(crate) static KEYS: &[Binding<Motion>] = &[
    bind(&["j", "down"], "cursor.down", "Next row", Motion::Down),
    bind(&["k", "up"], "cursor.up", "Previous row", Motion::Up),
    bind(&["g g", "home"], "cursor.first", "First row", Motion::First),
    bind(&["G", "end"], "cursor.last", "Last row", Motion::Last),
    bind(&["ctrl-d"], "cursor.half_down", "Half a page down", Motion::HalfDown),
    bind(&["ctrl-u"], "cursor.half_up", "Half a page up", Motion::HalfUp),
    bind(&["pgdn", "ctrl-f"], "cursor.page_down", "A page down", Motion::PageDown),
    bind(&["pgup"], "cursor.page_up", "A page up", Motion::PageUp),
];

/// Where one stands in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stand {
    /// The focused row.
    pub(crate) cursor: usize,
    /// The first row that is shown.
    pub(crate) top: usize,
}

impl Stand {
    /// Moves within `rows` of which `height` are shown.
    pub(crate) fn go(&mut self, motion: Motion, rows: usize, height: usize) {
        let (half, page) = ((height / 2).max(1), height.max(1));
        self.cursor = match motion {
            Motion::Down => self.cursor + 1,
            Motion::Up => self.cursor.saturating_sub(1),
            Motion::First => 0,
            Motion::Last => rows,
            Motion::HalfDown => self.cursor + half,
            Motion::HalfUp => self.cursor.saturating_sub(half),
            Motion::PageDown => self.cursor + page,
            Motion::PageUp => self.cursor.saturating_sub(page),
        };
        self.settle(rows, height);
    }

    /// Brings cursor and first row back into the list and onto the screen.
    pub(crate) fn settle(&mut self, rows: usize, height: usize) {
        self.cursor = self.cursor.min(rows.saturating_sub(1));
        self.top = self.first_shown(height).min(rows.saturating_sub(height.max(1)));
    }

    /// The first row to show so that the cursor is on a screen of `height` rows.
    pub(crate) const fn first_shown(&self, height: usize) -> usize {
        if self.cursor < self.top {
            self.cursor
        } else if height > 0 && self.cursor >= self.top + height {
            self.cursor + 1 - height
        } else {
            self.top
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stays_in_the_list_and_on_the_screen() {
        let mut stand = Stand::default();
        stand.go(Motion::Last, 100, 10);
        assert_eq!(stand, Stand { cursor: 99, top: 90 });
        stand.go(Motion::PageUp, 100, 10);
        assert_eq!(stand, Stand { cursor: 89, top: 89 });
        stand.go(Motion::First, 100, 10);
        stand.go(Motion::HalfDown, 100, 10);
        assert_eq!(stand, Stand { cursor: 5, top: 0 });
        stand.go(Motion::Down, 0, 10);
        assert_eq!(stand, Stand::default());
    }
}
