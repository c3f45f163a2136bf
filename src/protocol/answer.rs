//! What becomes of a request: done with a receipt, or why not.

use std::fmt;

use crate::actions::form::FieldFault;
use crate::actions::request::ShownFact;
use crate::actions::spec::Risk;
use crate::authz::refusal::Refusal;
use crate::base::fault::Fault;
use crate::base::ids::{BatchId, JobId};
use crate::base::secret::Secret;
use crate::base::time::Timestamp;
use crate::domain::change::Difference;
use crate::domain::import::{ImportCounts, RowFault};
use crate::domain::masked::MaskedField;
use crate::domain::target::TargetId;

/// What became of a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Done, or in a dry run: allowed.
    Done(Box<Receipt>),
    /// It is upon a set, and became a job.
    Started(JobId),
    /// A rule said no; it is in the audit.
    Refused(Refusal),
    /// The code that came with it is not right; nothing was asked of the store.
    Unproved(Refusal),
    /// The form is not filled in as it should be.
    Form(FieldFault),
    /// It is not as it was shown any more; nothing was done.
    Stale(Stale),
    /// Rows of a file are wrong; nothing was imported.
    Rows(Vec<RowFault>),
    /// The machine failed; nothing was done.
    Failed(Fault),
}

/// What a request did, or would do.
#[derive(Clone, Debug, Default)]
pub struct Receipt {
    /// Number of the audit entry, 0 in a dry run.
    pub audit: i64,
    /// Upon whom; `None` where there was no target.
    pub target: Option<TargetName>,
    /// Values before and after.
    pub differences: Vec<Difference>,
    /// What follows, a sentence each.
    pub effects: Vec<String>,
    /// Its risk: that of its declaration, or a higher one for what it gives.
    pub risk: Option<Risk>,
    /// The facts that the action declares, with their values at that moment.
    pub shown: Vec<ShownFact>,
    /// Messages that were queued.
    pub messages: u32,
    /// Of an import.
    pub counts: Option<ImportCounts>,
    /// The batch that an import begins.
    pub batch: Option<BatchId>,
    /// Until when it can be taken back; `None` where it cannot.
    pub undo_until: Option<Timestamp>,
    /// What was revealed: here and nowhere else.
    pub revealed: Option<Revealed>,
}

/// A masked field in the clear.
#[derive(Clone, Debug)]
pub struct Revealed {
    /// The field.
    pub field: MaskedField,
    /// Its values, in the order of the profile.
    pub values: Secret<Vec<String>>,
}

/// Whom or what an action was about, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetName {
    /// The id.
    pub id: TargetId,
    /// The login of a user, or the words for none; the name of anything else.
    pub name: String,
    /// Name and login; of anything else its kind and name.
    pub called: String,
    /// The version that was judged.
    pub version: i64,
}

/// What is not as it was shown any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stale {
    /// What others did to the record, newest first; empty where no entry tells.
    pub by: Vec<Meanwhile>,
    /// Facts that were shown as impact, and are others by now.
    pub facts: Vec<Difference>,
}

impl Stale {
    /// In words: who did what when, and what is another value by now; a line each.
    pub fn lines(&self) -> Vec<String> {
        let by = self.by.iter().map(|one| {
            let changes = one.changes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            if changes.is_empty() { one.to_string() } else { format!("{one}: {changes}") }
        });
        by.chain(self.facts.iter().map(ToString::to_string)).collect()
    }
}

/// What somebody else did meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meanwhile {
    /// Who.
    pub actor: String,
    /// What: the code of the action.
    pub action: String,
    /// How long ago, in words.
    pub age: String,
    /// The values that it changed.
    pub changes: Vec<Difference>,
}

impl fmt::Display for Meanwhile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {}, {} ago", self.action, self.actor, self.age)
    }
}
