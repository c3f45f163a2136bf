//! The confirmation of an undo: the same window, the other way round.

use crate::actions::form::Field;
use crate::actions::{self};
use crate::base::limits::UNDO_S;
use crate::base::time::Timestamp;
use crate::protocol::{Query, Reply};
use crate::ui::card::Card;
use crate::ui::modals::confirm::{Filled, State, open_for};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::toast::{Severity, left};
use crate::ui::whom::Whom;

/// What is to be taken back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Undoes {
    /// The audit entry of the action.
    pub(crate) audit: i64,
    at: Timestamp,
    until: Timestamp,
}

/// Takes in what can be taken back, and asks whether to.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    // A window that was opened meanwhile stays what the keys go to.
    if !model.undo.takes(query) || !model.modals.is_empty() {
        return Vec::new();
    }
    if let Some(trouble) = reply.trouble() {
        let first = trouble.lines().into_iter().next().unwrap_or_default();
        return model.say(Severity::Error, first, now);
    }
    let Reply::Undoable(Some(found)) = reply else {
        let minutes = UNDO_S / 60;
        let text = format!("you did nothing in the last {minutes} minutes that can be undone");
        return model.say(Severity::Note, text, now);
    };
    let undoes = Undoes { audit: found.audit, at: found.at, until: found.until };
    let card = match &found.user {
        Some(user) => Card::of_user(user),
        None => Card::of_name(&found.target, ""),
    };
    let whom = (Whom::one(card), Filled::default());
    open_for(model, (found.spec, Some(undoes)), whom, now)
}

impl State {
    /// The fields that are asked for.
    pub(crate) fn form(&self) -> &'static [Field] {
        if self.undoes.is_some() { actions::undo::form(self.spec) } else { self.spec.form }
    }

    /// What title and button call it.
    pub(crate) fn title(&self) -> String {
        let undo = if self.undoes.is_some() { "Undo: " } else { "" };
        format!("{undo}{}", self.spec.title)
    }

    /// What it does, in a sentence or two.
    pub(crate) fn what(&self, now: Timestamp) -> String {
        let Some(Undoes { audit, at, until }) = self.undoes else { return self.spec.help.to_owned() };
        format!(
            "Takes back what you did {} ago (audit {audit}), with a new entry in history and audit. {} left to do so.",
            at.age_at(now),
            left(until, now)
        )
    }
}
