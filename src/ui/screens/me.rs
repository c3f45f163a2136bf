//! My account: who one is here, what one may do, and why the rest is not shown.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::authz::right::Right;
use crate::base::time::Timestamp;
use crate::protocol::Reply;
use crate::ui::keymap::{Binding, bind};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::ink::{boxed, put};
use crate::ui::parts::scroll::{Motion, Stand};
use crate::ui::parts::sheet::Sheet;
use crate::ui::parts::toast::Severity;
use crate::ui::route::{Place, Screen};
use crate::ui::screens::{audit, groups, jobs, profile, sessions, users};
use crate::ui::theme;

/// Where one reads.
#[derive(Debug, Default)]
pub(crate) struct State {
    top: usize,
}

/// A command of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Users,
    Groups,
    Sessions,
    Jobs,
    Here,
    Audit,
}

/// The keys of the page, beside those of every list.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["1"], "screen.users", "Go to the users", Command::Users).hint(1, "users"),
    bind(&["2"], "screen.groups", "Go to the groups", Command::Groups),
    bind(&["4"], "screen.audit", "Go to the audit", Command::Audit),
    bind(&["5"], "screen.sessions", "Go to the sessions, also mine", Command::Sessions),
    bind(&["6"], "screen.jobs", "Go to the jobs", Command::Jobs).hint(2, "jobs"),
    bind(&["9"], "screen.me", "Go to my account", Command::Here),
];

/// Runs a command.
pub(crate) fn update(model: &mut Model, command: Command, now: Timestamp) -> Vec<Effect> {
    match command {
        Command::Users => to_users(model, now),
        Command::Groups => groups::to_groups(model, now),
        Command::Sessions => sessions::to_sessions(model, now),
        Command::Jobs => jobs::to_jobs(model, now),
        Command::Audit => audit::to_audit(model, now),
        Command::Here => Vec::new(),
    }
}

/// Goes to the list, or says why not.
pub(crate) fn to_users(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    if let Some(refusal) = model.lacks(Right::UserView) {
        return model.say(Severity::Note, refusal.text, now);
    }
    model.screen = Screen::Users;
    users::refresh(model, now)
}

/// Moves through the page.
pub(crate) fn go(model: &mut Model, motion: Motion) {
    let area = area(model);
    let height = usize::from(area.height);
    let lines = sheet(model, area.width).lines.len();
    let mut stand = Stand { cursor: model.account.top, top: 0 };
    stand.go(motion, lines.saturating_sub(height) + 1, height);
    model.account.top = stand.cursor;
}

/// Takes in who one is: at the beginning the place is opened, later a right may be gone.
pub(crate) fn answered(model: &mut Model, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let is_first = model.me.answer.is_none();
    model.me.trouble = reply.trouble();
    let Reply::Me(me) = reply else { return Vec::new() };
    model.me.answer = Some(*me);
    // The audit has a right of its own, which implies no other; one's own sessions need none.
    if matches!(model.screen, Screen::Audit | Screen::Sessions) {
        return match model.place {
            Place::Audit(entry) if is_first => audit::open(model, entry, now),
            Place::Sessions if is_first => sessions::refresh(model, now),
            Place::Users
            | Place::Profile(_)
            | Place::Audit(_)
            | Place::Groups
            | Place::Sessions
            | Place::Jobs
            | Place::Me => Vec::new(),
        };
    }
    if let Some(refusal) = model.lacks(Right::UserView) {
        let was_elsewhere = model.screen != Screen::Me && !is_first;
        model.screen = Screen::Me;
        if was_elsewhere {
            model.modals.clear();
            model.users = users::State::default();
            model.profile = profile::State::default();
            return model.say(Severity::Error, format!("the users were closed: {}", refusal.text), now);
        }
        return Vec::new();
    }
    if !is_first {
        return Vec::new();
    }
    match model.place.clone() {
        Place::Users => users::refresh(model, now),
        Place::Profile(named) => profile::open_named(model, named, now),
        Place::Groups => groups::to_groups(model, now),
        Place::Audit(entry) => audit::open(model, entry, now),
        Place::Sessions => sessions::refresh(model, now),
        Place::Jobs => jobs::refresh(model, now),
        Place::Me => Vec::new(),
    }
}

fn area(model: &Model) -> Rect {
    let (top, rows) = model.body();
    Rect { x: 2, y: top + 1, width: model.size.0.saturating_sub(4), height: rows.saturating_sub(2) }
}

/// Draws the page.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, now: Timestamp) -> Option<Position> {
    let (top, rows) = model.body();
    let outside = Rect { x: 0, y: top, width: model.size.0, height: rows };
    let inside = boxed(buffer, outside, model.theme, "My account", "");
    if model.me.answer.is_none() {
        if let Some(trouble) = &model.me.trouble {
            for (y, line) in (inside.y..inside.bottom()).zip(trouble.lines()) {
                put(buffer, (inside.x, y), inside.width, &line, theme::PLAIN);
            }
        } else if model.me.is_slow(now) {
            put(buffer, (inside.x, inside.y), inside.width, "loading ..", theme::PLAIN);
        }
        return None;
    }
    let sheet = sheet(model, inside.width);
    sheet.draw(buffer, inside, model.account.top.min(sheet.top_max(inside.height)));
    Some(Position::new(inside.x, inside.y))
}

fn sheet(model: &Model, columns: u16) -> Sheet {
    let mut sheet = Sheet::default();
    let Some(me) = &model.me.answer else { return sheet };
    let columns = usize::from(columns);
    if let Some(refusal) = model.lacks(Right::UserView) {
        sheet.text("You see your own account only.", columns, theme::STRONG);
        sheet.text(&format!("Why: {}.", refusal.text), columns, theme::PLAIN);
        sheet.text(&format!("What would change it: {}.", refusal.satisfied_by), columns, theme::PLAIN);
    }
    sheet.heading("WHO");
    let standing = &me.standing;
    let mut pair = |name: &str, value: &str| sheet.pair(name, value, columns, theme::PLAIN);
    pair("Login", &standing.login);
    pair("Name", &me.name);
    pair("Id", &standing.id.to_string());
    pair("Type", standing.kind.word());
    pair("Status", &format!("{} {}", standing.status.symbol(), standing.status.short()));
    match standing.level {
        Some(level) => pair("Level", &format!("{level} {}", level.title())),
        None => pair("Level", "none"),
    }
    let scope = me.scope.as_ref().map_or_else(
        || "all organisations".to_owned(),
        |list| list.iter().map(|one| one.display_name.as_str()).collect::<Vec<_>>().join(", "),
    );
    pair("Scope", &scope);
    pair("Signed in", &format!("by {} from {}", model.actor.proof, model.actor.source));
    if !me.trusted.is_empty() {
        sheet.heading("TRUSTED KEYS");
        for key in &me.trusted {
            let until = key.until.minute_utc();
            let called = if key.comment.is_empty() { String::new() } else { format!(" ({})", key.comment) };
            let text = format!("{}{called}: no code until {until}", key.fingerprint);
            sheet.text(&text, columns, theme::PLAIN);
        }
    }
    sheet.heading("WHAT YOU MAY DO");
    for right in standing.rights.iter() {
        sheet.text(&format!("{}  ({})", right.spec().label, right.code()), columns, theme::PLAIN);
    }
    sheet
}
