//! The confirmation of an undo: the same window, the other way round.

use crate::actions::form::Field;
use crate::actions::request::Doing;
use crate::actions::{self};
use crate::base::ids::JobId;
use crate::base::limits::UNDO_S;
use crate::base::time::Timestamp;
use crate::protocol::{Query, Reply};
use crate::ui::card::Card;
use crate::ui::modals::confirm::{Filled, State, open_for};
use crate::ui::model::{Effect, Model};
use crate::ui::parts::toast::{Severity, left};
use crate::ui::whom::{Crowd, Whom};

/// What is to be taken back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Undoes {
    /// One audit entry, or all that a job did.
    pub(crate) doing: Doing,
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
    if let Reply::UndoableSet(found) = reply {
        let (id, at) = (found.job.id, found.job.ended_at.unwrap_or(now));
        let undoes = Undoes { doing: Doing::Job(id), at, until: found.until };
        let crowd = Crowd { users: found.users, outside: 0, job: Some(id) };
        let whom = (Whom::Set(crowd), Filled::default());
        return open_for(model, (found.spec, Some(undoes)), whom, now);
    }
    let Reply::Undoable(Some(found)) = reply else {
        let minutes = UNDO_S / 60;
        let text = format!("you did nothing in the last {minutes} minutes that can be undone");
        return model.say(Severity::Note, text, now);
    };
    let undoes = Undoes { doing: Doing::Audit(found.audit), at: found.at, until: found.until };
    let card = match &found.user {
        Some(user) => Card::of_user(user),
        None => Card::of_name(&found.target, ""),
    };
    let whom = (Whom::one(card), Filled::default());
    open_for(model, (found.spec, Some(undoes)), whom, now)
}

impl Undoes {
    /// The job that is taken back; `None` where it is one action.
    pub(crate) const fn job(self) -> Option<JobId> {
        match self.doing {
            Doing::Job(job) => Some(job),
            Doing::Audit(_) | Doing::Last => None,
        }
    }
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
        let Some(Undoes { doing, at, until }) = self.undoes else { return self.spec.help.to_owned() };
        let (ago, left) = (at.age_at(now), left(until, now));
        let what = match doing {
            Doing::Job(job) => {
                format!(
                    "what job {job} did, which ended {ago} ago, with new entries in history and audit of each"
                )
            }
            Doing::Audit(audit) => {
                format!("what you did {ago} ago (audit {audit}), with a new entry in history and audit")
            }
            Doing::Last => format!("what you did {ago} ago, with a new entry in history and audit"),
        };
        format!("Takes back {what}. {left} left to do so.")
    }
}
