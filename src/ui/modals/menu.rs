//! The action menu: every action on a user, those not offered dimmed with the reason.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::actions::spec::{Bulk, Needs, Risk, Spec, Subject};
use crate::actions::{self};
use crate::authz::refusal::{Refusal, Rule};
use crate::base::ids::SessionId;
use crate::base::text::{fit, width};
use crate::base::time::Timestamp;
use crate::protocol::{Offer, Query, Reply};
use crate::ui::asked::Asked;
use crate::ui::card::Card;
use crate::ui::keymap::{self, Binding, bind};
use crate::ui::modals::confirm::Filled;
use crate::ui::modals::{Modal, confirm, why};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::ink::{boxed, cells, centred, put, put_right, wrap};
use crate::ui::parts::toast::Severity;
use crate::ui::theme;
use crate::ui::whom::{Crowd, Whom};

/// An open menu.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) whom: Whom,
    /// The session whose menu it is; `None` where it is that of a user or of a set.
    session: Option<SessionId>,
    pub(crate) entries: Asked<Vec<Entry>>,
    cursor: usize,
    /// A letter that was typed before the offers were there.
    early: Option<char>,
}

/// One entry: an action, under the letter and the title that it has here.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    letter: char,
    title: &'static str,
    offer: Offer,
    /// The field that is filled in with the session.
    named_in: Option<&'static str>,
}

impl Entry {
    const fn of_offer(offer: Offer) -> Self {
        Self { letter: offer.spec.letter, title: offer.spec.title, offer, named_in: None }
    }

    /// The entries of a session: what can be done to its operator, as far as it is about sessions. What is done to
    /// oneself is judged when it is looked at.
    fn of_session(offers: &[Offer]) -> Vec<Self> {
        let judged = |spec: &'static Spec| offers.iter().find(|offer| offer.spec.code == spec.code).cloned();
        let entries = actions::ON_SESSIONS.iter().filter_map(|entry| {
            let own = entry.spec.is_own().then_some(Offer { spec: entry.spec, refusal: None });
            let offer = own.or_else(|| judged(entry.spec))?;
            Some(Self { letter: entry.letter, title: entry.title, offer, named_in: entry.named_in })
        });
        entries.collect()
    }
}

/// A command of the menu; letters of actions come before all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Run,
    Down,
    Up,
    Why,
    Close,
}

/// The keys of the menu. Letters are left to the actions.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["enter"], "action.run", "Run the focused action", Command::Run).hint(1, "run"),
    bind(&["W"], "why.open", "Why the focused action is or is not offered", Command::Why).hint(2, "why"),
    bind(&["down", "tab"], "menu.down", "Next action", Command::Down),
    bind(&["up", "shift-tab"], "menu.up", "Previous action", Command::Up),
    bind(&["esc", "backspace"], "window.close", "Close", Command::Close).hint(3, "close"),
];

/// Opens the menu for what stands on a card.
pub(crate) fn open(model: &mut Model, card: Card, now: Timestamp) -> Vec<Effect> {
    open_about(model, card, None, now)
}

/// Opens the menu of a session: what ends it, and those beside it.
pub(crate) fn open_on_session(
    model: &mut Model,
    card: Card,
    session: SessionId,
    now: Timestamp,
) -> Vec<Effect> {
    open_about(model, card, Some(session), now)
}

fn open_about(model: &mut Model, card: Card, session: Option<SessionId>, now: Timestamp) -> Vec<Effect> {
    let id = card.id;
    let whom = Whom::one(card);
    let mut state = State { whom, session, entries: Asked::default(), cursor: 0, early: None };
    let effects = state.entries.ask(Query::Menu { id }, now);
    model.modals.push(Modal::Menu(Box::new(state)));
    effects
}

/// Opens the menu for a marked set: what can be done to each by itself is told when it is looked at.
pub(crate) fn open_set(model: &mut Model, crowd: Crowd) -> Vec<Effect> {
    let on_users = actions::ALL.iter().filter(|spec| matches!(spec.subject, Subject::User(_)));
    let entries: Vec<Entry> =
        on_users.map(|spec| Entry::of_offer(Offer { spec, refusal: refusal_of_set(model, spec) })).collect();
    let cursor = first_offered(&entries);
    let entries = Asked::known(entries);
    let state = State { whom: Whom::Set(crowd), session: None, entries, cursor, early: None };
    model.modals.push(Modal::Menu(Box::new(state)));
    Vec::new()
}

