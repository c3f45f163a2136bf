//! The user list: find, look, open, act.

pub(crate) mod completing;
pub(crate) mod marks;
pub(crate) mod preview;
pub(crate) mod search;
pub(crate) mod sorting;
pub(crate) mod view;
pub(crate) mod window;

use crossterm::event::KeyEvent;

use crate::base::limits;
use crate::base::time::Timestamp;
use crate::directory::column::Column;
use crate::directory::sort::Sort;
use crate::directory::words::Words;
use crate::protocol::{From, Query, Reply};
use crate::ui::asked::Asked;
use crate::ui::card::Card;
use crate::ui::keymap::{self, Binding, bind};
use crate::ui::modals;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::scroll::Motion;
use crate::ui::parts::toast::Severity;
use crate::ui::route::Screen;
use crate::ui::screens::{audit, groups, jobs, profile, sessions};
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
    /// What to know of how searches are answered.
    pub(crate) search_note: Option<&'static str>,
    /// Names that values of the filter may be, and whether they are asked for.
    pub(crate) words: Words,
    pub(crate) asked_words: Asked<()>,
    land: Land,
}

/// A command of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Open,
    Filter,
    SortBy(Column),
    ThenBy(Column),
    Reverse,
    /// Go to a row by its number or part.
    Place,
    Actions,
    Export,
    Here,
    Groups,
    Sessions,
    Jobs,
    Account,
    Audit,
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
    bind(&["2"], "screen.groups", "Go to the groups", Command::Groups),
    bind(&["4"], "screen.audit", "Go to the audit", Command::Audit),
    bind(&["5"], "screen.sessions", "Go to the sessions", Command::Sessions),
    bind(&["6"], "screen.jobs", "Go to the jobs", Command::Jobs),
    bind(&["9"], "screen.me", "Go to my account", Command::Account),
    bind(&["%"], "cursor.row", "Go to a row by its number or a part: 50%", Command::Place),
    bind(&["S"], "sort.reverse", "Sort in the other direction", Command::Reverse),
    bind(&["s l"], "sort.login", "Sort by login; again turns the direction", Command::SortBy(Column::Login)),
    bind(&["s n"], "sort.name", "Sort by name", Command::SortBy(Column::Name)),
    bind(&["s f"], "sort.first_name", "Sort by first name", Command::SortBy(Column::FirstName)),
    bind(&["s y"], "sort.last_name", "Sort by last name", Command::SortBy(Column::LastName)),
    bind(&["s i"], "sort.id", "Sort by id", Command::SortBy(Column::Id)),
    bind(&["s k"], "sort.kind", "Sort by kind", Command::SortBy(Column::Kind)),
    bind(&["s s"], "sort.status", "Sort by status", Command::SortBy(Column::Status)),
    bind(&["s r"], "sort.roles", "Sort by level and roles", Command::SortBy(Column::Role)),
    bind(&["s v"], "sort.level", "Sort by level", Command::SortBy(Column::Level)),
    bind(&["s g"], "sort.group", "Sort by group", Command::SortBy(Column::Group)),
    bind(&["s o"], "sort.organisation", "Sort by organisation", Command::SortBy(Column::Organisation)),
    bind(&["s d"], "sort.email", "Sort by email", Command::SortBy(Column::Email)),
    bind(
        &["s w"],
        "sort.email_confirmed",
        "Sort by whether the email is confirmed",
        Command::SortBy(Column::EmailConfirmed),
    ),
    bind(&["s h"], "sort.phone", "Sort by phone", Command::SortBy(Column::Phone)),
    bind(&["s c"], "sort.core_id", "Sort by core id", Command::SortBy(Column::CoreId)),
    bind(&["s p"], "sort.product", "Sort by product", Command::SortBy(Column::Product)),
    bind(&["s x"], "sort.archived", "Sort by whether archived", Command::SortBy(Column::Archived)),
    bind(&["s t"], "sort.last_login", "Sort by last sign-in", Command::SortBy(Column::LastLogin)),
    bind(&["s e"], "sort.enrolled", "Sort by enrolment", Command::SortBy(Column::Enrolled)),
    bind(&["s a"], "sort.added", "Sort by when it was added", Command::SortBy(Column::Added)),
    bind(&["s m"], "sort.modified", "Sort by the last change", Command::SortBy(Column::Modified)),
    bind(&["s L"], "then.login", "Then by login: second sort key", Command::ThenBy(Column::Login)),
    bind(&["s N"], "then.name", "Then by name", Command::ThenBy(Column::Name)),
    bind(&["s F"], "then.first_name", "Then by first name", Command::ThenBy(Column::FirstName)),
    bind(&["s Y"], "then.last_name", "Then by last name", Command::ThenBy(Column::LastName)),
    bind(&["s I"], "then.id", "Then by id", Command::ThenBy(Column::Id)),
    bind(&["s K"], "then.kind", "Then by kind", Command::ThenBy(Column::Kind)),
    bind(&["s S"], "then.status", "Then by status", Command::ThenBy(Column::Status)),
    bind(&["s R"], "then.roles", "Then by level and roles", Command::ThenBy(Column::Role)),
    bind(&["s V"], "then.level", "Then by level", Command::ThenBy(Column::Level)),
    bind(&["s G"], "then.group", "Then by group", Command::ThenBy(Column::Group)),
    bind(&["s O"], "then.organisation", "Then by organisation", Command::ThenBy(Column::Organisation)),
    bind(&["s D"], "then.email", "Then by email", Command::ThenBy(Column::Email)),
    bind(
        &["s W"],
        "then.email_confirmed",
        "Then by whether the email is confirmed",
        Command::ThenBy(Column::EmailConfirmed),
    ),
    bind(&["s H"], "then.phone", "Then by phone", Command::ThenBy(Column::Phone)),
    bind(&["s C"], "then.core_id", "Then by core id", Command::ThenBy(Column::CoreId)),
    bind(&["s P"], "then.product", "Then by product", Command::ThenBy(Column::Product)),
    bind(&["s X"], "then.archived", "Then by whether archived", Command::ThenBy(Column::Archived)),
    bind(&["s T"], "then.last_login", "Then by last sign-in", Command::ThenBy(Column::LastLogin)),
    bind(&["s E"], "then.enrolled", "Then by enrolment", Command::ThenBy(Column::Enrolled)),
    bind(&["s A"], "then.added", "Then by when it was added", Command::ThenBy(Column::Added)),
    bind(&["s M"], "then.modified", "Then by the last change", Command::ThenBy(Column::Modified)),
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
        Command::SortBy(column) => sort(model, sorting::by(model.users.sort, column), now),
        Command::ThenBy(column) => sort(model, sorting::then_by(model.users.sort, column), now),
        Command::Reverse => sort(model, sorting::reversed(model.users.sort), now),
        Command::Place => {
            model.users.search.ask_place("");
            Vec::new()
        }
        // Whom the keys mean is not known yet: a menu on the focused row alone would be one on somebody else.
        Command::Actions if model.users.marks.are_awaited() => {
            model.say(Severity::Note, "still finding whom to mark: press a again", now)
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
        Command::Groups => groups::to_groups(model, now),
        Command::Sessions => sessions::to_sessions(model, now),
        Command::Jobs => jobs::to_jobs(model, now),
        Command::Audit => audit::to_audit(model, now),
        Command::Account => {
            model.screen = Screen::Me;
            Vec::new()
        }
    }
}

