//! One user's profile: overview, notes, history; what stands above it, its panes, its keys.

pub(crate) mod feed;
pub(crate) mod overview;
pub(crate) mod panes;
pub(crate) mod revealed;
pub(crate) mod rights;
pub(crate) mod view;

use crate::authz::refusal::Rule;
use crate::authz::right::Right;
use crate::base::ids::UserId;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::history::{HistoryRow, Note};
use crate::domain::masked::mask;
use crate::protocol::{Profile, Query, Reply, Trouble};
use crate::ui::asked::Asked;
use crate::ui::card::Card;
use crate::ui::keymap::{Binding, bind};
use crate::ui::modals;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::scroll::Motion;
use crate::ui::parts::toast::Severity;
use crate::ui::route::{Place, Screen};
use crate::ui::screens::users;
use feed::Feed;
use revealed::Shown;

/// One pane of the profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pane {
    #[default]
    Overview,
    Notes,
    History,
    Rights,
}

impl Pane {
    /// All panes, in the order of their numbers.
    pub(crate) const ALL: [Self; 4] = [Self::Overview, Self::Notes, Self::History, Self::Rights];

    /// What it is called.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Notes => "Notes",
            Self::History => "History",
            Self::Rights => "Groups & rights",
        }
    }

    fn beside(self, by: usize) -> Self {
        let place = Self::ALL.iter().position(|pane| *pane == self).unwrap_or(0);
        Self::ALL[(place + by) % Self::ALL.len()]
    }
}

/// One profile on the screen.
#[derive(Debug)]
pub(crate) struct State {
    /// The screen that it was opened from, which Esc goes back to.
    pub(crate) above: Screen,
    /// The user, once known: a place may name one as typed.
    pub(crate) user: Option<UserId>,
    pub(crate) asked: Asked<Profile>,
    /// Whom it showed until the user was not there any more.
    pub(crate) gone: Option<String>,
    pub(crate) pane: Pane,
    /// A field in the clear.
    pub(crate) revealed: Option<Shown>,
    /// First line of the overview.
    pub(crate) overview_top: usize,
    /// First line of groups and rights.
    pub(crate) rights_top: usize,
    pub(crate) notes: Feed<Note>,
    pub(crate) history: Feed<HistoryRow>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            above: Screen::Users,
            user: None,
            asked: Asked::default(),
            gone: None,
            revealed: None,
            pane: Pane::default(),
            overview_top: 0,
            rights_top: 0,
            notes: Feed::new(|note| note.id.0),
            history: Feed::new(|row| row.seq),
        }
    }
}

/// A command of the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Actions,
    NextPane,
    PreviousPane,
    Pane(Pane),
    NextUser,
    PreviousUser,
    Read,
}

/// The keys of the profile, beside those of every list.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["]", "tab"], "pane.next", "Next pane", Command::NextPane).hint(1, "next pane"),
    bind(&["[", "shift-tab"], "pane.previous", "Previous pane", Command::PreviousPane),
    bind(&["1"], "pane.overview", "Overview", Command::Pane(Pane::Overview)),
    bind(&["2"], "pane.notes", "Notes", Command::Pane(Pane::Notes)),
    bind(&["3"], "pane.history", "History", Command::Pane(Pane::History)),
    bind(&["4"], "pane.rights", "Groups and rights, and where each comes from", Command::Pane(Pane::Rights)),
    bind(&["a"], "actions.open", "Actions on this user, such as lock", Command::Actions).hint(2, "actions"),
    bind(&["enter"], "row.read", "Read the focused note or row in full", Command::Read),
    bind(&["J"], "user.next", "Next user of the list", Command::NextUser).hint(5, "next user"),
    bind(&["K"], "user.previous", "Previous user of the list", Command::PreviousUser).hint(6, "previous"),
];

/// Opens the profile of a user above the list; the pane stays the one that was looked at.
pub(crate) fn open(model: &mut Model, user: UserId, now: Timestamp) -> Vec<Effect> {
    open_above(model, user, Screen::Users, now)
}

/// Opens the profile of a user above another screen, which Esc goes back to.
pub(crate) fn open_above(model: &mut Model, user: UserId, above: Screen, now: Timestamp) -> Vec<Effect> {
    let pane = model.profile.pane;
    model.profile = State { above, user: Some(user), pane, ..State::default() };
    model.screen = Screen::Profile;
    let mut effects = model.profile.asked.ask(Query::UserById { user }, now);
    effects.extend(load_visible(model, now));
    effects
}

/// Opens the profile of whoever `named` means.
pub(crate) fn open_named(model: &mut Model, named: String, now: Timestamp) -> Vec<Effect> {
    model.profile = State::default();
    model.screen = Screen::Profile;
    model.profile.asked.ask(Query::User { named }, now)
}

/// The user that is shown.
pub(crate) fn card(model: &Model) -> Option<Card> {
    model.profile.asked.answer.as_ref().map(|profile| Card::of_user(&profile.user))
}

/// Runs a command.
pub(crate) fn update(model: &mut Model, command: Command, now: Timestamp) -> Vec<Effect> {
    match command {
        Command::Actions => match card(model) {
            Some(card) => modals::menu::open(model, card, now),
            None => Vec::new(),
        },
        Command::NextPane => show(model, model.profile.pane.beside(1), now),
        Command::PreviousPane => show(model, model.profile.pane.beside(Pane::ALL.len() - 1), now),
        Command::Pane(pane) => show(model, pane, now),
        Command::NextUser => sibling(model, Motion::Down, now),
        Command::PreviousUser => sibling(model, Motion::Up, now),
        Command::Read => {
            if let Some(notice) = panes::full(model, now) {
                model.modals.push(modals::Modal::Notice(notice));
            }
            Vec::new()
        }
    }
}

