//! Drawing the palette: the line, what it wants or what is wrong with it, and what it could become.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::base::text::width;
use crate::base::time::Timestamp;
use crate::ui::modals::palette::{State, typed};
use crate::ui::model::Model;
use crate::ui::parts::ink::{boxed, cells, centred, put, put_right, wrap};
use crate::ui::theme;

/// Draws the palette.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, state: &State, now: Timestamp) -> Position {
    let screen = Rect { height: buffer.area.height.saturating_sub(1), ..buffer.area };
    let rows = if screen.height > 30 { 24 } else { screen.height.saturating_sub(4) };
    let area = centred(screen, screen.width.saturating_sub(4).min(100), rows);
    let inside =
        boxed(buffer, area, model.theme, "Command", "Enter runs  Tab completes  Up earlier  Esc close");
    put(buffer, (inside.x, inside.y), 1, ":", theme::STRONG);
    let line = Rect { x: inside.x + 1, width: inside.width.saturating_sub(1), height: 1, ..inside };
    let cursor = state.field.draw(buffer, line, theme::PLAIN);
    let told = below(state, now);
    let mut y = inside.y + 1;
    for text in wrap(&told, usize::from(inside.width)).into_iter().take(2) {
        let style = if state.fault.is_some() { theme::ALARM } else { theme::DIM };
        put(buffer, (inside.x, y), inside.width, &text, style);
        y += 1;
    }
    if state.asked.waits() {
        return cursor;
    }
    let list = Rect { y, height: inside.bottom().saturating_sub(y), ..inside };
    let candidates = state.candidates(model);
    let is_command = typed::is_command(state.field.text());
    let top = (state.cursor + 1).saturating_sub(usize::from(list.height));
    for (y, (at, one)) in (list.y..list.bottom()).zip(candidates.iter().enumerate().skip(top)) {
        let is_here = at == state.cursor;
        let room = list.width.saturating_sub(2);
        let used = put(buffer, (list.x + 1, y), room, &one.shown, theme::PLAIN);
        let left = room.saturating_sub(used + 1);
        if cells(width(&one.beside)) <= left {
            put_right(buffer, (list.right(), y), &one.beside, theme::DIM);
        } else {
            put(buffer, (list.x + 2 + used, y), left, &one.beside, theme::DIM);
        }
        if is_here {
            put(buffer, (list.x, y), 1, ">", theme::PLAIN);
            // In a command Enter runs the words as they stand; the mark tells what Tab would add.
            let style = if is_command { theme::STRONG } else { theme::SELECTED };
            buffer.set_style(Rect { y, height: 1, ..list }, style);
        }
    }
    cursor
}

/// What is wrong with the line, else how it goes on.
fn below(state: &State, now: Timestamp) -> String {
    if let Some(fault) = &state.fault {
        return fault.clone();
    }
    if state.asked.waits() {
        return if state.asked.is_slow(now) {
            "looking up whom that names ..".to_owned()
        } else {
            String::new()
        };
    }
    let text = state.field.text();
    if !typed::is_command(text) {
        return "letters find actions, commands, screens, users; Tab completes words".to_owned();
    }
    let Ok(words) = typed::split(text) else { return "a quotation mark is open".to_owned() };
    if let Some((verb, _)) = typed::verb_of(&words) {
        return format!("{} {}  {}", verb.name, verb.wants, verb.help);
    }
    typed::action_of(&words).map_or_else(String::new, |(spec, _)| typed::usage(spec))
}
