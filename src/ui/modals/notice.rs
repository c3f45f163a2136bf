//! A window to read in: explanations, notes and rows in full.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::protocol::Query;
use crate::ui::keymap::{Binding, bind};
use crate::ui::model::Model;
use crate::ui::parts::ink::{boxed, cells, centred};
use crate::ui::parts::scroll::{Motion, Stand};
use crate::ui::parts::sheet::Sheet;

/// Something to read.
#[derive(Debug)]
pub(crate) struct Notice {
    title: &'static str,
    sheet: Sheet,
    top: usize,
    /// What was asked, whose answer takes the place of what stands there.
    waits: Option<Query>,
}

/// A command of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Close,
}

/// The keys of the window, beside those of every list.
pub(crate) static KEYS: &[Binding<Command>] =
    &[bind(&["esc", "q", "enter", "backspace"], "window.close", "Close", Command::Close).hint(1, "close")];

impl Notice {
    /// A window with `sheet` in it.
    pub(crate) const fn new(title: &'static str, sheet: Sheet) -> Self {
        Self { title, sheet, top: 0, waits: None }
    }

    /// A window whose text is replaced when `query` is answered.
    pub(crate) const fn asking(title: &'static str, sheet: Sheet, query: Query) -> Self {
        Self { title, sheet, top: 0, waits: Some(query) }
    }

    /// Puts `sheet` there, where the window waits for the answer to `query`.
    pub(crate) fn answered(&mut self, query: &Query, sheet: Sheet) {
        if self.waits.as_ref() == Some(query) {
            (self.sheet, self.waits) = (sheet, None);
        }
    }

    /// Scrolls.
    pub(crate) fn go(&mut self, motion: Motion, size: (u16, u16)) {
        let height = usize::from(self.area(size).height.saturating_sub(2));
        let mut stand = Stand { cursor: self.top, top: 0 };
        stand.go(motion, self.sheet.lines.len().saturating_sub(height) + 1, height);
        self.top = stand.cursor;
    }

    fn area(&self, (columns, rows): (u16, u16)) -> Rect {
        let widest = self
            .sheet
            .lines
            .iter()
            .map(|line| line.iter().map(|(text, _)| crate::base::text::width(text)).sum());
        let wanted = cells(widest.max().unwrap_or(0_usize)) + 4;
        let screen = Rect::new(0, 0, columns, rows.saturating_sub(1));
        centred(screen, wanted.clamp(40, columns.saturating_sub(4)), cells(self.sheet.lines.len()) + 2)
    }

    /// Draws the window.
    pub(crate) fn view(&self, buffer: &mut Buffer, model: &Model) -> Position {
        let area = self.area(model.size);
        let is_long = self.sheet.lines.len() > usize::from(area.height.saturating_sub(2));
        let below = if is_long { "j/k scroll  Esc close" } else { "Esc close" };
        let inside = boxed(buffer, area, model.theme, self.title, below);
        self.sheet.draw(buffer, inside, self.top.min(self.sheet.top_max(inside.height)));
        Position::new(inside.x, inside.y)
    }
}
