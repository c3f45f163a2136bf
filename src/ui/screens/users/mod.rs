//! The user list: find, look, open, act.

pub(crate) mod marks;
pub(crate) mod preview;
pub(crate) mod search;
pub(crate) mod view;
pub(crate) mod window;

use crossterm::event::KeyEvent;

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::directory::sort::Sort;
use crate::protocol::{From, Query, Reply};
use crate::ui::asked::Asked;
use crate::ui::card::Card;
use crate::ui::keymap::{self, Binding, bind};
use crate::ui::modals;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::scroll::Motion;
use crate::ui::route::Screen;
use crate::ui::screens::{jobs, profile};
use marks::Marks;
use search::Search;
use window::{Land, Window};

/// What the list remembers, also while another screen stands above it.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) search: Search,
    pub(crate) list: Window,
    pub(crate) sort: Sort,
    pub(crate) marks: Marks,
    /// The page that is awaited; the rows themselves are in `list`.
    pub(crate) page: Asked<()>,
    /// Users that the filter means, and users that exist.
    pub(crate) count: Asked<(u64, u64)>,
    land: Land,
}

/// A command of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Open,
    Filter,
    Actions,
    Export,
    Here,
    Jobs,
    Account,
}

/// The keys of the list, beside those of every list.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["enter"], "user.open", "Open the profile", Command::Open).hint(1, "open"),
    bind(&["/"], "filter.open", "Filter as you type; Esc leaves, Esc again clears", Command::Filter)
        .hint(2, "filter"),
    bind(&["a"], "actions.open", "Actions on the marked users, else the focused one", Command::Actions)
        .hint(3, "actions"),
    bind(&["x"], "export", "How to export this view to a file", Command::Export),
    bind(&["1"], "screen.users", "Go to the users", Command::Here),
    bind(&["6"], "screen.jobs", "Go to the jobs", Command::Jobs),
    bind(&["9"], "screen.me", "Go to my account", Command::Account),
];

/// Rows of the table that fit; `Model::body` less what stands above and below them.
pub(crate) fn height(model: &Model) -> usize {
    let above = 3 + u16::from(!model.is_compact()) + u16::from(model.users.search.mistake.is_some());
    usize::from(model.body().1.saturating_sub(above + 1)).max(1)
}

/// Runs a command.
pub(crate) fn update(model: &mut Model, command: Command, now: Timestamp) -> Vec<Effect> {
    match command {
        Command::Open => {
            let Some(user) = model.users.list.selected().map(|row| row.id) else { return Vec::new() };
            profile::open(model, user, now)
        }
        Command::Filter => {
            model.users.search.is_open = true;
            Vec::new()
        }
        Command::Actions => match (model.users.marks.crowd(), card(model)) {
            (Some(crowd), _) => modals::menu::open_set(model, crowd),
            (None, Some(card)) => modals::menu::open(model, card, now),
            (None, None) => Vec::new(),
        },
        Command::Export => {
            let notice = modals::export::notice(model);
            model.modals.push(modals::Modal::Notice(notice));
            Vec::new()
        }
        Command::Here => Vec::new(),
        Command::Jobs => jobs::to_jobs(model, now),
        Command::Account => {
            model.screen = Screen::Me;
            Vec::new()
        }
    }
}

/// The focused user.
pub(crate) fn card(model: &Model) -> Option<Card> {
    model.users.list.selected().map(Card::of_row)
}

/// Moves the cursor and asks for the page that it comes near to.
pub(crate) fn go(model: &mut Model, motion: Motion, now: Timestamp) -> Vec<Effect> {
    let height = height(model);
    match model.users.list.go(motion, height) {
        Some((from, land)) => ask(&mut model.users, from, land, now),
        None => top_up(&mut model.users, height, now),
    }
}

