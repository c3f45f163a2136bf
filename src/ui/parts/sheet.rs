//! A sheet: lines of text with looks, longer than its window, scrolled by the line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::ui::parts::ink::{put, wrap};
use crate::ui::theme;

/// Columns that a line of running text gets at most, so that it stays readable.
pub(crate) const TEXT_COLUMNS_MAX: usize = 100;

/// One line: parts after one another, each with its look.
pub(crate) type Line = Vec<(String, Style)>;

/// Lines, ready to be shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) lines: Vec<Line>,
}

impl Sheet {
    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.lines.push(Vec::new());
    }

    /// A heading, with a gap before it unless it is the first.
    pub(crate) fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.gap();
        }
        self.lines.push(vec![(text.to_owned(), theme::STRONG)]);
    }

    /// Running text, wrapped.
    pub(crate) fn text(&mut self, text: &str, columns: usize, style: Style) {
        for line in wrap(text, columns.min(TEXT_COLUMNS_MAX)) {
            self.lines.push(vec![(line, style)]);
        }
    }

    /// A name and its value, the value wrapped beside the name; nothing for an empty value.
    pub(crate) fn pair(&mut self, name: &str, value: &str, columns: usize, style: Style) {
        const NAME_COLUMNS: usize = 14;
        if value.is_empty() {
            return;
        }
        let room = columns.saturating_sub(NAME_COLUMNS).min(TEXT_COLUMNS_MAX);
        for (at, line) in wrap(value, room).into_iter().enumerate() {
            let name = if at == 0 { name } else { "" };
            self.lines.push(vec![(format!("{name:<NAME_COLUMNS$}"), theme::DIM), (line, style)]);
        }
    }

    /// Draws from line `top` on.
    pub(crate) fn draw(&self, buffer: &mut Buffer, area: Rect, top: usize) {
        for (y, line) in (area.y..area.bottom()).zip(self.lines.iter().skip(top)) {
            let mut x = area.x;
            for (text, style) in line {
                x += put(buffer, (x, y), area.right().saturating_sub(x), text, *style);
            }
        }
    }

    /// The last first line that leaves no empty room below.
    pub(crate) fn top_max(&self, height: u16) -> usize {
        self.lines.len().saturating_sub(usize::from(height))
    }
}
