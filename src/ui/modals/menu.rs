//! The action menu: every action on a user, those not offered dimmed with the reason.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::actions::spec::{Bulk, Needs, Risk, Spec, Subject};
use crate::actions::{self};
use crate::authz::refusal::{Refusal, Rule};
use crate::base::text::{fit, width};
use crate::base::time::Timestamp;
use crate::protocol::{Offer, Query, Reply};
use crate::ui::asked::Asked;
use crate::ui::card::Card;
use crate::ui::keymap::{self, Binding, bind};
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
    pub(crate) offers: Asked<Vec<Offer>>,
    cursor: usize,
    /// A letter that was typed before the offers were there.
    early: Option<char>,
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
    let id = card.id;
    let mut state = State { offers: Asked::default(), cursor: 0, early: None, whom: Whom::one(card) };
    let effects = state.offers.ask(Query::Menu { id }, now);
    model.modals.push(Modal::Menu(Box::new(state)));
    effects
}

/// Opens the menu for a marked set: what can be done to each by itself is told when it is looked at.
pub(crate) fn open_set(model: &mut Model, crowd: Crowd) -> Vec<Effect> {
    let on_users = actions::ALL.iter().filter(|spec| matches!(spec.subject, Subject::User(_)));
    let offers: Vec<Offer> =
        on_users.map(|spec| Offer { spec, refusal: refusal_of_set(model, spec) }).collect();
    let cursor = offers.iter().position(|offer| offer.refusal.is_none()).unwrap_or(0);
    let offers = Asked::known(offers);
    let state = State { offers, cursor, early: None, whom: Whom::Set(crowd) };
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
    let offers = state.offers.answer.as_deref().unwrap_or_default();
    match step {
        Step::Nothing => Vec::new(),
        Step::Close => {
            model.modals.pop();
            Vec::new()
        }
        Step::Explain => {
            if let Some(offer) = offers.get(state.cursor) {
                let notice = why::notice(offer, &state.whom, model.size.0);
                model.modals.push(Modal::Notice(notice));
            }
            Vec::new()
        }
        Step::Run(place) => {
            let Some(offer) = offers.get(*place) else { return Vec::new() };
            state.cursor = *place;
            if let Some(refusal) = &offer.refusal {
                let text = format!("{}: {}; W explains", offer.spec.title, refusal.text);
                return model.say(Severity::Note, text, now);
            }
            let (spec, whom) = (offer.spec, state.whom.clone());
            model.modals.pop();
            confirm::open(model, spec, whom, now)
        }
    }
}

impl State {
    fn step(&mut self, name: &str) -> Step {
        let count = self.offers.answer.as_ref().map_or(0, Vec::len);
        let mut letters = name.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            if let Some(place) = self.place_of(letter) {
                return Step::Run(place);
            }
            if self.offers.waits() && letter.is_ascii_alphanumeric() && keymap::find(KEYS, name).is_none() {
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
        self.offers.answer.as_ref()?.iter().position(|offer| offer.spec.letter == letter)
    }
}

/// Asks again which actions are offered.
pub(crate) fn refresh(state: &mut State, now: Timestamp) -> Vec<Effect> {
    match &state.whom {
        Whom::One(card) => state.offers.ask(Query::Menu { id: card.id }, now),
        Whom::Set(_) | Whom::New(_) => Vec::new(),
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
    let Some(state) = found.filter(|state| state.offers.question_is(query)) else { return Vec::new() };
    state.offers.takes(query);
    state.offers.trouble = reply.trouble();
    let Reply::Menu(offers) = reply else { return Vec::new() };
    // It begins on what can be done; afterwards it stays where the operator put it.
    let first_offered = offers.iter().position(|offer| offer.refusal.is_none()).unwrap_or(0);
    let wanted = if state.offers.answer.is_none() { first_offered.max(state.cursor) } else { state.cursor };
    state.cursor = wanted.min(offers.len().saturating_sub(1));
    state.offers.answer = Some(offers);
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
    let offers = state.offers.answer.as_deref().unwrap_or_default();
    let rows = cells(offers.len()).max(2) + 5;
    let area = centred(screen, screen.width.saturating_sub(2).min(100), rows);
    let title = format!("Actions for {}", state.whom.title(now));
    let inside = boxed(buffer, area, model.theme, &title, "Enter run  W why  Esc close");
    put(buffer, (inside.x, inside.y), inside.width, "letters run the action", theme::DIM);
    put_right(buffer, (inside.right(), inside.y), "level", theme::DIM);
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(3), ..inside };
    if let Some(trouble) = &state.offers.trouble {
        for (y, line) in (list.y..list.bottom()).zip(trouble.lines()) {
            put(buffer, (list.x, y), list.width, &line, theme::PLAIN);
        }
        return Position::new(list.x, list.y);
    }
    if offers.is_empty() {
        let text = if state.offers.is_slow(now) { "loading .." } else { "" };
        put(buffer, (list.x, list.y), list.width, text, theme::PLAIN);
        return Position::new(list.x, list.y);
    }
    let top = (state.cursor + 1).saturating_sub(usize::from(list.height));
    let mut cursor = Position::new(list.x, list.y);
    for (y, (at, offer)) in (list.y..list.bottom()).zip(offers.iter().enumerate().skip(top)) {
        let is_selected = at == state.cursor;
        entry(buffer, Rect { y, height: 1, ..list }, offer, is_selected);
        if is_selected {
            cursor = Position::new(list.x, y);
        }
    }
    if let Some(offer) = offers.get(state.cursor) {
        let text = offer.refusal.as_ref().map_or(offer.spec.help, |refusal| &refusal.text);
        let below = [inside.bottom().saturating_sub(2), inside.bottom().saturating_sub(1)];
        for (y, line) in below.into_iter().zip(wrap(text, usize::from(inside.width))) {
            put(buffer, (inside.x, y), inside.width, &line, theme::DIM);
        }
    }
    cursor
}

fn entry(buffer: &mut Buffer, area: Rect, offer: &Offer, is_selected: bool) {
    let mark = if is_selected { '>' } else { ' ' };
    let head = format!("{mark}{} {}", offer.spec.letter, fit(offer.spec.title, 27));
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
