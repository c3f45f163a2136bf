//! How the audit page looks: filter, entries, and what the focused one says.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::base::time::Timestamp;
use crate::domain::audit::Record;
use crate::ui::model::Model;
use crate::ui::parts::ink::{boxed, cells, put, put_right};
use crate::ui::parts::sheet::Sheet;
use crate::ui::parts::table::{self, Column};
use crate::ui::screens::audit::{DETAIL_ROWS, State, changes, has_detail, has_side, height};
use crate::ui::theme;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Number,
    Time,
    Actor,
    Action,
    Target,
    Result,
    Reason,
}

/// Draws the page.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, now: Timestamp) -> Option<Position> {
    let (top, _) = model.body();
    let columns = buffer.area.width;
    let state = &model.audit;
    put(buffer, (1, top), columns, "Audit", theme::STRONG);
    put_right(buffer, (columns.saturating_sub(1), top), &counted(state), theme::PLAIN);
    let field = filter_line(buffer, state, top + 1);
    let side = if has_side(model) { side_columns(columns) } else { 0 };
    let room = columns.saturating_sub(2 + side);
    let placed = table::place(&columns_of(model), usize::from(room));
    table::head(buffer, Rect::new(1, top + 2, room, 2), &placed, true, model.theme);
    let area = Rect::new(1, top + 4, room, cells(height(model)));
    let none = "No entry like that. / changes the filter.";
    if let Some(lines) = state.feed.instead_of_rows(none, now) {
        for (y, line) in (area.y..area.bottom()).zip(lines) {
            put(buffer, (2, y), area.width, &line, theme::PLAIN);
        }
        return field.filter(|_| state.is_open);
    }
    let first = state.feed.stand.first_shown(usize::from(area.height));
    let mut cursor = None;
    for (y, (at, record)) in (area.y..area.bottom()).zip(state.feed.rows.iter().enumerate().skip(first)) {
        let is_selected = at == state.feed.stand.cursor;
        table::row(buffer, Rect { y, height: 1, ..area }, &placed, is_selected, |key| {
            cell(key, record, model, now)
        });
        if is_selected {
            put(buffer, (0, y), 1, ">", theme::PLAIN);
            cursor = Some(Position::new(0, y));
        }
    }
    if let Some(record) = state.feed.selected() {
        if has_side(model) {
            let beside = Rect::new(columns - side, top + 2, side, area.height + 2);
            in_full(buffer, model, beside, record);
        } else if has_detail(model) {
            detail(buffer, model, area.bottom(), record);
        }
    }
    field.filter(|_| state.is_open).or(cursor)
}

/// The filter, and beside it what is wrong with it or what is known of the chain; where the cursor of its field is.
fn filter_line(buffer: &mut Buffer, state: &State, y: u16) -> Option<Position> {
    let right = buffer.area.width.saturating_sub(1);
    let (chain, is_alarming) = state.verifying.words();
    let (beside, style) = match &state.mistake {
        Some(mistake) => (mistake, theme::ALARM),
        None if is_alarming => (&chain, theme::ALARM),
        None => (&chain, theme::PLAIN),
    };
    let end = put_right(buffer, (right, y), beside, style);
    put(buffer, (1, y), 2, "/", theme::DIM);
    let area = Rect::new(3, y, end.saturating_sub(4), 1);
    if state.is_open || !state.field.text().is_empty() {
        return Some(state.field.draw(buffer, area, theme::PLAIN));
    }
    put(buffer, (3, y), area.width, "all entries that you may see", theme::DIM);
    None
}

fn columns_of(model: &Model) -> [Column<Cell>; 7] {
    let column = |key, title, least, most, drop_rank| Column { key, title, least, most, drop_rank };
    let times = model.when.columns();
    [
        column(Cell::Number, "#", 6, 7, 0),
        column(Cell::Time, "TIME", times, times, 0),
        column(Cell::Actor, "ACTOR", 9, 18, 0),
        column(Cell::Action, "ACTION", 14, 24, 0),
        column(Cell::Target, "TARGET", 9, 20, 2),
        column(Cell::Result, "RESULT", 7, 7, 0),
        column(Cell::Reason, "REASON", 8, 80, 3),
    ]
}

fn counted(state: &State) -> String {
    let more = if state.feed.is_whole || state.feed.rows.is_empty() { "" } else { "+" };
    match state.feed.rows.len() {
        1 => format!("1{more} entry"),
        many => format!("{many}{more} entries"),
    }
}

fn cell(key: Cell, record: &Record, model: &Model, now: Timestamp) -> (String, Style) {
    let is_denied = !record.rule.is_empty();
    let text = match key {
        Cell::Number => record.seq.to_string(),
        Cell::Time => model.when.show(Some(record.at), now),
        Cell::Actor => record.actor.clone(),
        Cell::Action => record.action.clone(),
        Cell::Target => match record.target_id() {
            Some(id) if record.target.is_empty() => id.to_string(),
            Some(_) | None => record.target.clone(),
        },
        Cell::Result => record.result.clone(),
        Cell::Reason => record.reason.clone(),
    };
    (text, if is_denied && key == Cell::Result { theme::ALARM } else { theme::PLAIN })
}

/// Columns of the box beside the entries: a third, as far as its lines stay readable.
fn side_columns(columns: u16) -> u16 {
    (columns / 3).clamp(46, 80)
}

/// What the focused entry says, all of it but its place in the chain.
fn in_full(buffer: &mut Buffer, model: &Model, area: Rect, record: &Record) {
    let title = format!("#{} {}", record.seq, record.action);
    let inside = boxed(buffer, area, model.theme, &title, "Enter its place in the chain");
    let columns = usize::from(inside.width);
    let mut sheet = Sheet::default();
    for (name, value) in record.told() {
        sheet.pair(name, &value, columns, theme::PLAIN);
    }
    changes(&mut sheet, record, columns);
    sheet.draw(buffer, inside, 0);
}

/// What the focused entry says, in a few lines: times in UTC whatever the list shows.
fn detail(buffer: &mut Buffer, model: &Model, top: u16, record: &Record) {
    let area = Rect::new(0, top, model.size.0, DETAIL_ROWS);
    let title = format!("#{} {}", record.seq, record.action);
    let inside = boxed(buffer, area, model.theme, &title, "Enter full record");
    let columns = usize::from(inside.width);
    let mut sheet = Sheet::default();
    let rule = if record.rule.is_empty() { String::new() } else { format!(" by rule {}", record.rule) };
    let who = if record.target.is_empty() {
        record.actor.clone()
    } else {
        format!("{} -> {}", record.actor, record.target)
    };
    let first =
        format!("{who}  {}{rule}  {}  {} {}", record.result, record.at.rfc3339(), record.via, record.source);
    sheet.text(&first, columns, theme::PLAIN);
    for change in record.changes().iter().take(2) {
        sheet.pair(&change.field, &change.values(), columns, theme::PLAIN);
    }
    sheet.pair("reason", &record.reason, columns, theme::PLAIN);
    sheet.draw(buffer, inside, 0);
}
