//! What is proved in the window: a fresh code, asked for exactly where one is wanted, and sent beside the request.

use crate::actions::proof::{self, Proof};
use crate::actions::request::Run;
use crate::base::time::Timestamp;
use crate::domain::operator::Actor;
use crate::ui::modals::confirm::entry::{self, Entry};
use crate::ui::modals::confirm::{Focus, State};
use crate::ui::model::{Effect, Model};

impl State {
    /// Asks for a code exactly where one is wanted now; where it was proved meanwhile the field goes.
    pub(crate) fn ask_code(&mut self, actor: &Actor, now: Timestamp) {
        let is_wanted = proof::wanted(self.spec, actor, now) == Proof::Code;
        let place = self.entries.iter().position(Entry::is_code);
        match place {
            None if is_wanted => self.entries.push(Entry::code()),
            Some(place) if !is_wanted => {
                self.entries.remove(place);
                if self.focus == Focus::Entry(place) {
                    self.focus = Focus::Act;
                }
            }
            None | Some(_) => {}
        }
    }

    /// Does it, where the button is enabled.
    pub(crate) fn act(&mut self, model: &Model, now: Timestamp) -> Vec<Effect> {
        let fields = self.entries.len();
        self.ask_code(&model.actor, now);
        if self.entries.len() > fields {
            // It grew old while the window was open.
            self.entries[fields].fault = Some("is asked again: the last is older than 5 minutes".to_owned());
            self.focus = Focus::Entry(fields);
        }
        if self.disabled().is_some() {
            return Vec::new();
        }
        let request = self.request(model, Run::Real);
        self.outcome = None;
        self.sent = Some(request.clone());
        match entry::code(&self.entries) {
            Some(code) => vec![Effect::ExecuteProved { request, code }],
            None => vec![Effect::Execute(request)],
        }
    }
}
