//! What came of a request: the impact of a dry run, success, or why it was not done.

use crate::actions::request::{Request, Run};
use crate::authz::refusal::Refusal;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::domain::change::Difference;
use crate::domain::user::TEMPORARY_LOGIN;
use crate::protocol::{Answer, Query, Receipt, Reply, Stale, Trouble};
use crate::ui::card::Card;
use crate::ui::modals::Modal;
use crate::ui::modals::confirm::entry::Entry;
use crate::ui::modals::confirm::filled;
use crate::ui::modals::confirm::{Focus, Impact, State};
use crate::ui::model::{Effect, Model};
use crate::ui::one_shot;
use crate::ui::parts::toast::Severity;
use crate::ui::screens::profile;
use crate::ui::whom::Whom;

/// Why it was not done.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// A rule said no.
    Refused(Refusal),
    /// It is not as it was shown any more.
    Stale(Stale),
    /// The machine failed.
    Failed(Fault),
}

impl Outcome {
    /// Why a question was not answered.
    pub(crate) fn of_trouble(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(refusal) => Self::Refused(refusal),
            Trouble::Failed(fault) => Self::Failed(fault),
        }
    }

    /// In words, a line each; an undo is not made possible by looking again.
    pub(crate) fn lines(&self, is_undo: bool) -> Vec<String> {
        match self {
            Self::Refused(refusal) if refusal.satisfied_by.is_empty() => {
                vec![format!("refused: {}", refusal.text)]
            }
            Self::Refused(refusal) => {
                vec![
                    format!("refused: {}", refusal.text),
                    format!("would be satisfied by: {}", refusal.satisfied_by),
                ]
            }
            Self::Stale(stale) => {
                let mut lines = Vec::new();
                for one in &stale.by {
                    lines.push(format!("changed meanwhile: {one}"));
                    lines.extend(one.changes.iter().map(|change| format!("  {change}")));
                }
                lines.extend(stale.facts.iter().map(|fact| format!("not as it was shown: {fact}")));
                if lines.is_empty() {
                    lines.push("changed meanwhile by somebody else".to_owned());
                }
                let then = if is_undo {
                    "nothing was done; what was changed since is not undone"
                } else {
                    "nothing was done; r shows the record as it is now"
                };
                lines.push(then.to_owned());
                lines
            }
            Self::Failed(fault) => vec![format!("error: {}; nothing was done", fault.text)],
        }
    }
}

/// Takes in the answer to a request.
pub(crate) fn answered(model: &mut Model, request: &Request, answer: Answer, now: Timestamp) -> Vec<Effect> {
    let Some(place) = model.modals.iter().position(|modal| matches!(modal, Modal::Confirm(_))) else {
        return Vec::new();
    };
    let Modal::Confirm(mut state) = model.modals.remove(place) else { return Vec::new() };
    let is_latest = state.sent.as_ref().is_some_and(|sent| is_same(sent, request));
    if !is_latest {
        model.modals.insert(place, Modal::Confirm(state));
        return Vec::new();
    }
    state.sent = None;
    state.ask_code(&model.actor, now);
    if let (Run::Real, Answer::Done(receipt)) = (request.run, &answer) {
        let revealed = receipt.revealed.clone();
        // The window goes, and with it what stood over it.
        model.modals.truncate(place);
        let text = done(&state, receipt);
        let name = called(&state, receipt).to_owned();
        model.logged(now, text.clone(), one_shot::of_request(request, &name));
        let mut effects = model.say(Severity::Ok, text, now);
        if let Some(toast) = &mut model.toast {
            toast.undo_until = receipt.undo_until;
        }
        effects.extend(crate::ui::update::refresh(model, now));
        if let (Some(revealed), Some(user)) = (revealed, state.whom.card().and_then(|card| card.id.user())) {
            effects.extend(profile::revealed::show(model, user, revealed, now));
        }
        return effects;
    }
    if let (Run::Real, Answer::Started(job)) = (request.run, &answer) {
        model.modals.truncate(place);
        let told = format!("{}: {}, job {job}", state.title(), state.whom.told());
        model.logged(now, told, one_shot::of_request(request, ""));
        let mut effects = crate::ui::screens::jobs::begun(model, *job, now);
        effects.extend(crate::ui::update::refresh(model, now));
        return effects;
    }
    state.take(request.run, answer);
    state.ask_code(&model.actor, now);
    model.modals.insert(place, Modal::Confirm(state));
    Vec::new()
}

fn is_same(sent: &Request, request: &Request) -> bool {
    sent.code == request.code
        && sent.run == request.run
        && sent.target == request.target
        && sent.answers == request.answers
}

/// Object and result: `Lock done: c.kim, status ACTIVE -> LOCKED_BY_ADMIN`; short enough for 80 columns.
fn done(state: &State, receipt: &Receipt) -> String {
    let called = called(state, receipt);
    let change =
        receipt.differences.first().map_or_else(String::new, |Difference { field, before, after }| {
            // How to undo it follows in the same line, and that tells the value before.
            if receipt.undo_until.is_none() {
                format!(", {field} {before} -> {after}")
            } else if after.is_empty() {
                format!(", {field} now none")
            } else {
                format!(", now {after}")
            }
        });
    format!("{} done: {called}{change}", state.title())
}

