//! What would become of each user of a set, in the window: judged part by part while one reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::actions::Spec;
use crate::actions::request::Target;
use crate::base::ids::{JobId, UserId};
use crate::base::time::Timestamp;
use crate::domain::job::Frozen;
use crate::domain::target::TargetId;
use crate::protocol::{Query, Reply};
use crate::ui::asked::Asked;
use crate::ui::judging::Judging;
use crate::ui::modals::Modal;
use crate::ui::modals::confirm::filled;
use crate::ui::modals::confirm::outcome::Outcome;
use crate::ui::modals::confirm::undo::Undoes;
use crate::ui::modals::confirm::{Impact, State};
use crate::ui::modals::notice::Notice;
use crate::ui::model::{Effect, Model};
use crate::ui::parts::sheet::Sheet;
use crate::ui::theme;
use crate::ui::whom::Whom;

/// A set under judgement, and the question that is open.
#[derive(Clone, Debug)]
pub(crate) struct Preview {
    judging: Judging,
    asked: Asked<()>,
}

impl Preview {
    /// Begins anew with what is filled in, and asks for the first part; `undoes` is the job to be taken back.
    pub(crate) fn begin(
        what: (&'static Spec, Option<JobId>),
        answers: BTreeMap<String, String>,
        users: Arc<Vec<UserId>>,
        now: Timestamp,
    ) -> (Self, Vec<Effect>) {
        let mut preview = Self { judging: Judging::new(what, answers, users), asked: Asked::default() };
        let effects = preview.asked.ask(preview.judging.query(), now);
        (preview, effects)
    }

    /// Whether everybody was judged.
    pub(crate) fn is_whole(&self) -> bool {
        self.judging.is_whole()
    }

    /// How many would be acted upon.
    pub(crate) fn runs(&self) -> usize {
        self.judging.runs()
    }

    /// Whom the job acts upon, with the version that was judged.
    pub(crate) fn frozen(&self) -> Arc<Vec<Frozen>> {
        self.judging.frozen()
    }

    /// Lines for the window: a name and a text each.
    pub(crate) fn lines(&self) -> Vec<(&'static str, String)> {
        self.judging.lines("; F2 shows all")
    }

    /// Everybody, with what would become of them.
    pub(crate) fn notice(&self, columns: u16) -> Notice {
        let columns = usize::from(columns.saturating_sub(8));
        let mut sheet = Sheet::default();
        sheet.heading("WILL RUN");
        for one in self.judging.running() {
            sheet.text(&format!("{}  {}", one.user, one.called), columns, theme::PLAIN);
        }
        sheet.heading("SKIPPED");
        for one in self.judging.skipped() {
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
    if let Reply::Preview(part) = reply {
        let goes_on = preview.judging.take(part);
        let next = preview.judging.query();
        return if goes_on { preview.asked.ask(next, now) } else { Vec::new() };
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
