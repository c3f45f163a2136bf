//! The confirmation: whom, what, before and after, what follows, the form, and one button that does it.
//!
//! It opens with a dry run, so that what is shown comes from the same rules
//! that will judge the real one. While an order runs it takes no keys: nothing
//! is sent twice.

pub(crate) mod entry;
mod filled;
mod looking;
pub(crate) mod outcome;
pub(crate) mod picker;
pub(crate) mod picking;
pub(crate) mod preview;
mod proving;
pub(crate) mod undo;
pub(crate) mod view;

use std::collections::BTreeMap;

use crossterm::event::KeyEvent;

use crate::actions::form::Initial;
use crate::actions::request::{Request, Run};
use crate::actions::spec::Risk;
use crate::actions::{self, Spec};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::protocol::Receipt;
use crate::ui::asked::Asked;
use crate::ui::globals::READ_ONLY;
use crate::ui::keymap::{self, Binding, bind};
use crate::ui::modals::Modal;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::toast::Severity;
use crate::ui::whom::Whom;
use entry::Entry;
use outcome::Outcome;
use picker::Picker;
use preview::Preview;
use undo::Undoes;

/// An open confirmation.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) spec: &'static Spec,
    pub(crate) whom: Whom,
    /// What the action did, where that is to be taken back.
    pub(crate) undoes: Option<Undoes>,
    pub(crate) opened_at: Timestamp,
    pub(crate) entries: Vec<Entry>,
    pub(crate) focus: Focus,
    pub(crate) impact: Impact,
    /// What was sent and is not answered.
    pub(crate) sent: Option<Request>,
    /// What was filled in when the impact was asked for last.
    tried: BTreeMap<String, String>,
    /// Why it was not done.
    pub(crate) outcome: Option<Outcome>,
    /// The record as it is now: asked for where the form begins with it, and after somebody else changed it.
    pub(crate) reload: Asked<()>,
    /// What a field offers, over the form.
    pub(crate) picker: Option<Picker>,
    /// Rows that the window was scrolled by hand, away from where its focus puts it.
    pub(crate) scroll: isize,
    /// Esc was pressed once over words that would be lost.
    pub(crate) is_leaving: bool,
}

/// What the keys go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    /// A field of the form.
    Entry(usize),
    Cancel,
    /// The button that does it.
    Act,
}

/// What the action would do.
#[derive(Clone, Debug)]
pub(crate) enum Impact {
    /// Being looked up, since.
    Awaited(Timestamp),
    /// Looked up.
    Known(Box<Receipt>),
    /// Upon a set: what would become of each.
    Set(Box<Preview>),
    /// Can be told once the form is filled in.
    AfterForm,
}

/// A command of the confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Next,
    Previous,
    Press,
    Confirm,
    Reload,
    PageDown,
    PageUp,
    ShowAll,
    Cancel,
}

/// The keys of the confirmation; in a text field letters type.
pub(crate) static KEYS: &[Binding<Command>] = &[
    bind(&["tab", "down"], "focus.next", "Next field or button", Command::Next).hint(1, "next"),
    bind(&["shift-tab", "up"], "focus.previous", "Previous field or button", Command::Previous),
    bind(&["enter"], "button.press", "Press the focused button; in a field, go to the next", Command::Press)
        .hint(2, "press"),
    bind(&["y"], "confirm.yes", "Confirm an action of level L1 that asks nothing", Command::Confirm),
    bind(
        &["r"],
        "record.reload",
        "Show the record as it is now, after somebody else changed it",
        Command::Reload,
    ),
    bind(&["pgdn"], "window.down", "Further down in a window that does not fit", Command::PageDown),
    bind(&["pgup"], "window.up", "Further up in a window that does not fit", Command::PageUp),
    bind(&["f2"], "set.show", "Show everybody in the set, and why some are skipped", Command::ShowAll),
    bind(&["esc"], "window.cancel", "Cancel: nothing is done", Command::Cancel).hint(3, "cancel"),
];

/// Rows that a page key scrolls by.
const SCROLL_ROWS: isize = 5;

/// Opens the confirmation of `spec` upon `whom`, and asks what it would do.
pub(crate) fn open(model: &mut Model, spec: &'static Spec, whom: Whom, now: Timestamp) -> Vec<Effect> {
    open_filled(model, spec, whom, Filled::default(), now)
}

/// What a form begins with, beside what stands in the record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filled {
    /// What something new is to be called.
    pub(crate) name: String,
    /// By name of the field.
    pub(crate) answers: BTreeMap<String, String>,
}

