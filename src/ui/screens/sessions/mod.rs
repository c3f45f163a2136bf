//! The console sessions that are open: who sits where, how they signed in, how idle they are; and what ends them.

pub(crate) mod view;

use crate::base::ids::SessionId;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::protocol::{ConsoleSession, Query, Reply, SessionPage};
use crate::ui::asked::Asked;
use crate::ui::card::Card;
use crate::ui::keymap::{Binding, bind};
use crate::ui::modals::notice::Notice;
use crate::ui::modals::{Modal, menu};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::scroll::{Motion, Stand};
use crate::ui::parts::sheet::Sheet;
use crate::ui::route::Screen;
use crate::ui::screens::{audit, groups, jobs, me, profile};
use crate::ui::theme;

/// What is remembered of the page.
#[derive(Debug, Default)]
pub(crate) struct State {
    list: Asked<SessionPage>,
    stand: Stand,
    /// The session that the cursor is on: it stays under the eye while others come and go.
    focused: Option<SessionId>,
}

/// A command of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Detail,
    Actions,
    Operator,
    Here,
    Users,
    Groups,
    Audit,
    Jobs,
    Account,
}

/// The keys of the page, beside those of every list.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["enter"], "session.open", "Everything that is known of the session", Command::Detail)
        .hint(1, "detail"),
    bind(&["a"], "actions.open", "End this session, all of the operator, or my others", Command::Actions)
        .hint(2, "actions"),
    bind(&["o"], "session.operator", "Open the profile of who sits there", Command::Operator)
        .hint(3, "operator"),
    bind(&["5"], "screen.sessions", "Go to the sessions", Command::Here),
    bind(&["1"], "screen.users", "Go to the users", Command::Users),
    bind(&["2"], "screen.groups", "Go to the groups", Command::Groups),
    bind(&["4"], "screen.audit", "Go to the audit", Command::Audit),
    bind(&["6"], "screen.jobs", "Go to the jobs", Command::Jobs),
    bind(&["9"], "screen.me", "Go to my account", Command::Account),
];

/// Runs a command.
pub(crate) fn update(model: &mut Model, command: Command, now: Timestamp) -> Vec<Effect> {
    match command {
        Command::Detail => {
            detail(model, now);
            Vec::new()
        }
        Command::Actions => match model.sessions.selected() {
            Some(session) => {
                let (card, session) = (Card::of_row(&session.who), session.id);
                menu::open_on_session(model, card, session, now)
            }
            None => Vec::new(),
        },
        Command::Operator => match model.sessions.selected().map(|session| session.who.id) {
            Some(user) => profile::open_above(model, user, Screen::Sessions, now),
            None => Vec::new(),
        },
        Command::Here => Vec::new(),
        Command::Users => me::to_users(model, now),
        Command::Groups => groups::to_groups(model, now),
        Command::Audit => audit::to_audit(model, now),
        Command::Jobs => jobs::to_jobs(model, now),
        Command::Account => {
            model.screen = Screen::Me;
            Vec::new()
        }
    }
}

/// Goes to the page.
pub(crate) fn to_sessions(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.screen = Screen::Sessions;
    refresh(model, now)
}

/// Asks again which sessions there are.
pub(crate) fn refresh(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.sessions.list.ask(Query::Sessions { before: None, rows: limits::SESSIONS_LISTED_MAX }, now)
}

/// Takes in which sessions there are; the cursor stays on the session that it was on.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply) -> Vec<Effect> {
    let height = height(model);
    let state = &mut model.sessions;
    if !state.list.takes(query) {
        return Vec::new();
    }
    state.list.trouble = reply.trouble();
    if let Reply::Sessions(page) = reply {
        let place = page.sessions.iter().position(|session| Some(session.id) == state.focused);
        state.stand.cursor = place.unwrap_or(state.stand.cursor);
        state.stand.settle(page.sessions.len(), height);
        state.list.answer = Some(page);
        state.focused = state.selected().map(|session| session.id);
    }
    Vec::new()
}

impl State {
    fn sessions(&self) -> &[ConsoleSession] {
        self.list.answer.as_ref().map_or(&[], |page| &page.sessions)
    }

    fn selected(&self) -> Option<&ConsoleSession> {
        self.sessions().get(self.stand.cursor)
    }
}

/// Moves the cursor.
pub(crate) fn go(model: &mut Model, motion: Motion) {
    let height = height(model);
    let state = &mut model.sessions;
    let rows = state.sessions().len();
    state.stand.go(motion, rows, height);
    state.focused = state.selected().map(|session| session.id);
}

fn height(model: &Model) -> usize {
    usize::from(model.body().1.saturating_sub(3)).max(1)
}

fn detail(model: &mut Model, now: Timestamp) {
    let Some(session) = model.sessions.selected() else { return };
    let columns = usize::from(model.size.0.saturating_sub(8));
    let mut sheet = Sheet::default();
    for (name, value) in session.told(now) {
        sheet.pair(name, &value, columns, theme::PLAIN);
    }
    if Some(session.id) == model.actor.session {
        sheet.gap();
        sheet.text("This is the session that you sit in.", columns, theme::STRONG);
    }
    model.modals.push(Modal::Notice(Notice::new("Session", sheet)));
}
