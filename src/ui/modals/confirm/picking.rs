//! Fields that are picked: what they offer is asked of the store, and the picker gives the field back.

use crossterm::event::KeyEvent;

use crate::base::time::Timestamp;
use crate::protocol::{Query, Reply};
use crate::ui::modals::Modal;
use crate::ui::modals::confirm::outcome::Outcome;
use crate::ui::modals::confirm::picker::{Picker, Step};
use crate::ui::modals::confirm::{Focus, Impact, State};
use crate::ui::model::{Effect, Model};

impl State {
    /// Asks what the fields offer.
    pub(super) fn ask_choices(&mut self, now: Timestamp) -> Vec<Effect> {
        let (code, id) = (self.spec.code, self.whom.card().map(|card| card.id));
        let mut effects = Vec::new();
        for entry in &mut self.entries {
            if let Some(field) = entry.picked_field() {
                effects.extend(entry.choices.ask(Query::Choices { code, field, id }, now));
            }
        }
        effects
    }

    /// Whether what the fields offer is not all there yet.
    pub(super) fn awaits_choices(&self) -> bool {
        self.entries.iter().any(|entry| entry.choices.waits())
    }

    /// Opens the picker of the focused field, where it has one.
    pub(super) fn opens_picker(&mut self, name: &str) -> bool {
        let Focus::Entry(at) = self.focus else { return false };
        let entry = &self.entries[at];
        if !matches!(name, "space" | "right" | "enter") || entry.picked_field().is_none() {
            return false;
        }
        let Some(choices) = entry.choices.answer.clone() else { return false };
        self.picker = Some(Picker::new(at, entry.label(), choices, entry.takes_many(), entry.text()));
        true
    }

    /// A key while the picker is open.
    pub(super) fn picker_key(
        &mut self,
        model: &Model,
        name: &str,
        key: KeyEvent,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(picker) = &mut self.picker else { return Vec::new() };
        let step = picker.key(name, key);
        let at = picker.entry;
        match step {
            Step::Stay => return Vec::new(),
            Step::Back => {}
            Step::Done(text) => {
                self.entries[at].pick(&text);
                self.edited();
            }
        }
        self.picker = None;
        self.left_field(model, now)
    }
}

/// Takes in what a field offers; with the last of them it is looked up what the action would do.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let Some(place) = model.modals.iter().position(|modal| matches!(modal, Modal::Confirm(_))) else {
        return Vec::new();
    };
    let Modal::Confirm(mut state) = model.modals.remove(place) else { return Vec::new() };
    let found = state.entries.iter_mut().find(|entry| entry.choices.question_is(query));
    let mut effects = Vec::new();
    if let Some(entry) = found {
        entry.choices.takes(query);
        let trouble = reply.trouble();
        if let Reply::Choices(choices) = reply {
            entry.offer(choices);
        }
        if let Some(trouble) = trouble {
            state.impact = Impact::AfterForm;
            state.outcome = Some(Outcome::of_trouble(trouble));
        } else if !state.awaits_choices() && !state.reload.waits() {
            effects = state.look(model, now);
        }
    }
    model.modals.insert(place, Modal::Confirm(state));
    effects
}