/// As [`open`], with the form filled in as far as `filled` does.
pub(crate) fn open_filled(
    model: &mut Model,
    spec: &'static Spec,
    whom: Whom,
    filled: Filled,
    now: Timestamp,
) -> Vec<Effect> {
    open_for(model, (spec, None), (whom, filled), now)
}

pub(super) fn open_for(
    model: &mut Model,
    (spec, undoes): (&'static Spec, Option<Undoes>),
    (whom, filled): (Whom, Filled),
    now: Timestamp,
) -> Vec<Effect> {
    if model.is_read_only {
        return model.say(Severity::Note, READ_ONLY, now);
    }
    let form = if undoes.is_some() { actions::undo::form(spec) } else { spec.form };
    let mut state = State {
        spec,
        undoes,
        opened_at: now,
        entries: Entry::form(form, spec, &whom),
        whom,
        focus: Focus::Cancel,
        impact: Impact::Awaited(now),
        sent: None,
        tried: BTreeMap::new(),
        outcome: None,
        reload: Asked::default(),
        picker: None,
        scroll: 0,
        is_leaving: false,
    };
    filled::fill_in(&mut state.entries, &filled);
    state.ask_code(&model.actor, now);
    state.focus_first();
    let begins_with_the_record =
        form.iter().any(|field| !matches!(field.initial, Initial::Nothing | Initial::Held));
    let mut effects = state.ask_choices(now);
    if begins_with_the_record && state.whom.card().is_some() {
        effects.extend(state.ask_record(now));
    } else if matches!(state.whom, Whom::New(_)) && filled::new_name(&state.entries).is_empty() {
        // Without a name there is nothing to look at.
        state.impact = Impact::AfterForm;
    } else if effects.is_empty() {
        effects = state.try_dry(model, now);
    }
    model.modals.push(Modal::Confirm(Box::new(state)));
    effects
}

/// A key.
pub(crate) fn key(model: &mut Model, name: &str, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    let Some(Modal::Confirm(mut state)) = model.modals.pop() else { return Vec::new() };
    if state.is_guarded(now) || state.is_running() {
        model.modals.push(Modal::Confirm(state));
        return Vec::new();
    }
    if state.picker.is_some() {
        let effects = state.picker_key(model, name, key, now);
        model.modals.push(Modal::Confirm(state));
        return effects;
    }
    if state.opens_picker(name) {
        model.modals.push(Modal::Confirm(state));
        return Vec::new();
    }
    let command = if state.types(name) { None } else { keymap::find(KEYS, name) };
    let wants_out = matches!(command, Some(Command::Cancel));
    if !wants_out {
        state.is_leaving = false;
    }
    let (stays, effects) = match command {
        Some(command) => state.run(model, command, now),
        None => (true, state.edit(name, key)),
    };
    let notice = state.preview().filter(|_| command == Some(Command::ShowAll));
    let notice = notice.map(|preview| preview.notice(model.size.0));
    if stays {
        model.modals.push(Modal::Confirm(state));
    }
    model.modals.extend(notice.map(Modal::Notice));
    effects
}

/// Pasted text: into the focused field, or nowhere.
pub(crate) fn paste(state: &mut State, text: &str, now: Timestamp) {
    if state.is_guarded(now) || state.is_running() {
        return;
    }
    if let Some(picker) = &mut state.picker {
        return picker.paste(text);
    }
    if let Some(entry) = state.focused_entry() {
        entry.paste(text);
        state.edited();
    }
}

impl State {
    /// Whether an order is being carried out.
    pub(crate) fn is_running(&self) -> bool {
        self.sent.as_ref().is_some_and(|request| request.run == Run::Real)
    }

    /// Whether it opened so recently that a key cannot be meant for it.
    const fn is_guarded(&self, now: Timestamp) -> bool {
        now.0 - self.opened_at.0 < limits::CONFIRM_GUARD_MS
    }

    /// Whether a key types into the focused field.
    fn types(&self, name: &str) -> bool {
        matches!(self.focus, Focus::Entry(_)) && (name.chars().count() == 1 || name == "space")
    }

    fn edit(&mut self, name: &str, key: KeyEvent) -> Vec<Effect> {
        if let Some(entry) = self.focused_entry() {
            entry.key(name, key);
            self.edited();
        }
        Vec::new()
    }

    /// Other words: what was refused may be right now, and is asked again when the field is left.
    fn edited(&mut self) {
        self.scroll = 0;
        self.is_leaving = false;
        if matches!(self.outcome, Some(Outcome::Refused(_))) {
            self.outcome = None;
            self.tried.clear();
        }
    }

    fn focused_entry(&mut self) -> Option<&mut Entry> {
        match self.focus {
            Focus::Entry(at) => self.entries.get_mut(at),
            Focus::Cancel | Focus::Act => None,
        }
    }

    /// The first empty field that must be filled in, else Cancel.
    pub(crate) fn focus_first(&mut self) {
        let empty =
            self.entries.iter().position(|entry| entry.is_required() && entry.text().trim().is_empty());
        self.focus = empty.map_or(Focus::Cancel, Focus::Entry);
    }

    fn run(&mut self, model: &Model, command: Command, now: Timestamp) -> (bool, Vec<Effect>) {
        match command {
            Command::Cancel => (self.stays_once(), Vec::new()),
            Command::PageDown => (true, self.scroll_by(SCROLL_ROWS, model, now)),
            Command::PageUp => (true, self.scroll_by(-SCROLL_ROWS, model, now)),
            Command::Next => (true, self.step(model, 1, now)),
            Command::Previous => (true, self.step(model, -1, now)),
            Command::Press => match self.focus {
                Focus::Cancel => (false, Vec::new()),
                Focus::Entry(at) => (true, self.enter(at, model, now)),
                Focus::Act => (true, self.act(model, now)),
            },
            Command::Confirm if self.spec.risk == Risk::L1 && self.entries.is_empty() => {
                (true, self.act(model, now))
            }
            Command::Reload if self.is_stale() && !self.reload.waits() => (true, self.ask_record(now)),
            // Shown over the window, by whoever holds it.
            Command::ShowAll | Command::Confirm | Command::Reload => (true, Vec::new()),
        }
    }

    /// Whether Esc leaves the window open: once, where words would be lost that take long to type again.
    fn stays_once(&mut self) -> bool {
        let asks = !self.is_leaving && filled::typed_chars(&self.entries) >= limits::DISCARD_ASKED_CHARS;
        self.is_leaving = asks;
        asks
    }

    fn scroll_by(&mut self, rows: isize, model: &Model, now: Timestamp) -> Vec<Effect> {
        self.scroll = view::scrolled(model, self, self.scroll + rows, now);
        Vec::new()
    }

    /// Enter in a field: on to the next one. In what is wrong it stays, for Cancel comes next and takes the words away.
    fn enter(&mut self, at: usize, model: &Model, now: Timestamp) -> Vec<Effect> {
        match filled::fault(&self.entries, self) {
            Some((place, text)) if place == at => {
                self.entries[at].fault = Some(text);
                Vec::new()
            }
            Some(_) | None => self.step(model, 1, now),
        }
    }

    /// Moves the focus: fields, Cancel, the button, and round again.
    fn step(&mut self, model: &Model, by: isize, now: Timestamp) -> Vec<Effect> {
        let fields = self.entries.len();
        let at = match self.focus {
            Focus::Entry(at) => at,
            Focus::Cancel => fields,
            Focus::Act => fields + 1,
        };
        self.scroll = 0;
        let next = (at + fields + 2).saturating_add_signed(by) % (fields + 2);
        let effects = if let Focus::Entry(_) = self.focus { self.left_field(model, now) } else { Vec::new() };
        self.focus = match next {
            place if place < fields => Focus::Entry(place),
            place if place == fields => Focus::Cancel,
            _ => Focus::Act,
        };
        effects
    }

    /// Why the button cannot be pressed; `None` where it can.
    pub(crate) fn disabled(&self) -> Option<String> {
        if self.is_running() {
            return Some("running".to_owned());
        }
        match &self.outcome {
            Some(Outcome::Refused(_)) => return Some("refused".to_owned()),
            Some(Outcome::Stale(_)) if self.undoes.is_some() => return Some("changed meanwhile".to_owned()),
            Some(Outcome::Stale(_)) => return Some("changed meanwhile: r reloads".to_owned()),
            Some(Outcome::Failed(_)) | None => {}
        }
        if let Some(why) = self.set_is_held() {
            return Some(why);
        }
        if let Some((at, text)) = filled::fault(&self.entries, self) {
            return Some(format!("{} {text}", self.entries[at].label()));
        }
        if filled::changes_nothing(&self.entries) {
            return Some("nothing is changed".to_owned());
        }
        // From L3 on nobody confirms an impact that was looked up for other words than those that stand there.
        let is_old = self.spec.risk >= Risk::L3 && self.sent.is_some();
        if matches!(self.impact, Impact::Awaited(_)) || is_old || self.awaits_choices() {
            return Some("looking up what it would do".to_owned());
        }
        None
    }

    fn is_stale(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Stale(_))) && self.undoes.is_none()
    }
}
