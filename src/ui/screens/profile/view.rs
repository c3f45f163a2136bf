//! Drawing a profile: who and which status above, panes on the left, the pane, the timeline on the right.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::protocol::Profile;
use crate::ui::model::Model;
use crate::ui::parts::ink::{boxed, cells, grouped, put, put_right};
use crate::ui::parts::sheet::Sheet;
use crate::ui::screens::profile::{Pane, overview, panes, rights};
use crate::ui::theme;

/// Rows below a list that tell the focused row.
pub(crate) const DETAIL_ROWS: u16 = 5;

/// Columns of the list of panes.
const PANES_COLUMNS: u16 = 22;

/// Columns of the timeline.
const TIMELINE_COLUMNS: u16 = 40;

/// Whether the newest history stands on the right.
pub(crate) const fn has_timeline(model: &Model) -> bool {
    model.size.0 >= 120
}

const fn has_panes(model: &Model) -> bool {
    model.size.0 >= 80
}

/// The inside of the pane's box.
pub(crate) fn main_area(model: &Model) -> Rect {
    let outside = main_box(model);
    Rect {
        x: outside.x + 2,
        y: outside.y + 1,
        width: outside.width.saturating_sub(4),
        height: outside.height.saturating_sub(2),
    }
}

/// Rows that the pane's list shows.
pub(crate) fn rows(model: &Model) -> usize {
    let height = main_area(model).height;
    let rows = match model.profile.pane {
        Pane::Overview | Pane::Rights => height,
        Pane::Notes | Pane::History => height - DETAIL_ROWS.min(height / 2),
    };
    usize::from(rows).max(1)
}

fn main_box(model: &Model) -> Rect {
    let (top, rows) = model.body();
    let left = if has_panes(model) { PANES_COLUMNS } else { 0 };
    let right = if has_timeline(model) { TIMELINE_COLUMNS } else { 0 };
    Rect {
        x: left,
        y: top + 2,
        width: model.size.0.saturating_sub(left + right),
        height: rows.saturating_sub(2),
    }
}

/// Draws the screen; returns where the terminal's cursor belongs.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, now: Timestamp) -> Option<Position> {
    let outside = main_box(model);
    let Some(profile) = &model.profile.asked.answer else {
        waiting(buffer, model, outside, now);
        return None;
    };
    head(buffer, model, profile, now);
    let pane = model.profile.pane;
    let title = match Pane::ALL.iter().position(|one| *one == pane) {
        Some(at) if !has_panes(model) => format!("{}/{} {}  [ ]", at + 1, Pane::ALL.len(), pane.title()),
        Some(_) | None => pane.title().to_owned(),
    };
    let inside = boxed(buffer, outside, model.theme, &title, "");
    if has_panes(model) {
        pane_list(buffer, model, profile, outside);
    }
    if has_timeline(model) {
        timeline(buffer, model, outside, now);
    }
    match pane {
        Pane::Overview => {
            let sheet = overview::sheet(model, inside.width, now);
            Some(text(buffer, (inside, outside), &sheet, model.profile.overview_top))
        }
        Pane::Rights => {
            let sheet = rights::sheet(model, inside.width);
            Some(text(buffer, (inside, outside), &sheet, model.profile.rights_top))
        }
        Pane::Notes => panes::notes(buffer, model, inside, now),
        Pane::History => panes::history(buffer, model, inside, now),
    }
}

/// Draws a page of text, and whether it goes on below.
fn text(buffer: &mut Buffer, (inside, outside): (Rect, Rect), sheet: &Sheet, top: usize) -> Position {
    let top = top.min(sheet.top_max(inside.height));
    sheet.draw(buffer, inside, top);
    if sheet.lines.len() > top + usize::from(inside.height) {
        let at = (inside.right(), outside.bottom().saturating_sub(1));
        put_right(buffer, at, " more below ", theme::DIM);
    }
    Position::new(inside.x, inside.y)
}

