//! Drawing the user list: crumb and count, filter, table, the line about the focused row.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::base::text::width;
use crate::base::time::Timestamp;
use crate::directory::row::Row;
use crate::domain::level::Level;
use crate::domain::user::TEMPORARY_LOGIN;
use crate::ui::model::Model;
use crate::ui::parts::ink::{cells, fill, grouped, put, put_right};
use crate::ui::parts::table::{self, Column, Placed};
use crate::ui::screens::users::{height, preview, sorting};
use crate::ui::theme;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Badge,
    Login,
    Name,
    Status,
    Role,
    Organisation,
    Last,
    Enrolled,
}

/// Columns of the preview beside the list: so few on 120 that the table keeps all of its own.
const fn preview_columns(columns: u16) -> u16 {
    if columns >= 160 { 48 } else { 44 }
}

/// Draws the screen; returns where the terminal's cursor belongs.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, now: Timestamp) -> Option<Position> {
    let (top, _) = model.body();
    let columns = buffer.area.width;
    put(buffer, (1, top), columns, "Users", theme::STRONG);
    put_right(buffer, (columns.saturating_sub(1), top), &count(model), theme::PLAIN);
    let in_field = filter_line(buffer, model, top + 1);
    let below = top + 2 + u16::from(model.users.search.mistake.is_some());

    let ruled = !model.is_compact();
    let has_preview = columns >= 120;
    let table_columns = if has_preview { columns - preview_columns(columns) - 1 } else { columns };
    let placed = columns_for(model, table_columns);
    let head = Rect::new(1, below, table_columns.saturating_sub(2), 1 + u16::from(ruled));
    table::head(buffer, head, &placed, ruled, model.theme);
    let rows = Rect::new(0, head.bottom(), table_columns, cells(height(model)));
    let on_row = draw_rows(buffer, model, rows, &placed, now);
    if has_preview {
        let area =
            Rect::new(table_columns, below, preview_columns(columns), rows.bottom().saturating_sub(below));
        preview::draw(buffer, model, area, now);
    }
    detail_line(buffer, model, rows.bottom(), now);
    in_field.or(on_row)
}

/// `214 of 18,402`.
fn count(model: &Model) -> String {
    let note = model.users.search_note.map_or(String::new(), |note| format!("{note}   "));
    match (model.users.count.answer, &model.users.count.trouble) {
        (_, Some(_)) => "count unknown".to_owned(),
        (Some((matching, visible)), None) => format!("{note}{} of {}", grouped(matching), grouped(visible)),
        (None, None) => String::new(),
    }
}

fn filter_line(buffer: &mut Buffer, model: &Model, y: u16) -> Option<Position> {
    let search = &model.users.search;
    let columns = buffer.area.width;
    if let Some(place) = &search.place {
        let words = "row, or a part such as 50%:";
        put(buffer, (1, y), columns, words, theme::STRONG);
        let from = 2 + cells(width(words));
        return Some(place.draw(
            buffer,
            Rect::new(from, y, columns.saturating_sub(from + 1), 1),
            theme::PLAIN,
        ));
    }
    put(buffer, (1, y), 1, "/", theme::STRONG);
    if !search.is_open && !search.is_set() {
        put(
            buffer,
            (3, y),
            columns.saturating_sub(4),
            "filters: part of a login or name, id, email, status:locked, -term",
            theme::DIM,
        );
        return None;
    }
    let area = Rect::new(3, y, columns.saturating_sub(4), 1);
    let cursor = search.field.draw(buffer, area, theme::PLAIN);
    if let Some(mistake) = &search.mistake {
        let text: Vec<char> = search.field.text().chars().collect();
        let part = |from: usize, to: usize| {
            width(&crate::base::text::visible(
                &text[from.min(text.len())..to.min(text.len())].iter().collect::<String>(),
            ))
        };
        let (before, wrong) = (cells(part(0, mistake.start)), cells(part(mistake.start, mistake.end)).max(1));
        let x = area.x.saturating_add(before).min(area.right().saturating_sub(1));
        let term = Rect::new(x, y, wrong.min(area.right() - x), 1);
        buffer.set_style(term, theme::WRONG);
        message_under(buffer, (x, y + 1), term.width, &mistake.text);
    }
    search.is_open.then_some(cursor)
}

/// `^^^^ message` under the term, or before it, or where neither has room, the message alone.
fn message_under(buffer: &mut Buffer, (x, y): (u16, u16), columns: u16, text: &str) {
    let (after, needed) = (x + columns + 1, cells(width(text)));
    if after + needed < buffer.area.width {
        put(buffer, (after, y), buffer.area.width.saturating_sub(after + 1), text, theme::ALARM);
    } else if needed + 2 < x {
        put_right(buffer, (x.saturating_sub(1), y), text, theme::ALARM);
    } else {
        put(buffer, (1, y), buffer.area.width.saturating_sub(2), text, theme::ALARM);
        return;
    }
    put(buffer, (x, y), columns, &"^".repeat(usize::from(columns)), theme::ALARM);
}

