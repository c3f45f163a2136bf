//! The first lines: environment, operator, level, scope and clock; then the tabs.

use ratatui::buffer::Buffer;

use crate::authz::right::Right;
use crate::base::time::Timestamp;
use crate::ui::model::Model;
use crate::ui::parts::ink::{put, put_right};
use crate::ui::route::{Screen, TABS};
use crate::ui::theme;

/// Draws the title line, and below it the tabs where the terminal has room for them.
pub(crate) fn draw(buffer: &mut Buffer, model: &Model, now: Timestamp) {
    let columns = buffer.area.width;
    let clock = put_right(buffer, (columns.saturating_sub(2), 0), &now.clock_utc(), theme::PLAIN);
    put(buffer, (1, 0), 2, "WR", theme::STRONG);
    let badge = format!(" {} ", model.environment.word());
    let mut x = 5 + put(buffer, (5, 0), 8, &badge, theme::badge(model.environment));
    if model.is_read_only {
        x += put(buffer, (x, 0), 6, "[RO] ", theme::STRONG);
    }
    x += 1;
    put(buffer, (x, 0), clock.saturating_sub(x + 2), &operator(model), theme::PLAIN);
    if !model.is_compact() {
        tabs(buffer, model);
    }
}

/// Who is signed in, in words.
fn operator(model: &Model) -> String {
    let Some(me) = &model.me.answer else {
        return format!("| {}", model.actor.login);
    };
    let level = me.standing.level.map_or("no level", |level| level.code());
    let scope = match &me.scope {
        None => "all organisations".to_owned(),
        Some(list) if list.is_empty() => "none".to_owned(),
        Some(list) => list.iter().map(|one| one.display_name.as_str()).collect::<Vec<_>>().join(", "),
    };
    format!("| {} [{level}] scope: {scope}", me.standing.login)
}

fn tabs(buffer: &mut Buffer, model: &Model) {
    let columns = buffer.area.width;
    let mut x = 1;
    for (screen, number, name) in TABS {
        if screen == Screen::Users && model.lacks(Right::UserView).is_some() {
            continue;
        }
        let is_here = screen == model.screen || (screen == Screen::Users && model.screen == Screen::Profile);
        let style = if is_here { theme::SELECTED } else { theme::PLAIN };
        x += 1 + put(buffer, (x, 1), columns.saturating_sub(x), &format!("{number}{name}"), style);
    }
    put_right(buffer, (columns.saturating_sub(1), 1), "?help", theme::PLAIN);
}