/// Upon whom or what it was, in a word or two.
fn called<'a>(state: &'a State, receipt: &'a Receipt) -> &'a str {
    let card = state.whom.card();
    let has_login = card.is_some_and(|card| card.name != TEMPORARY_LOGIN);
    match &receipt.target {
        Some(target) if has_login => &target.name,
        Some(target) => &target.called,
        None => card.map_or("", |card| &card.called),
    }
}

impl State {
    fn take(&mut self, run: Run, answer: Answer) {
        match answer {
            Answer::Done(receipt) => {
                self.impact = Impact::Known(receipt);
                self.ask_login();
            }
            // Told by the job's own window.
            Answer::Started(_) => {}
            Answer::Refused(refusal) => self.fail(Outcome::Refused(refusal)),
            Answer::Unproved(refusal) => self.wrong_code(&refusal),
            Answer::Stale(stale) => self.fail(Outcome::Stale(stale)),
            Answer::Failed(fault) => self.fail(Outcome::Failed(fault)),
            Answer::Rows(faults) => {
                let text = faults.first().map_or_else(String::new, ToString::to_string);
                self.fail(Outcome::Failed(Fault::input(text)));
            }
            Answer::Form(fault) => {
                if matches!(self.impact, Impact::Awaited(_)) {
                    self.impact = Impact::AfterForm;
                }
                // The first look finds an empty form; that is nothing to complain about yet.
                let is_untouched = self.entries.iter().all(|entry| entry.text().is_empty());
                if run == Run::Dry && is_untouched {
                    return;
                }
                if let Some(at) = self.entries.iter().position(|entry| entry.is_named(fault.field)) {
                    self.entries[at].fault = Some(fault.text);
                    self.focus = Focus::Entry(at);
                }
            }
        }
    }

    /// The code was not right: another one is typed in its place, and everything else stays.
    fn wrong_code(&mut self, refusal: &Refusal) {
        let Some(at) = self.entries.iter().position(Entry::is_code) else {
            return self.fail(Outcome::Refused(refusal.clone()));
        };
        self.entries[at].field.set("");
        self.entries[at].fault = Some(format!("is not taken: {refusal}; {}", refusal.satisfied_by));
        self.focus = Focus::Entry(at);
    }

    fn fail(&mut self, outcome: Outcome) {
        if matches!(self.impact, Impact::Awaited(_)) {
            self.impact = Impact::AfterForm;
        }
        // A failure of the machine may pass: the form and its focus stay for another try.
        if !matches!(outcome, Outcome::Failed(_)) {
            self.focus = Focus::Cancel;
        }
        self.outcome = Some(outcome);
    }
}

/// Takes in the record as it is now, after `r`.
pub(crate) fn reloaded(model: &mut Model, query: &Query, reply: &Reply, now: Timestamp) -> Vec<Effect> {
    let Some(place) = model.modals.iter().position(|modal| matches!(modal, Modal::Confirm(_))) else {
        return Vec::new();
    };
    let Modal::Confirm(mut state) = model.modals.remove(place) else { return Vec::new() };
    let mut effects = Vec::new();
    if state.reload.takes(query) {
        match (reply, reply.trouble()) {
            (Reply::User(profile), _) => {
                state.whom = Whom::one(Card::of_user(&profile.user));
                state.outcome = None;
                state.impact = Impact::Awaited(now);
                filled::fill(&mut state.entries, |initial| initial.of(&profile.user));
                state.focus_first();
                effects = state.ask_choices(now);
                if effects.is_empty() {
                    effects = state.look(model, now);
                }
            }
            (Reply::Group(page), _) => {
                state.whom = Whom::one(Card::of_group(&page.group));
                state.outcome = None;
                state.impact = Impact::Awaited(now);
                filled::fill(&mut state.entries, |initial| initial.of_group(&page.group));
                state.focus_first();
                effects = state.ask_choices(now);
                if effects.is_empty() {
                    effects = state.look(model, now);
                }
            }
            (Reply::Role(role), _) => {
                state.whom = Whom::one(Card::of_role(role));
                state.outcome = None;
                state.impact = Impact::Awaited(now);
                filled::fill(&mut state.entries, |initial| initial.of_role(role));
                state.focus_first();
                effects = state.look(model, now);
            }
            (Reply::Target(target), _) => {
                let organisation = state.whom.card().map_or("", |card| &card.organisation);
                state.whom = Whom::one(Card::of_name(target, organisation));
                state.outcome = None;
                state.impact = Impact::Awaited(now);
                effects = state.look(model, now);
            }
            (_, Some(Trouble::Refused(refusal))) => state.outcome = Some(Outcome::Refused(refusal)),
            (_, Some(Trouble::Failed(fault))) => state.outcome = Some(Outcome::Failed(fault)),
            (_, None) => {}
        }
    }
    model.modals.insert(place, Modal::Confirm(state));
    effects
}
