//! The panes with rows: notes and history, each with the focused row told below.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::base::limits;
use crate::base::text::{fit, visible};
use crate::base::time::Timestamp;
use crate::domain::history::{HistoryRow, Note};
use crate::domain::history_codes;
use crate::ui::modals::notice::Notice;
use crate::ui::model::Model;
use crate::ui::parts::ink::{cells, put};
use crate::ui::parts::scroll::Stand;
use crate::ui::parts::sheet::Sheet;
use crate::ui::parts::when::both;
use crate::ui::screens::profile::Pane;
use crate::ui::screens::profile::view::DETAIL_ROWS;
use crate::ui::theme;

/// Draws the notes.
pub(crate) fn notes(buffer: &mut Buffer, model: &Model, area: Rect, now: Timestamp) -> Option<Position> {
    let feed = &model.profile.notes;
    if let Some(lines) = feed.instead_of_rows("No notes yet. N adds one.", now) {
        instead(buffer, area, &lines);
        return None;
    }
    let (list, below) = split(area);
    let times = model.when.columns();
    let at = rows(buffer, list, &feed.rows, feed.stand, |note| {
        let first = note.text.lines().next().unwrap_or_default();
        let more = if note.text.trim_end().contains('\n') { " .." } else { "" };
        format!(
            "{} {} {}{more}",
            fit(&model.when.show(Some(note.at), now), times),
            fit(&visible(&note.author), 12),
            visible(first)
        )
    });
    let mut sheet = Sheet::default();
    if let Some(note) = feed.selected() {
        note_lines(&mut sheet, note, usize::from(below.width), now);
    }
    tell(buffer, model, below, &sheet, feed.rows.len() >= limits::FEED_ROWS_MAX);
    at
}

/// Draws the history.
pub(crate) fn history(buffer: &mut Buffer, model: &Model, area: Rect, now: Timestamp) -> Option<Position> {
    let feed = &model.profile.history;
    if let Some(lines) = feed.instead_of_rows("Nothing happened yet.", now) {
        instead(buffer, area, &lines);
        return None;
    }
    let (list, below) = split(area);
    let at = rows(buffer, list, &feed.rows, feed.stand, |row| history_line(model, row, now));
    let mut sheet = Sheet::default();
    if let Some(row) = feed.selected() {
        history_lines(&mut sheet, row, usize::from(below.width), now);
    }
    tell(buffer, model, below, &sheet, feed.rows.len() >= limits::FEED_ROWS_MAX);
    at
}

/// One row of the history: time, code, actor, detail.
pub(crate) fn history_line(model: &Model, row: &HistoryRow, now: Timestamp) -> String {
    let times = model.when.columns();
    let cell = |text: &str, columns| fit(&visible(text), columns);
    let when = cell(&model.when.show(Some(row.at), now), times);
    format!("{when} {} {} {}", cell(&row.code, 22), cell(&row.actor, 10), visible(&row.detail))
}

/// The focused note or row of the history in full, for a window of its own.
pub(crate) fn full(model: &Model, now: Timestamp) -> Option<Notice> {
    let columns = usize::from(model.size.0.saturating_sub(12));
    let mut sheet = Sheet::default();
    let title = match model.profile.pane {
        Pane::Overview | Pane::Rights => return None,
        Pane::Notes => {
            note_lines(&mut sheet, model.profile.notes.selected()?, columns, now);
            "Note"
        }
        Pane::History => {
            history_lines(&mut sheet, model.profile.history.selected()?, columns, now);
            "History"
        }
    };
    Some(Notice::new(title, sheet))
}

fn note_lines(sheet: &mut Sheet, note: &Note, columns: usize, now: Timestamp) {
    sheet.text(&format!("{} by {}", both(Some(note.at), now), note.author), columns, theme::DIM);
    sheet.text(&note.text, columns, theme::PLAIN);
}

fn history_lines(sheet: &mut Sheet, row: &HistoryRow, columns: usize, now: Timestamp) {
    let meaning =
        history_codes::find(&row.code).map_or("a code that an import brought", |known| known.meaning);
    sheet.text(&format!("{}: {meaning}", row.code), columns, theme::STRONG);
    let mut from = format!("{} by {}", both(Some(row.at), now), row.actor);
    for (name, value) in [("from", &row.ip), ("device", &row.device), ("app", &row.app)] {
        if !value.is_empty() {
            from = format!("{from}  {name} {value}");
        }
    }
    sheet.text(&from, columns, theme::PLAIN);
    if !row.detail.is_empty() {
        sheet.text(&row.detail, columns, theme::PLAIN);
    }
}

fn split(area: Rect) -> (Rect, Rect) {
    let below = DETAIL_ROWS.min(area.height / 2);
    let list = Rect { height: area.height - below, ..area };
    (list, Rect { y: list.bottom(), height: below, ..area })
}

fn instead(buffer: &mut Buffer, area: Rect, lines: &[String]) {
    let mut sheet = Sheet::default();
    for line in lines {
        sheet.text(line, usize::from(area.width), theme::PLAIN);
    }
    sheet.draw(buffer, area, 0);
}

fn rows<T>(
    buffer: &mut Buffer,
    area: Rect,
    rows: &[T],
    stand: Stand,
    line: impl Fn(&T) -> String,
) -> Option<Position> {
    let top = stand.first_shown(usize::from(area.height));
    let mut cursor = None;
    for (y, (at, row)) in (area.y..area.bottom()).zip(rows.iter().enumerate().skip(top)) {
        let is_selected = at == stand.cursor;
        put(buffer, (area.x, y), 1, if is_selected { ">" } else { " " }, theme::PLAIN);
        put(buffer, (area.x + 1, y), area.width.saturating_sub(1), &line(row), theme::PLAIN);
        if is_selected {
            buffer.set_style(Rect { x: area.x, y, width: area.width, height: 1 }, theme::SELECTED);
            cursor = Some(Position::new(area.x, y));
        }
    }
    cursor
}

fn tell(buffer: &mut Buffer, model: &Model, area: Rect, sheet: &Sheet, is_full: bool) {
    if area.height < 2 {
        return;
    }
    put(buffer, (area.x, area.y), area.width, &model.theme.rule(usize::from(area.width)), theme::DIM);
    let inside = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let is_cut = sheet.lines.len() > usize::from(inside.height);
    sheet.draw(buffer, inside, 0);
    if is_cut || is_full {
        let text = if is_full { "older rows are not loaded" } else { "Enter reads all" };
        let x = area.right().saturating_sub(cells(text.len()) + 1);
        put(buffer, (x, area.y), cells(text.len()), text, theme::DIM);
    }
}
