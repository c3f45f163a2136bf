//! A terminal too small to draw on: what it needs, and that nothing is lost.

use ratatui::buffer::Buffer;

use crate::base::limits;
use crate::ui::modals::Modal;
use crate::ui::model::Model;
use crate::ui::parts::ink::{cells, put};
use crate::ui::theme;

/// Draws as much as fits.
pub(crate) fn view(buffer: &mut Buffer, model: &Model) {
    let (columns, rows) = limits::TERMINAL_MIN;
    let mut lines = vec![
        format!("needs {columns}x{rows}, have {}x{}", model.size.0, model.size.1),
        "nothing is lost; q signs out".to_owned(),
    ];
    if matches!(model.modals.last(), Some(Modal::Leave)) {
        lines.push("sign out? y/n".to_owned());
    }
    for (at, line) in lines.iter().enumerate() {
        put(buffer, (0, cells(at)), buffer.area.width, line, theme::PLAIN);
    }
}
