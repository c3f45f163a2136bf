//! A set under judgement: the store judges it in parts, and what it would come to is counted and grouped here.
//!
//! The versions that were judged are those that the job acts upon: whoever changes in between is skipped.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::actions::Spec;
use crate::base::ids::{JobId, UserId};
use crate::base::limits;
use crate::domain::job::Frozen;
use crate::protocol::{self, Judged, Query, undo_words};
use crate::ui::parts::ink::grouped;

/// A set under judgement.
#[derive(Clone, Debug)]
pub(crate) struct Judging {
    spec: &'static Spec,
    /// The job to be taken back; `None` where the action is to be done.
    undoes: Option<JobId>,
    answers: BTreeMap<String, String>,
    users: Arc<Vec<UserId>>,
    /// As many as were judged so far, in the order of the set.
    judged: Vec<Judged>,
}

impl Judging {
    /// Nobody is judged yet.
    pub(crate) const fn new(
        (spec, undoes): (&'static Spec, Option<JobId>),
        answers: BTreeMap<String, String>,
        users: Arc<Vec<UserId>>,
    ) -> Self {
        Self { spec, undoes, answers, users, judged: Vec::new() }
    }

    /// The question for the next part.
    pub(crate) fn query(&self) -> Query {
        Query::Preview {
            code: self.spec.code,
            undoes: self.undoes,
            answers: self.answers.clone(),
            users: Arc::clone(&self.users),
            from: self.judged.len(),
        }
    }

    /// Takes in a part; whether there is another one to ask for.
    pub(crate) fn take(&mut self, part: Vec<Judged>) -> bool {
        let is_stuck = part.is_empty();
        self.judged.extend(part);
        !is_stuck && !self.is_whole()
    }

    /// Whether everybody was judged.
    pub(crate) fn is_whole(&self) -> bool {
        self.judged.len() >= self.users.len()
    }

    /// How many would be acted upon.
    pub(crate) fn runs(&self) -> usize {
        self.running().count()
    }

    /// Whom the job acts upon, with the version that was judged.
    pub(crate) fn frozen(&self) -> Arc<Vec<Frozen>> {
        Arc::new(self.running().map(|one| Frozen { user: one.user, version: one.version }).collect())
    }

    /// Those who would be acted upon.
    pub(crate) fn running(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|one| one.refusal.is_none())
    }

    /// Those who would not.
    pub(crate) fn skipped(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|one| one.refusal.is_some())
    }

    /// What it would come to: a name and a text each. `all` says how everybody is shown.
    pub(crate) fn lines(&self, all: &str) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        let names = self.running().take(limits::PREVIEW_NAMES).map(|one| one.called.clone());
        for (at, called) in names.enumerate() {
            lines.push((if at == 0 { "First" } else { "" }, called));
        }
        if self.runs() > limits::PREVIEW_NAMES {
            let more = self.runs() - limits::PREVIEW_NAMES;
            lines.push(("", format!(".. and {} more{all}", grouped(more as u64))));
        }
        if let Some(differences) = self.running().map(|one| &one.differences).find(|some| !some.is_empty()) {
            for (at, one) in differences.iter().enumerate() {
                let value = |text: &str| if text.is_empty() { "(none)".to_owned() } else { text.to_owned() };
                let text = format!("{}  {} -> {}", one.field, value(&one.before), value(&one.after));
                lines.push((if at == 0 { "Change" } else { "" }, text));
            }
        }
        if !self.is_whole() {
            let (seen, all) = (self.judged.len() as u64, self.users.len() as u64);
            lines.push(("Runs", format!("looked at {} of {} ..", grouped(seen), grouped(all))));
            return lines;
        }
        if self.undoes.is_some() {
            lines.push(("Undoes", undo_words(self.spec, &self.judged)));
            return lines;
        }
        let skipped = self.users.len() - self.runs();
        let runs = grouped(self.runs() as u64);
        lines.push(("Runs", format!("{runs} of {}, {skipped} skipped", grouped(self.users.len() as u64))));
        for (at, (count, why)) in protocol::skipped(&self.judged).into_iter().enumerate() {
            lines.push((if at == 0 { "Skips" } else { "" }, format!("{}: {why}", grouped(count as u64))));
        }
        lines
    }
}