/// Nothing is known yet, or nothing may be.
fn waiting(buffer: &mut Buffer, model: &Model, area: Rect, now: Timestamp) {
    let asked = &model.profile.asked;
    put(buffer, (1, model.body().0), area.width, "Users >", theme::STRONG);
    let mut sheet = Sheet::default();
    if let Some(trouble) = asked.trouble.as_ref().or(model.me.trouble.as_ref()) {
        if let Some(gone) = &model.profile.gone {
            let text = format!("{gone} is not there any more: deleted, or out of your sight.");
            sheet.text(&text, usize::from(model.size.0.saturating_sub(4)), theme::STRONG);
            sheet.gap();
        }
        for line in trouble.lines() {
            sheet.text(&line, usize::from(model.size.0.saturating_sub(4)), theme::PLAIN);
        }
        sheet.gap();
        sheet.text("Esc goes to the list", usize::from(model.size.0.saturating_sub(4)), theme::DIM);
    } else if asked.is_slow(now) || model.me.is_slow(now) {
        sheet.text("loading ..", 20, theme::PLAIN);
    }
    sheet.draw(
        buffer,
        Rect { x: 2, y: area.y, width: model.size.0.saturating_sub(4), height: area.height },
        0,
    );
}

fn head(buffer: &mut Buffer, model: &Model, profile: &Profile, now: Timestamp) {
    let (top, _) = model.body();
    let user = &profile.user;
    let columns = buffer.area.width;
    let list = &model.users.list;
    let is_from_list = list.selected().is_some_and(|row| row.id == user.id);
    let mut end = columns.saturating_sub(1);
    if let (true, Some(place), Some((matching, _))) = (is_from_list, list.place(), model.users.count.answer) {
        let text = format!("row {} of {}  J/K", grouped(place), grouped(matching));
        end = put_right(buffer, (end, top), &text, theme::DIM);
    }
    let crumb = format!("Users > {}  {}", user.called(), user.id);
    put(buffer, (1, top), end.saturating_sub(3), &crumb, theme::STRONG);

    let status = user.facts.status_at(now);
    let trouble = model.profile.asked.trouble.as_ref().and_then(|trouble| trouble.lines().into_iter().next());
    if let Some(trouble) = trouble {
        put(buffer, (1, top + 1), columns.saturating_sub(2), &trouble, theme::ALARM);
        return;
    }
    let confirmed = match user.email().map(|email| email.confirmed_at.is_some()) {
        Some(true) => "email confirmed",
        Some(false) => "email not confirmed",
        None => "no email",
    };
    let archived = if user.facts.archived() { "archived  " } else { "" };
    let kind = user.level.map_or(user.kind.word(), |level| level.title());
    let right = put_right(
        buffer,
        (columns.saturating_sub(1), top + 1),
        &format!("{archived}{kind}  {confirmed}"),
        theme::PLAIN,
    );
    put(
        buffer,
        (1, top + 1),
        right.saturating_sub(3),
        &overview::status_words(user, now),
        theme::status(status),
    );
}

fn pane_list(buffer: &mut Buffer, model: &Model, profile: &Profile, beside: Rect) {
    let area = Rect { x: 0, width: PANES_COLUMNS, ..beside };
    let inside = boxed(buffer, area, model.theme, "Panes [ ]", "");
    for (at, pane) in Pane::ALL.into_iter().enumerate() {
        let y = inside.y + cells(at);
        if y >= inside.bottom() {
            break;
        }
        let is_here = pane == model.profile.pane;
        let mark = if is_here { '>' } else { ' ' };
        put(buffer, (inside.x, y), inside.width, &format!("{mark}{} {}", at + 1, pane.title()), theme::PLAIN);
        let count = match pane {
            Pane::Overview | Pane::Rights => None,
            Pane::Notes => Some(profile.notes),
            Pane::History => Some(profile.history),
        };
        if let Some(count) = count {
            put_right(buffer, (inside.right(), y), &grouped(count), theme::PLAIN);
        }
        if is_here {
            buffer.set_style(Rect { y, height: 1, ..inside }, theme::SELECTED);
        }
    }
}

fn timeline(buffer: &mut Buffer, model: &Model, beside: Rect, now: Timestamp) {
    let area = Rect { x: beside.right(), width: TIMELINE_COLUMNS, ..beside };
    let inside = boxed(buffer, area, model.theme, "Timeline", "");
    let feed = &model.profile.history;
    let mut sheet = Sheet::default();
    if let Some(lines) = feed.instead_of_rows("Nothing happened yet.", now) {
        for line in lines {
            sheet.text(&line, usize::from(inside.width), theme::PLAIN);
        }
    }
    for row in feed.rows.iter().take(usize::from(inside.height).min(limits::FEED_PAGE_ROWS)) {
        sheet.lines.push(vec![
            (format!("{:<11}", row.at.age_at(now)), theme::DIM),
            (format!("{}  {}", row.code, row.actor), theme::PLAIN),
        ]);
    }
    sheet.draw(buffer, inside, 0);
}
