//! The preview beside a wide list: the focused row in full.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::base::time::Timestamp;
use crate::domain::contact::{masked, masked_email};
use crate::domain::user::TEMPORARY_LOGIN;
use crate::ui::model::Model;
use crate::ui::parts::ink::boxed;
use crate::ui::parts::sheet::Sheet;
use crate::ui::parts::when::both;
use crate::ui::theme;

/// Draws the preview of the focused row.
pub(crate) fn draw(buffer: &mut Buffer, model: &Model, area: Rect, now: Timestamp) {
    let inside = boxed(buffer, area, model.theme, "Preview", "");
    let Some(row) = model.users.list.selected() else { return };
    let columns = usize::from(inside.width);
    let mut sheet = Sheet::default();
    let status = row.facts.status_at(now);
    sheet.text(&row.names.full(), columns, theme::STRONG);
    let mut pair = |name: &str, value: &str| sheet.pair(name, value, columns, theme::PLAIN);
    pair("Login", row.login.as_deref().unwrap_or(TEMPORARY_LOGIN));
    pair("Id", &row.id.to_string());
    pair("Type", row.level.map_or(row.kind.word(), |level| level.title()));
    pair("Organisation", &row.organisation.2);
    pair("Status", &format!("{} {}", status.symbol(), status.short()));
    if let Some(lock) = &row.facts.admin_lock {
        pair("Locked", &format!("{} by {}: {}", both(Some(lock.at), now), lock.by, lock.reason));
        pair("Archived", "yes, until unlocked");
    }
    pair("Roles", &row.roles.join(", "));
    pair("Group", &row.group);
    // Personal data is masked on screen for everybody; it comes masked where it may not be revealed.
    let reveals = model.reveals();
    let email = if reveals && !row.email.is_empty() { masked_email(&row.email) } else { row.email.clone() };
    let phone = if reveals && !row.phone.is_empty() { masked(&row.phone, 4) } else { row.phone.clone() };
    if !email.is_empty() {
        let confirmed = if row.email_confirmed { "confirmed" } else { "not confirmed" };
        pair("Email", &format!("{email}  {confirmed}"));
    }
    pair("Phone", &phone);
    pair("Core id", &row.core_id);
    pair("Last login", &both(row.last_login, now));
    pair("Enrolled", &both(row.enrolled, now));
    pair("Added", &both(Some(row.added), now));
    pair("Modified", &both(Some(row.modified), now));
    sheet.draw(buffer, inside, 0);
}