/// Moves within the pane.
pub(crate) fn go(model: &mut Model, motion: Motion, now: Timestamp) -> Vec<Effect> {
    let height = view::rows(model);
    let Some(user) = model.profile.user else { return Vec::new() };
    match model.profile.pane {
        Pane::Overview => {
            let lines = overview::sheet(model, view::main_area(model).width, now).lines.len();
            model.profile.overview_top = scrolled(model.profile.overview_top, motion, lines, height);
            Vec::new()
        }
        Pane::Rights => {
            let lines = rights::sheet(model, view::main_area(model).width).lines.len();
            model.profile.rights_top = scrolled(model.profile.rights_top, motion, lines, height);
            Vec::new()
        }
        Pane::Notes => model.profile.notes.go(motion, height, |before| notes_query(user, before), now),
        Pane::History => model.profile.history.go(motion, height, |before| history_query(user, before), now),
    }
}

/// The first line after `motion`: a page of text moves by what is seen, a step by one line, and never past the end.
fn scrolled(top: usize, motion: Motion, lines: usize, height: usize) -> usize {
    let mut stand = crate::ui::parts::scroll::Stand { cursor: top, top: 0 };
    stand.go(motion, lines.saturating_sub(height) + 1, height);
    stand.cursor
}

/// Asks again for what is visible.
pub(crate) fn refresh(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let Some(user) = model.profile.user else {
        let named = match &model.place {
            Place::Profile(named) => named.clone(),
            Place::Users | Place::Groups | Place::Audit(_) | Place::Sessions | Place::Jobs | Place::Me => {
                return Vec::new();
            }
        };
        return open_named(model, named, now);
    };
    let mut effects = model.profile.asked.ask(Query::UserById { user }, now);
    if !model.profile.notes.is_untouched() && model.lacks(Right::UserNote).is_none() {
        effects.extend(model.profile.notes.newest(|before| notes_query(user, before), now));
    }
    if !model.profile.history.is_untouched() && model.lacks(Right::UserHistoryView).is_none() {
        effects.extend(model.profile.history.newest(|before| history_query(user, before), now));
    }
    effects.extend(load_visible(model, now));
    effects
}

fn show(model: &mut Model, pane: Pane, now: Timestamp) -> Vec<Effect> {
    model.profile.pane = pane;
    load_visible(model, now)
}

/// Asks for rows of panes that are seen and were not asked for yet.
///
/// Without the right nothing is asked: the reason is known here already.
pub(crate) fn load_visible(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    let Some(user) = model.profile.user else { return Vec::new() };
    let mut effects = Vec::new();
    if model.profile.pane == Pane::Notes && model.profile.notes.is_untouched() {
        match model.lacks(Right::UserNote) {
            Some(refusal) => model.profile.notes.fail(Trouble::Refused(refusal)),
            None => effects.extend(model.profile.notes.newest(|before| notes_query(user, before), now)),
        }
    }
    let sees_history = model.profile.pane == Pane::History || view::has_timeline(model);
    if sees_history && model.profile.history.is_untouched() {
        match model.lacks(Right::UserHistoryView) {
            Some(refusal) => model.profile.history.fail(Trouble::Refused(refusal)),
            None => effects.extend(model.profile.history.newest(|before| history_query(user, before), now)),
        }
    }
    effects
}

const fn notes_query(user: UserId, before: Option<i64>) -> Query {
    Query::Notes { user, before, rows: limits::FEED_PAGE_ROWS }
}

const fn history_query(user: UserId, before: Option<i64>) -> Query {
    Query::History { user, before, rows: limits::FEED_PAGE_ROWS }
}

/// The next or previous user of the list that lies beneath.
fn sibling(model: &mut Model, motion: Motion, now: Timestamp) -> Vec<Effect> {
    if model.profile.above != Screen::Users {
        return model.say(Severity::Note, "it was opened from another page: Esc goes back there", now);
    }
    let before = model.users.list.selected().map(|row| row.id);
    let mut effects = users::go(model, motion, now);
    match model.users.list.selected().map(|row| row.id) {
        Some(user) if Some(user) != before => effects.extend(open(model, user, now)),
        Some(_) => effects.extend(model.say(Severity::Note, "no further user in this list", now)),
        None => effects.extend(model.say(Severity::Note, "no list to go through: Esc opens it", now)),
    }
    effects
}

/// Takes in the reply to a question about the profile.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let height = view::rows(model);
    let state = &mut model.profile;
    let trouble = reply.trouble();
    if state.asked.takes(query) {
        if matches!(&trouble, Some(Trouble::Refused(refusal)) if refusal.rule == Rule::Existence)
            && let Some(shown) = state.asked.answer.take()
        {
            state.gone = Some(shown.user.called());
        }
        state.asked.trouble = trouble;
        if let Reply::User(mut profile) = reply {
            state.gone = None;
            // Masked on screen for everybody; the clear text does not even stay here.
            if profile.revealed {
                mask(&mut profile.user);
            }
            let (user, called) = (profile.user.id, profile.user.called());
            state.user = Some(profile.user.id);
            state.asked.answer = Some(*profile);
            model.looked_at(user, called);
            return load_visible(model, now);
        }
    } else if state.notes.page.takes(query) {
        state.notes.page.trouble = trouble;
        if let (Reply::Notes(rows), Query::Notes { before, .. }) = (reply, query) {
            state.notes.take(*before, rows, height);
        }
    } else if state.history.page.takes(query) {
        state.history.page.trouble = trouble;
        if let (Reply::History(rows), Query::History { before, .. }) = (reply, query) {
            state.history.take(*before, rows, height);
        }
    }
    Vec::new()
}
