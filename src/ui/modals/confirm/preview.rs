//! What would become of each user of a set: judged by the store in parts, counted and grouped here.
//!
//! The versions that were judged are those that the job acts upon: whoever changes in between is skipped.

use std::sync::Arc;

use crate::actions::Spec;
use crate::actions::request::Target;
use crate::base::ids::{JobId, UserId};
use crate::base::limits;
use crate::base::time::Timestamp;
use crate::domain::job::Frozen;
use crate::domain::target::TargetId;
use crate::protocol::{self, Judged, Query, Reply, undo_words};
use crate::ui::asked::Asked;
use crate::ui::modals::Modal;
use crate::ui::modals::confirm::filled;
use crate::ui::modals::confirm::outcome::Outcome;
use crate::ui::modals::confirm::undo::Undoes;
use crate::ui::modals::confirm::{Impact, State};
use crate::ui::modals::notice::Notice;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::ink::grouped;
use crate::ui::parts::sheet::Sheet;
use crate::ui::theme;
use crate::ui::whom::Whom;

/// A set under judgement.
#[derive(Clone, Debug)]
pub(crate) struct Preview {
    users: Arc<Vec<UserId>>,
    /// What is to be taken back; `None` where it is to be done.
    undone: Option<&'static Spec>,
    /// As many as were judged so far, in the order of the set.
    judged: Vec<Judged>,
    asked: Asked<()>,
}

impl Preview {
    /// Begins anew with what is filled in, and asks for the first part; `undoes` is the job to be taken back.
    pub(crate) fn begin(
        (spec, undoes): (&'static Spec, Option<JobId>),
        answers: std::collections::BTreeMap<String, String>,
        users: Arc<Vec<UserId>>,
        now: Timestamp,
    ) -> (Self, Vec<Effect>) {
        let undone = undoes.map(|_| spec);
        let (judged, asked) = (Vec::new(), Asked::default());
        let mut preview = Self { users: Arc::clone(&users), undone, judged, asked };
        let effects =
            preview.asked.ask(Query::Preview { code: spec.code, undoes, answers, users, from: 0 }, now);
        (preview, effects)
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

    fn running(&self) -> impl Iterator<Item = &Judged> {
        self.judged.iter().filter(|one| one.refusal.is_none())
    }

    /// Lines for the window: a name and a text each.
    pub(crate) fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        let names = self.running().take(limits::PREVIEW_NAMES).map(|one| one.called.clone());
        for (at, called) in names.enumerate() {
            lines.push((if at == 0 { "First" } else { "" }, called));
        }
        if self.runs() > limits::PREVIEW_NAMES {
            let more = self.runs() - limits::PREVIEW_NAMES;
            lines.push(("", format!(".. and {} more; F2 shows all", grouped(more as u64))));
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
        if let Some(spec) = self.undone {
            lines.push(("Undoes", undo_words(spec, &self.judged)));
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

    /// Everybody, with what would become of them.
    pub(crate) fn notice(&self, columns: u16) -> Notice {
        let columns = usize::from(columns.saturating_sub(8));
        let mut sheet = Sheet::default();
        sheet.heading("WILL RUN");
        for one in self.running() {
            sheet.text(&format!("{}  {}", one.user, one.called), columns, theme::PLAIN);
        }
        sheet.heading("SKIPPED");
        for one in self.judged.iter().filter(|one| one.refusal.is_some()) {
            let why = one.refusal.as_ref().map_or("", |refusal| refusal.text.as_str());
            sheet.text(&format!("{}  {}: {why}", one.user, one.called), columns, theme::PLAIN);
        }
        Notice::new("The whole set", sheet)
    }
}

/// Takes in a part of what was judged, and asks for the next.
pub(crate) fn answered(model: &mut Model, query: &Query, reply: Reply, now: Timestamp) -> Vec<Effect> {
    let found = model.modals.iter_mut().find_map(|modal| match modal {
        Modal::Confirm(state) => Some(state),
        Modal::Menu(_)
        | Modal::Notice(_)
        | Modal::Help(_)
        | Modal::Run(_)
        | Modal::Palette(_)
        | Modal::Leave => None,
    });
    let Some(state) = found else { return Vec::new() };
    let Impact::Set(preview) = &mut state.impact else { return Vec::new() };
    if !preview.asked.takes(query) {
        return Vec::new();
    }
    let trouble = reply.trouble();
    if let (Reply::Preview(part), Query::Preview { code, undoes, answers, users, .. }) = (reply, query) {
        let is_stuck = part.is_empty();
        preview.judged.extend(part);
        if preview.is_whole() || is_stuck {
            return Vec::new();
        }
        let (code, undoes) = (*code, *undoes);
        let (answers, users) = (answers.clone(), Arc::clone(users));
        let from = preview.judged.len();
        return preview.asked.ask(Query::Preview { code, undoes, answers, users, from }, now);
    }
    state.outcome = trouble.map(Outcome::of_trouble);
    Vec::new()
}

impl State {
    /// The set under judgement; `None` for one user.
    pub(crate) const fn preview(&self) -> Option<&Preview> {
        match &self.impact {
            Impact::Set(preview) => Some(preview),
            Impact::Awaited(_) | Impact::Known(_) | Impact::AfterForm => None,
        }
    }

    /// Why a set cannot be acted upon yet.
    pub(crate) fn set_is_held(&self) -> Option<String> {
        let preview = self.preview()?;
        if !preview.is_whole() {
            return Some("looking at each of them".to_owned());
        }
        (preview.runs() == 0).then(|| "nobody is left to act upon".to_owned())
    }

    /// The record as it is now.
    pub(super) fn ask_record(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(card) = self.whom.card() else { return Vec::new() };
        let query = match card.id {
            TargetId::User(user) => Query::UserById { user },
            TargetId::Group(group) => Query::Group { named: group.to_string() },
            TargetId::Role(role) => Query::Role { named: role.to_string() },
            id @ TargetId::Organisation(_) => Query::Target { kind: id.kind(), named: id.to_string() },
        };
        self.reload.ask(query, now)
    }

    /// Upon whom: what was looked at, in the versions that were judged.
    pub(super) fn target(&self) -> Target {
        match (&self.whom, self.preview()) {
            (Whom::One(card), _) => Target::Seen { id: card.id, version: card.version },
            (Whom::Set(_), preview) => {
                let set = preview.map_or_else(Arc::default, Preview::frozen);
                match self.undoes.and_then(Undoes::job) {
                    Some(job) => Target::DoneSet { job, set },
                    None => Target::Set(set),
                }
            }
            (Whom::Own(_), _) => Target::Directory,
            (Whom::New(_), _) => Target::Named(filled::new_name(&self.entries)),
        }
    }
}
