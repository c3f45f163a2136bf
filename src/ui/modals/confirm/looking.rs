//! Looking up what it would do: again whenever other words are filled in that it hangs on.

use std::sync::Arc;

use crate::actions::form::REASON;
use crate::actions::request::Run;
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::ui::modals::confirm::preview::Preview;
use crate::ui::modals::confirm::undo::Undoes;
use crate::ui::modals::confirm::{Focus, Impact, State, filled};
use crate::ui::model::{Effect, Model};
use crate::ui::whom::Whom;

impl State {
    /// A field was left: says what is wrong with it, and asks for the impact of what is filled in now.
    pub(super) fn left_field(&mut self, model: &Model, now: Timestamp) -> Vec<Effect> {
        let fault = filled::fault(&self.entries, self);
        if let Focus::Entry(at) = self.focus {
            let own = fault.as_ref().filter(|(place, _)| *place == at).map(|(_, text)| text.clone());
            self.entries[at].fault = own;
        }
        if fault.is_some_and(|(place, _)| !self.is_of_proof(place))
            || self.outcome.is_some()
            || self.is_tried()
        {
            return Vec::new();
        }
        self.look(model, now)
    }

    /// Whether a field is none of the action's own: what it would do does not hang on it.
    fn is_of_proof(&self, place: usize) -> bool {
        self.entries.get(place).is_some_and(|entry| !entry.is_declared() && !entry.is_name())
    }

    /// Asks what it would do, unless it would do nothing.
    pub(crate) fn look(&mut self, model: &Model, now: Timestamp) -> Vec<Effect> {
        if filled::changes_nothing(&self.entries) {
            self.impact = Impact::AfterForm;
            self.sent = None;
            self.tried.clear();
            return Vec::new();
        }
        self.try_dry(model, now)
    }

    /// Asks what it would do.
    pub(super) fn try_dry(&mut self, model: &Model, now: Timestamp) -> Vec<Effect> {
        let request = self.request(model, Run::Dry);
        self.tried.clone_from(&request.answers);
        if let Whom::Set(crowd) = &self.whom {
            let what = (self.spec, self.undoes.and_then(Undoes::job));
            let (preview, effects) = Preview::begin(what, request.answers, Arc::clone(&crowd.users), now);
            self.impact = Impact::Set(Box::new(preview));
            return effects;
        }
        if !matches!(self.impact, Impact::Known(_)) {
            self.impact = Impact::Awaited(now);
        }
        self.sent = Some(request.clone());
        vec![Effect::Execute(request), Effect::Wake { after_ms: limits::LOADING_AFTER_MS }]
    }

    /// Whether what it would do was looked up for the words that stand there. A set is not judged anew for its reason.
    fn is_tried(&self) -> bool {
        let mut now = filled::answers_to_look(&self.entries);
        let mut tried = self.tried.clone();
        if self.whom.card().is_none() {
            now.remove(REASON.name);
            tried.remove(REASON.name);
        }
        now == tried
    }
}