/// Why `spec` is not done to a set.
pub(crate) fn refusal_of_set(model: &Model, spec: &Spec) -> Option<Refusal> {
    if spec.bulk == Bulk::No {
        let satisfied = "unmark all with U, then act upon each user by itself";
        return Some(Refusal::new(Rule::Guard, "is done to one user at a time", satisfied));
    }
    match spec.right {
        Needs::Right(right) => model.lacks(right),
        Needs::Own => None,
    }
}

/// It begins on what can be done.
fn first_offered(entries: &[Entry]) -> usize {
    entries.iter().position(|entry| entry.offer.refusal.is_none()).unwrap_or(0)
}

/// What a key in the menu leads to.
#[derive(Debug)]
enum Step {
    Nothing,
    Close,
    Explain,
    /// Runs the entry of this place.
    Run(usize),
}

/// A key.
pub(crate) fn key(model: &mut Model, name: &str, now: Timestamp) -> Vec<Effect> {
    let Some(Modal::Menu(state)) = model.modals.last_mut() else { return Vec::new() };
    let step = state.step(name);
    run(model, &step, now)
}

fn run(model: &mut Model, step: &Step, now: Timestamp) -> Vec<Effect> {
    let Some(Modal::Menu(state)) = model.modals.last_mut() else { return Vec::new() };
    let entries = state.entries.answer.as_deref().unwrap_or_default();
    match step {
        Step::Nothing => Vec::new(),
        Step::Close => {
            model.modals.pop();
            Vec::new()
        }
        Step::Explain => {
            if let Some(entry) = entries.get(state.cursor) {
                let (offer, whom) = (entry.offer.clone(), state.whom.clone());
                return why::of_offer(model, &offer, &whom);
            }
            Vec::new()
        }
        Step::Run(place) => {
            let Some(entry) = entries.get(*place) else { return Vec::new() };
            state.cursor = *place;
            if let Some(refusal) = &entry.offer.refusal {
                let text = format!("{}: {}; W explains", entry.title, refusal.text);
                return model.say(Severity::Note, text, now);
            }
            let spec = entry.offer.spec;
            let whom = if spec.is_own() { Whom::Own(model.actor.login.clone()) } else { state.whom.clone() };
            let mut filled = Filled::default();
            if let Some((field, session)) = entry.named_in.zip(state.session) {
                filled.answers.insert(field.to_owned(), session.to_string());
            }
            model.modals.pop();
            confirm::open_filled(model, spec, whom, filled, now)
        }
    }
}

impl State {
    fn step(&mut self, name: &str) -> Step {
        let count = self.entries.answer.as_ref().map_or(0, Vec::len);
        let mut letters = name.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            if let Some(place) = self.place_of(letter) {
                return Step::Run(place);
            }
            if self.entries.waits() && letter.is_ascii_alphanumeric() && keymap::find(KEYS, name).is_none() {
                self.early = Some(letter);
                return Step::Nothing;
            }
        }
        match keymap::find(KEYS, name) {
            Some(Command::Run) => Step::Run(self.cursor),
            Some(Command::Down) => {
                self.cursor = (self.cursor + 1).min(count.saturating_sub(1));
                Step::Nothing
            }
            Some(Command::Up) => {
                self.cursor = self.cursor.saturating_sub(1);
                Step::Nothing
            }
            Some(Command::Why) => Step::Explain,
            Some(Command::Close) => Step::Close,
            // `q` closes as everywhere, unless an action has taken the letter.
            None if name == "q" => Step::Close,
            None => Step::Nothing,
        }
    }

    fn place_of(&self, letter: char) -> Option<usize> {
        self.entries.answer.as_ref()?.iter().position(|entry| entry.letter == letter)
    }
}

/// Asks again which actions are offered.
pub(crate) fn refresh(state: &mut State, now: Timestamp) -> Vec<Effect> {
    match &state.whom {
        Whom::One(card) => state.entries.ask(Query::Menu { id: card.id }, now),
        Whom::Set(_) | Whom::New(_) | Whom::Own(_) => Vec::new(),
    }
}

