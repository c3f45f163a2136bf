//! How the page of sessions looks: a row each, one's own marked.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::base::time::Timestamp;
use crate::domain::user::TEMPORARY_LOGIN;
use crate::protocol::ConsoleSession;
use crate::ui::model::Model;
use crate::ui::parts::ink::{cells, grouped, put, put_right};
use crate::ui::parts::table::{self, Column};
use crate::ui::screens::sessions::{State, height};
use crate::ui::theme;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Id,
    Login,
    Name,
    From,
    By,
    Since,
    Idle,
}

/// Draws the page.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, now: Timestamp) -> Option<Position> {
    let (top, _) = model.body();
    let columns = buffer.area.width;
    let state = &model.sessions;
    put(buffer, (1, top), columns, "Sessions", theme::STRONG);
    put_right(buffer, (columns.saturating_sub(1), top), &counted(state), theme::PLAIN);
    let room = columns.saturating_sub(2);
    let placed = table::place(&columns_of(model), usize::from(room));
    table::head(buffer, Rect::new(1, top + 1, room, 2), &placed, true, model.theme);
    let area = Rect::new(1, top + 3, room, cells(height(model)));
    let sessions = state.sessions();
    if sessions.is_empty() {
        let lines = match (&state.list.trouble, state.list.answer.is_some()) {
            (Some(trouble), _) => trouble.lines(),
            (None, true) => vec!["Nobody sits at a console whom you may sign out.".to_owned()],
            (None, false) if state.list.is_slow(now) => vec!["loading ..".to_owned()],
            (None, false) => Vec::new(),
        };
        for (y, line) in (area.y..area.bottom()).zip(lines) {
            put(buffer, (2, y), area.width, &line, theme::PLAIN);
        }
        return None;
    }
    let first = state.stand.first_shown(usize::from(area.height));
    let mut cursor = None;
    for (y, (at, session)) in (area.y..area.bottom()).zip(sessions.iter().enumerate().skip(first)) {
        let is_selected = at == state.stand.cursor;
        table::row(buffer, Rect { y, height: 1, ..area }, &placed, is_selected, |key| {
            cell(key, session, model, now)
        });
        if is_selected {
            put(buffer, (0, y), 1, ">", theme::PLAIN);
            cursor = Some(Position::new(0, y));
        }
    }
    cursor
}

fn columns_of(model: &Model) -> [Column<Cell>; 7] {
    let column = |key, title, least, most, drop_rank| Column { key, title, least, most, drop_rank };
    let times = model.when.columns();
    [
        column(Cell::Id, "SESSION", 7, 9, 0),
        column(Cell::Login, "LOGIN", 10, 18, 0),
        column(Cell::Name, "NAME", 12, 24, 3),
        column(Cell::From, "FROM", 11, 24, 0),
        column(Cell::By, "SIGNED IN BY", 12, 60, 2),
        column(Cell::Since, "SINCE", times.min(10), times, 1),
        column(Cell::Idle, "IDLE", 5, 9, 0),
    ]
}

/// `12 sessions, * is this one`; where not all are listed, how many are.
fn counted(state: &State) -> String {
    let Some(page) = &state.list.answer else { return String::new() };
    let listed = page.sessions.len() as u64;
    match page.count {
        1 => "1 session, * is this one".to_owned(),
        many if listed < many => {
            format!("the newest {} of {} sessions, * is this one", grouped(listed), grouped(many))
        }
        many => format!("{} sessions, * is this one", grouped(many)),
    }
}

fn cell(key: Cell, session: &ConsoleSession, model: &Model, now: Timestamp) -> (String, Style) {
    let who = &session.who;
    let text = match key {
        Cell::Id if Some(session.id) == model.actor.session => format!("{} *", session.id),
        Cell::Id => session.id.to_string(),
        Cell::Login => who.login.clone().unwrap_or_else(|| TEMPORARY_LOGIN.to_owned()),
        Cell::Name => who.names.full(),
        Cell::From => session.source.clone(),
        // The first letters tell keys apart; every fingerprint has the same word before them.
        Cell::By => session.proof.replace("SHA256:", ""),
        Cell::Since => model.when.show(Some(session.opened_at), now),
        // How idle another process's session is, only that one knows.
        Cell::Idle => session.last_key.map_or_else(|| "-".to_owned(), |at| at.age_at(now)),
    };
    (text, theme::PLAIN)
}