fn columns_for(model: &Model, room: u16) -> Vec<Placed<Cell>> {
    let times = model.when.columns();
    let sort = model.users.sort;
    let column = |key, least, most, drop_rank| Column {
        key,
        title: sorting::title(key, sort),
        least,
        most,
        drop_rank,
    };
    let mut columns = vec![
        column(Cell::Badge, 4, 4, 3),
        column(Cell::Login, 12, 20, 0),
        column(Cell::Name, 14, 30, 0),
        column(Cell::Status, 11, 11, 0),
        column(Cell::Role, 6, 16, 4),
    ];
    if room >= 110 {
        columns.push(column(Cell::Organisation, 12, 20, 6));
    }
    columns.push(column(Cell::Last, times, times, 5));
    if model.size.0 >= 100 {
        columns.push(column(Cell::Enrolled, times, times, 7));
    }
    table::place(&columns, usize::from(room.saturating_sub(2)))
}

fn draw_rows(
    buffer: &mut Buffer,
    model: &Model,
    area: Rect,
    placed: &[Placed<Cell>],
    now: Timestamp,
) -> Option<Position> {
    let list = &model.users.list;
    if let Some(text) = instead_of_rows(model, now) {
        for (at, line) in text.iter().enumerate() {
            put(buffer, (2, area.y + 1 + cells(at)), area.width.saturating_sub(3), line, theme::PLAIN);
        }
        return None;
    }
    let top = list.stand.first_shown(usize::from(area.height));
    let mut cursor = None;
    for (y, (at, row)) in (area.y..area.bottom()).zip(list.rows.iter().enumerate().skip(top)) {
        let is_selected = at == list.stand.cursor;
        let line = Rect::new(1, y, area.width.saturating_sub(2), 1);
        table::row(buffer, line, placed, is_selected, |key| cell(key, row, model, now));
        if model.users.marks.holds(at, list) {
            put(buffer, (1, y), 1, "*", theme::STRONG);
        }
        if is_selected {
            put(buffer, (0, y), 1, ">", theme::PLAIN);
            cursor = Some(Position::new(0, y));
        }
    }
    cursor
}

/// What stands where the rows would: waiting, nobody, nobody for this filter, or what went wrong.
fn instead_of_rows(model: &Model, now: Timestamp) -> Option<Vec<String>> {
    let state = &model.users;
    let wait = |text: &str| Some(vec![text.to_owned()]);
    if let Some(trouble) = state.page.trouble.as_ref().or(model.me.trouble.as_ref()) {
        return Some(trouble.lines());
    }
    if !state.list.rows.is_empty() {
        return None;
    }
    if state.page.answer.is_none() || state.page.waits() {
        let is_slow = state.page.is_slow(now) || model.me.is_slow(now);
        return if is_slow { wait("loading ..") } else { Some(Vec::new()) };
    }
    if state.search.applied.is_empty() {
        return wait("No users yet that you may see. `wardroom import` loads a file.");
    }
    let text = state.search.field.text().trim();
    Some(vec![format!("Nothing matches `{text}`."), "Esc clears the filter.".to_owned()])
}

/// `C@`: what the user is, whether the email is confirmed; `x` for archived.
pub(crate) fn badge(row: &Row) -> String {
    let letter = if row.level == Some(Level::Master) { 'P' } else { row.kind.letter() };
    let confirmed = if row.email_confirmed { '@' } else { '.' };
    let archived = if row.facts.archived() { 'x' } else { ' ' };
    format!(" {letter}{confirmed}{archived}")
}

/// The marks of the badge, for help.
pub(crate) const LEGEND: &[&str] = &[
    "C customer   S staff   A admin   P master administrator",
    "@ email confirmed   . not confirmed   x archived (locked by an operator)",
    "+ active   ~ invited   o initial   * new password due   @ recovery",
    "! locked by wrong passwords   # locked by an operator   - inactive",
];

fn cell(key: Cell, row: &Row, model: &Model, now: Timestamp) -> (String, Style) {
    match key {
        Cell::Badge => (badge(row), theme::PLAIN),
        Cell::Login => match &row.login {
            Some(login) => (login.clone(), theme::PLAIN),
            None => (TEMPORARY_LOGIN.to_owned(), theme::DIM),
        },
        Cell::Name => (row.names.full(), theme::PLAIN),
        Cell::Status => {
            let status = row.facts.status_at(now);
            (format!("{} {}", status.symbol(), status.short()), theme::status(status))
        }
        Cell::Role => (row.role_words(), theme::PLAIN),
        Cell::Organisation => (row.organisation.2.clone(), theme::PLAIN),
        Cell::Last => (model.when.show(row.last_login, now), theme::PLAIN),
        Cell::Enrolled => {
            let day = row.enrolled.map_or_else(|| "-".to_owned(), |at| model.when.show(Some(at), now));
            (day, theme::PLAIN)
        }
    }
}

/// What is worth saying of the focused row.
fn detail_line(buffer: &mut Buffer, model: &Model, y: u16, now: Timestamp) {
    let columns = buffer.area.width;
    let Some(row) = model.users.list.selected() else { return };
    let text = if row.login.is_none() {
        format!(
            "{TEMPORARY_LOGIN}: enrolment began, no username and password chosen yet; sign-in is not possible."
        )
    } else {
        let lock =
            row.facts.admin_lock.as_ref().filter(|_| row.facts.archived()).map_or(String::new(), |lock| {
                format!("  locked by {} {} ago: \"{}\"", lock.by, lock.at.age_at(now), lock.reason)
            });
        format!("{}  {}  {}{lock}", row.id, row.names.full(), row.organisation.2)
    };
    fill(buffer, (1, y), columns.saturating_sub(2), &text, theme::DIM);
}
