//! All that a screen or a command line says to the store, and what comes back.

mod answer;
mod parts;
mod query;
mod reply;
mod sessions;
mod sets;
mod source;
mod structure;
mod trouble;
mod why;

use crate::actions::request::Request;
use crate::base::ids::JobId;
pub use crate::directory::sort::From;
use crate::domain::job::Job;
pub use answer::{Answer, Meanwhile, Receipt, Revealed, Stale, TargetName};
pub use parts::{AuditEntry, AuditPage, Choice, Me, Offer, Page, Profile};
pub use query::{AuditFrom, Query};
pub use reply::Reply;
pub use sessions::{ConsoleSession, SessionPage};
pub use sets::{JobReport, Judged, Undoable, UndoableSet, skipped, undo_words};
pub use source::{Absence, Source};
pub use structure::{GroupPage, Groups};
pub use trouble::Trouble;
pub use why::{Able, About, Explained};

/// A request with its answer, or a question with its reply: what a session gets back.
#[derive(Clone, Debug)]
pub enum Returned {
    /// A question was answered.
    Reply(Box<Query>, Reply),
    /// A request was answered.
    Answer(Box<Request>, Answer),
    /// A job was steered: how it stands now, or why not.
    Steered(JobId, Result<Box<Job>, Trouble>),
}