fn sort(model: &mut Model, sort: Sort, now: Timestamp) -> Vec<Effect> {
    let state = &mut model.users;
    if state.sort == sort {
        return Vec::new();
    }
    state.sort = sort;
    // The list as it was before the filter has another order.
    state.search.before = None;
    ask(state, From::Start, Land::First, now)
}

/// A key while a row to go to is typed.
fn place_key(model: &mut Model, name: &str, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    let state = &mut model.users;
    let Some(place) = &mut state.search.place else { return Vec::new() };
    match name {
        "esc" => state.search.place = None,
        "enter" => {
            let text = place.text().to_owned();
            state.search.place = None;
            return go_to_row(model, &text, now);
        }
        _ => {
            place.key(key);
        }
    }
    Vec::new()
}

/// Goes to the row of the list that `text` names.
pub(crate) fn go_to_row(model: &mut Model, text: &str, now: Timestamp) -> Vec<Effect> {
    if model.screen != Screen::Users {
        return model.say(Severity::Note, "rows are gone to in the list of users", now);
    }
    let state = &mut model.users;
    let rows = state.count.answer.map_or(u64::MAX, |(matching, _)| matching);
    match search::row_named(text, rows) {
        Some(row) => ask(state, From::Row(row), Land::First, now),
        None => model.say(Severity::Warn, "a row is a number, or a part such as 50%", now),
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
    if model.users.search.place.is_some() {
        return place_key(model, name, key, now);
    }
    let State { search, list, .. } = &mut model.users;
    let effect = match keymap::find(search::KEYS, name) {
        Some(search::Command::Complete) => return completing::tab(model, now),
        Some(search::Command::Leave) => {
            search.leave();
            // Names in use change; they are asked for again with the next filter.
            model.users.words = Words::default();
            let height = height(model);
            return top_up(&mut model.users, height, now);
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
    if let Some(place) = &mut search.place {
        place.paste(text);
        return Vec::new();
    }
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

pub(super) fn searched(model: &mut Model, effect: search::Effect, now: Timestamp) -> Vec<Effect> {
    // While one types each letter replaces the rows: as many as are seen.
    let few = (height(model) + 1).min(limits::PAGE_ROWS);
    let state = &mut model.users;
    let mut effects = match effect {
        search::Effect::Same => return Vec::new(),
        search::Effect::Applied => ask_rows(state, From::Start, Land::First, few, now),
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
    ask_rows(state, from, land, limits::PAGE_ROWS, now)
}

fn ask_rows(state: &mut State, from: From, land: Land, rows: usize, now: Timestamp) -> Vec<Effect> {
    state.land = land;
    let filter = state.marks.narrow(state.search.applied.clone());
    state.page.ask(Query::Users { filter, sort: state.sort, from, rows }, now)
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
        if let Reply::Count { matching, visible, source } = reply {
            state.count.answer = Some((matching, visible));
            state.search_note = source.note();
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
    // Nobody moves on while typing.
    if state.search.is_open { Vec::new() } else { top_up(state, height, now) }
}