/// A key while the filter's field is open.
pub(crate) fn field_key(model: &mut Model, name: &str, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    let State { search, list, .. } = &mut model.users;
    let effect = match keymap::find(search::KEYS, name) {
        Some(search::Command::Leave) => {
            search.leave();
            return Vec::new();
        }
        Some(search::Command::Earlier) => search.recall(1, list),
        Some(search::Command::Later) => search.recall(-1, list),
        None => search.key(key, list),
    };
    searched(model, effect, now)
}

/// Text pasted while the filter's field is open.
pub(crate) fn field_paste(model: &mut Model, text: &str, now: Timestamp) -> Vec<Effect> {
    let State { search, list, .. } = &mut model.users;
    let effect = search.paste(text, list);
    searched(model, effect, now)
}

/// Clears an applied filter; `None` where there is none to clear.
pub(crate) fn clear_filter(model: &mut Model, now: Timestamp) -> Option<Vec<Effect>> {
    let State { search, list, .. } = &mut model.users;
    if !search.is_set() {
        return None;
    }
    let effect = search.clear(list);
    Some(searched(model, effect, now))
}

fn searched(model: &mut Model, effect: search::Effect, now: Timestamp) -> Vec<Effect> {
    let state = &mut model.users;
    let mut effects = match effect {
        search::Effect::Same => return Vec::new(),
        search::Effect::Applied => ask(state, From::Start, Land::First, now),
        search::Effect::Cleared(before) => match before {
            Some(before) if !before.rows.is_empty() => {
                state.list = before;
                let again = state.list.again();
                ask(state, again, Land::Same, now)
            }
            Some(_) | None => ask(state, From::Start, Land::First, now),
        },
    };
    effects.extend(ask_count(state, now));
    effects
}

/// Asks for the list for the first time, or as it is now, without moving anything.
pub(crate) fn refresh(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let state = &mut model.users;
    let (from, land) = if state.list.rows.is_empty() {
        (From::Start, Land::First)
    } else {
        (state.list.again(), Land::Same)
    };
    let mut effects = ask(state, from, land, now);
    effects.extend(ask_count(state, now));
    effects
}

fn ask(state: &mut State, from: From, land: Land, now: Timestamp) -> Vec<Effect> {
    state.land = land;
    let filter = state.marks.narrow(state.search.applied.clone());
    state.page.ask(Query::Users { filter, sort: state.sort, from, rows: limits::PAGE_ROWS }, now)
}

fn ask_count(state: &mut State, now: Timestamp) -> Vec<Effect> {
    let filter = state.marks.narrow(state.search.applied.clone());
    let mut effects = state.count.ask(Query::Count { filter }, now);
    effects.extend(marks::watch(state, now));
    effects
}

/// Asks for the list from its beginning: it shows other users now.
pub(crate) fn refilter(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let state = &mut model.users;
    let mut effects = ask(state, From::Start, Land::First, now);
    effects.extend(ask_count(state, now));
    effects
}

fn top_up(state: &mut State, height: usize, now: Timestamp) -> Vec<Effect> {
    if state.page.waits() {
        return Vec::new();
    }
    match state.list.wants(height) {
        Some(from) => ask(state, from, Land::Same, now),
        None => Vec::new(),
    }
}

/// Takes in the reply to a question about the list.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let height = height(model);
    let state = &mut model.users;
    let trouble = reply.trouble();
    if state.count.takes(query) {
        if let Reply::Count { matching, visible } = reply {
            state.count.answer = Some((matching, visible));
        }
        state.count.trouble = trouble;
        return Vec::new();
    }
    if !state.page.takes(query) {
        return Vec::new();
    }
    state.page.trouble = trouble;
    let (Reply::Users(page), Query::Users { from, .. }) = (reply, query) else {
        return Vec::new();
    };
    state.page.answer = Some(());
    if page.rows.is_empty() && matches!(from, From::At(_)) {
        // The row that it began with is gone with all that followed: the list is shorter now.
        return ask(state, From::End, Land::Last, now);
    }
    let matching = state.count.answer.map(|(matching, _)| matching);
    state.list.take(from, page, state.land, height, matching);
    top_up(state, height, now)
}
