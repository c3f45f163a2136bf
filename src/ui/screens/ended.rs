//! The end of a session: why, and nothing else.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::ui::model::Model;
use crate::ui::parts::ink::{boxed, cells, centred, put, wrap};
use crate::ui::theme;

/// Draws the reason.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, reason: &str) -> Position {
    let whole = buffer.area;
    let lines = wrap(reason, usize::from(whole.width.min(70).saturating_sub(4)));
    let area: Rect = centred(whole, 70, cells(lines.len()) + 4);
    let inside = boxed(buffer, area, model.theme, "Signed out", "");
    for (y, line) in (inside.y..inside.bottom()).zip(&lines) {
        put(buffer, (inside.x, y), inside.width, line, theme::PLAIN);
    }
    let last = inside.bottom().saturating_sub(1);
    put(buffer, (inside.x, last), inside.width, "any key closes", theme::DIM);
    Position::new(inside.x, last)
}
