//! What this session did and was told: each action as the line that does the same from a shell.

use crate::base::text::visible;
use crate::base::time::Timestamp;
use crate::ui::modals::notice::Notice;
use crate::ui::model::Model;
use crate::ui::parts::ink::grouped;
use crate::ui::parts::sheet::Sheet;
use crate::ui::theme;

fn columns(model: &Model) -> usize {
    usize::from(model.size.0.saturating_sub(8))
}

/// What I did, newest first, each with its line.
pub(crate) fn done(model: &Model, now: Timestamp) -> Notice {
    let mut sheet = Sheet::default();
    let room = columns(model);
    if model.log.is_empty() {
        sheet.text("Nothing was done in this session yet.", room, theme::PLAIN);
        sheet.text(
            "Every action appears here with the line that does the same from a shell.",
            room,
            theme::DIM,
        );
    }
    for logged in model.log.iter().rev() {
        if !sheet.lines.is_empty() {
            sheet.gap();
        }
        let head = format!("{}  {}", both(logged.at, now), logged.told);
        sheet.text(&head, room, theme::STRONG);
        sheet.text(&logged.line, room, theme::PLAIN);
    }
    Notice::new("What I did", sheet)
}

/// The messages of the session, newest first.
pub(crate) fn messages(model: &Model, now: Timestamp) -> Notice {
    let mut sheet = Sheet::default();
    let room = columns(model);
    if model.messages.is_empty() {
        sheet.text("No messages yet.", room, theme::PLAIN);
    }
    for (at, severity, text) in model.messages.iter().rev() {
        let line = format!("{}  {}: {}", both(*at, now), severity.word(), visible(text));
        sheet.text(&line, room, severity.style());
    }
    Notice::new("Messages", sheet)
}

/// What runs here, and in which terminal.
pub(crate) fn about(model: &Model) -> Notice {
    let mut sheet = Sheet::default();
    let room = columns(model);
    let mut pair = |name: &str, value: &str| sheet.pair(name, value, room, theme::PLAIN);
    pair("wardroom", env!("CARGO_PKG_VERSION"));
    pair("Institution", model.environment.word());
    pair("Signed in", &format!("{} by {} from {}", model.actor.login, model.actor.proof, model.actor.source));
    if let Some(session) = model.actor.session {
        pair("Session", &session.to_string());
    }
    pair("Terminal", &format!("{} columns, {} rows", model.size.0, model.size.1));
    pair("Borders", if model.theme.ascii { "ascii" } else { "lines" });
    pair("Theme", model.theme.look.name());
    pair("Done", &format!("{} actions in this session", grouped(model.log.len() as u64)));
    Notice::new("About", sheet)
}

/// The time of day in UTC with its age.
fn both(at: Timestamp, now: Timestamp) -> String {
    format!("{} ({} ago)", at.clock_utc(), at.age_at(now))
}