/// Takes in which actions are offered; a letter typed early runs now.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let is_on_top = matches!(model.modals.last(), Some(Modal::Menu(_)));
    let found = model.modals.iter_mut().find_map(|modal| match modal {
        Modal::Menu(state) => Some(state),
        Modal::Confirm(_)
        | Modal::Notice(_)
        | Modal::Help(_)
        | Modal::Run(_)
        | Modal::Palette(_)
        | Modal::Leave => None,
    });
    let Some(state) = found.filter(|state| state.entries.question_is(query)) else { return Vec::new() };
    state.entries.takes(query);
    state.entries.trouble = reply.trouble();
    let Reply::Menu(offers) = reply else { return Vec::new() };
    let entries: Vec<Entry> = match state.session {
        None => offers.into_iter().map(Entry::of_offer).collect(),
        Some(_) => Entry::of_session(&offers),
    };
    // Once it has begun it stays where the operator put it.
    let is_new = state.entries.answer.is_none();
    let wanted = if is_new { first_offered(&entries).max(state.cursor) } else { state.cursor };
    state.cursor = wanted.min(entries.len().saturating_sub(1));
    state.entries.answer = Some(entries);
    match state.early.take().and_then(|letter| state.place_of(letter)) {
        Some(place) if is_on_top => run(model, &Step::Run(place), now),
        Some(_) | None => Vec::new(),
    }
}

/// Words for a high risk, beside the level.
pub(crate) const fn risk_words(risk: Risk) -> &'static str {
    match risk {
        Risk::L1 | Risk::L2 => "",
        Risk::L3 => "HIGH RISK  ",
        Risk::L4 => "!! VERY HIGH RISK  ",
    }
}

/// Draws the menu.
pub(crate) fn view(buffer: &mut Buffer, model: &Model, state: &State, now: Timestamp) -> Position {
    let screen = Rect { height: buffer.area.height.saturating_sub(2), ..buffer.area };
    let entries = state.entries.answer.as_deref().unwrap_or_default();
    let rows = cells(entries.len()).max(2) + 5;
    let area = centred(screen, screen.width.saturating_sub(2).min(100), rows);
    let about = state.session.map_or_else(String::new, |session| format!("session {session} of "));
    let title = format!("Actions for {about}{}", state.whom.title(now));
    let inside = boxed(buffer, area, model.theme, &title, "Enter run  W why  Esc close");
    put(buffer, (inside.x, inside.y), inside.width, "letters run the action", theme::DIM);
    put_right(buffer, (inside.right(), inside.y), "level", theme::DIM);
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(3), ..inside };
    if let Some(trouble) = &state.entries.trouble {
        for (y, line) in (list.y..list.bottom()).zip(trouble.lines()) {
            put(buffer, (list.x, y), list.width, &line, theme::PLAIN);
        }
        return Position::new(list.x, list.y);
    }
    if entries.is_empty() {
        let text = if state.entries.is_slow(now) { "loading .." } else { "" };
        put(buffer, (list.x, list.y), list.width, text, theme::PLAIN);
        return Position::new(list.x, list.y);
    }
    let top = (state.cursor + 1).saturating_sub(usize::from(list.height));
    let mut cursor = Position::new(list.x, list.y);
    for (y, (at, entry)) in (list.y..list.bottom()).zip(entries.iter().enumerate().skip(top)) {
        let is_selected = at == state.cursor;
        draw(buffer, Rect { y, height: 1, ..list }, entry, is_selected);
        if is_selected {
            cursor = Position::new(list.x, y);
        }
    }
    if let Some(Entry { offer, .. }) = entries.get(state.cursor) {
        let text = offer.refusal.as_ref().map_or(offer.spec.help, |refusal| &refusal.text);
        let below = [inside.bottom().saturating_sub(2), inside.bottom().saturating_sub(1)];
        for (y, line) in below.into_iter().zip(wrap(text, usize::from(inside.width))) {
            put(buffer, (inside.x, y), inside.width, &line, theme::DIM);
        }
    }
    cursor
}

fn draw(buffer: &mut Buffer, area: Rect, entry: &Entry, is_selected: bool) {
    let Entry { letter, title, offer, .. } = entry;
    let mark = if is_selected { '>' } else { ' ' };
    let head = format!("{mark}{letter} {}", fit(title, 27));
    let right = match &offer.refusal {
        None => format!("{}{}", risk_words(offer.spec.risk), offer.spec.risk.word()),
        Some(_) => "(W)".to_owned(),
    };
    let style = if offer.refusal.is_some() { theme::DIM } else { theme::PLAIN };
    let used = put(buffer, (area.x, area.y), area.width, &head, style);
    let end = put_right(buffer, (area.right(), area.y), &right, style);
    if let Some(refusal) = &offer.refusal {
        let room = end.saturating_sub(area.x + used + 1);
        let text =
            if width(&refusal.text) > 0 { format!("- {}", refusal.text) } else { "- not offered".to_owned() };
        put(buffer, (area.x + used, area.y), room, &text, style);
    }
    if is_selected {
        buffer.set_style(area, theme::SELECTED);
    }
}
