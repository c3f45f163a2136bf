//! The frame of a model at one instant.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use crate::base::time::Timestamp;
use crate::ui::context::Context;
use crate::ui::modals::{Modal, confirm, help, leave, menu, palette, run};
use crate::ui::model::Model;
use crate::ui::parts::ink::{fill, put};
use crate::ui::parts::{footer, title};
use crate::ui::route::Screen;
use crate::ui::screens::users::sorting;
use crate::ui::screens::{audit, ended, groups, jobs, locked, me, profile, sessions, too_small, users};
use crate::ui::theme;

/// Draws `model` as it is at `now`; ages and the clock are those of this frame.
///
/// Gives where the terminal's own cursor belongs: it stands on what is focused, for screen readers and magnifiers.
pub fn view(model: &Model, buffer: &mut Buffer, now: Timestamp) -> Option<Position> {
    let cursor = draw(model, buffer, now);
    model.theme.look.dress(buffer);
    cursor
}

fn draw(model: &Model, buffer: &mut Buffer, now: Timestamp) -> Option<Position> {
    if let Some(reason) = &model.ended {
        return Some(ended::view(buffer, model, reason));
    }
    if let Some(state) = &model.lock {
        return Some(locked::view(buffer, model, state, now));
    }
    if model.is_too_small() {
        too_small::view(buffer, model);
        return None;
    }
    title::draw(buffer, model, now);
    let mut cursor = match model.screen {
        Screen::Users => users::view::view(buffer, model, now),
        Screen::Profile => profile::view::view(buffer, model, now),
        Screen::Groups => groups::view::view(buffer, model, now),
        Screen::Audit => audit::view::view(buffer, model, now),
        Screen::Sessions => sessions::view::view(buffer, model, now),
        Screen::Jobs => jobs::view(buffer, model, now),
        Screen::Me => me::view(buffer, model, now),
    };
    let rows = buffer.area.height;
    status_line(buffer, model, rows.saturating_sub(2), now);
    footer::draw(buffer, rows.saturating_sub(1), &Context::of(model).told());
    for modal in &model.modals {
        cursor = match modal {
            Modal::Menu(state) => Some(menu::view(buffer, model, state, now)),
            Modal::Confirm(state) => confirm::view::view(buffer, model, state, now),
            Modal::Run(state) => Some(run::view::view(buffer, model, state, now)),
            Modal::Notice(notice) => Some(notice.view(buffer, model)),
            Modal::Help(state) => Some(help::view(buffer, model, state)),
            Modal::Palette(state) => Some(palette::view(buffer, model, state, now)),
            Modal::Leave => Some(leave::view(buffer, model)),
        };
    }
    cursor
}

/// The message, or what is otherwise worth knowing of the screen.
fn status_line(buffer: &mut Buffer, model: &Model, y: u16, now: Timestamp) {
    let columns = buffer.area.width;
    if let Some(toast) = model.toast.as_ref().filter(|toast| !toast.is_over(now)) {
        let room = columns.saturating_sub(2);
        fill(buffer, (1, y), room, &toast.line(room, now), toast.severity.style());
        return;
    }
    let mut words = Vec::new();
    if model.screen == Screen::Users {
        let marked = model.users.marks.words(&model.users.list);
        if !marked.is_empty() {
            words.push(marked);
        }
        let sort = model.users.sort;
        let keys = std::iter::once(sort.first).chain(sort.then);
        let sign = |descending| if descending { 'v' } else { '^' };
        let told = keys.map(|key| format!("{} {}", key.column.name(), sign(key.descending)));
        words.push(format!("sort: {}", told.collect::<Vec<_>>().join(", ")));
    }
    if model.is_behind {
        words.push("others changed something, shown when this closes ~".to_owned());
    }
    if model.users.page.is_slow(now) || model.profile.asked.is_slow(now) || model.audit.feed.page.is_slow(now)
    {
        words.push("loading ..".to_owned());
    }
    if let Some(prefix) = &model.prefix {
        if prefix == "s" && model.screen == Screen::Users {
            sorting::draw_menu(buffer, y);
        }
        words.push(format!("{} ..", footer::shown(prefix)));
    }
    put(buffer, (1, y), columns.saturating_sub(2), &words.join("  "), theme::DIM);
}
