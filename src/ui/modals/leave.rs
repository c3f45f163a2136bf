//! Signing out asks once.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use crate::ui::keymap::{Binding, bind};
use crate::ui::model::Model;
use crate::ui::parts::ink::{boxed, centred, put};
use crate::ui::theme;

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Leave,
    Stay,
}

/// The keys of the question. Enter answers nothing: it is pressed too easily.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["y"], "session.quit", "Sign out", Command::Leave).hint(1, "sign out"),
    bind(&["n", "esc", "q", "backspace"], "session.stay", "Stay", Command::Stay).hint(2, "stay"),
];

/// Draws the question.
pub(crate) fn view(buffer: &mut Buffer, model: &Model) -> Position {
    let area = centred(buffer.area, 28, 3);
    let inside = boxed(buffer, area, model.theme, "", "");
    let used = put(buffer, (inside.x, inside.y), inside.width, "sign out? y/n ", theme::STRONG);
    Position::new(inside.x + used, inside.y)
}
