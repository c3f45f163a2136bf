//! What is proved in the window: a fresh code, asked for exactly where one is wanted, and sent beside the request.

use crate::actions;
use crate::actions::proof::{self, Proof};
use crate::actions::request::{Beside, Doing, Request, Run, Target};
use crate::actions::spec::Risk;
use crate::base::time::Timestamp;
use crate::domain::operator::Actor;
use crate::ui::modals::confirm::entry::Entry;
use crate::ui::modals::confirm::filled;
use crate::ui::modals::confirm::{Focus, Impact, State};
use crate::ui::model::{Effect, Model};

impl State {
    /// Asks for a code exactly where one is wanted now; where it was proved meanwhile the field goes.
    pub(crate) fn ask_code(&mut self, actor: &Actor, now: Timestamp) {
        let is_wanted = proof::wanted(self.spec, actor, now) == Proof::Code
            || (self.is_raised() && proof::by_risk(self.risk(), actor, now) == Proof::Code);
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

    /// The risk as far as it is known: what is given may raise it above what is declared.
    pub(crate) fn risk(&self) -> Risk {
        match &self.impact {
            Impact::Known(receipt) => receipt.risk.unwrap_or(self.spec.risk).max(self.spec.risk),
            Impact::Awaited(_) | Impact::Set(_) | Impact::AfterForm => self.spec.risk,
        }
    }

    fn is_raised(&self) -> bool {
        self.risk() > self.spec.risk
    }

    /// Asks for the login exactly where the risk was raised to a level that asks for it.
    pub(super) fn ask_login(&mut self) {
        let kind = self.whom.card().map(|card| card.id.kind());
        let Some(kind) = kind.filter(|_| !proof::is_asked(self.spec)) else { return };
        let place = self.entries.iter().position(Entry::is_login);
        match place {
            None if self.is_raised() => self.entries.push(Entry::login(kind)),
            Some(place) if !self.is_raised() => {
                self.entries.remove(place);
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
        let beside = Beside { code: filled::code(&self.entries), password: filled::password(&self.entries) };
        if beside.is_empty() {
            vec![Effect::Execute(request)]
        } else {
            vec![Effect::ExecuteProved { request, beside }]
        }
    }

    /// What is asked of the store: really, or only to look what it would do.
    pub(super) fn request(&self, model: &Model, run: Run) -> Request {
        let (code, target) = match self.undoes.map(|undoes| undoes.doing) {
            None => (self.spec.code, self.target()),
            Some(Doing::Audit(audit)) => (actions::undo::CODE, Target::Done { audit: Some(audit) }),
            Some(Doing::Last) => (actions::undo::CODE, Target::Done { audit: None }),
            Some(Doing::Job(_)) => (actions::undo::CODE, self.target()),
        };
        Request {
            code,
            actor: model.actor.clone(),
            target,
            answers: match run {
                Run::Real => filled::answers(&self.entries),
                Run::Dry => filled::answers_to_look(&self.entries),
            },
            password_hash: None,
            import: None,
            outside: Vec::new(),
            shown: match &self.impact {
                Impact::Known(receipt) => receipt.shown.clone(),
                Impact::Set(_) | Impact::Awaited(_) | Impact::AfterForm => Vec::new(),
            },
            confirmed: filled::confirmed(&self.entries),
            run,
        }
    }
}
