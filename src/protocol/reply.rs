//! What comes back for a question.

use super::{
    AuditEntry, AuditPage, Choice, ConsoleSession, Explained, GroupPage, Groups, JobReport, Judged, Me,
    Offer, Page, Profile, SessionPage, Source, TargetName, Trouble, Undoable, UndoableSet,
};
use crate::authz::refusal::Refusal;
use crate::authz::roles::Role;
use crate::base::fault::Fault;
use crate::base::ids::UserId;
use crate::directory::words::Words;
use crate::domain::audit::ChainPiece;
use crate::domain::history::{HistoryRow, Note};
use crate::domain::job::Job;

/// What comes back for a question.
#[derive(Clone, Debug)]
pub enum Reply {
    /// For [`Query::Me`].
    Me(Box<Me>),
    /// For [`Query::Users`].
    Users(Page),
    /// For [`Query::Count`].
    Count {
        /// Users that the filter means.
        matching: u64,
        /// Users that exist for who asks.
        visible: u64,
        /// Where searches are answered.
        source: Source,
    },
    /// For [`Query::User`] and [`Query::UserById`].
    User(Box<Profile>),
    /// For [`Query::Notes`].
    Notes(Vec<Note>),
    /// For [`Query::History`].
    History(Vec<HistoryRow>),
    /// For [`Query::Menu`] and [`Query::Making`].
    Menu(Vec<Offer>),
    /// For [`Query::Why`].
    Why(Box<Explained>),
    /// For [`Query::Groups`].
    Groups(Box<Groups>),
    /// For [`Query::Roles`].
    Roles(Vec<Role>),
    /// For [`Query::Role`].
    Role(Box<Role>),
    /// For [`Query::Group`].
    Group(Box<GroupPage>),
    /// For [`Query::Target`].
    Target(Box<TargetName>),
    /// For [`Query::Choices`].
    Choices(Vec<Choice>),
    /// For [`Query::Undoable`]; `None` where a request would say why it is refused.
    Undoable(Option<Box<Undoable>>),
    /// For [`Query::Undoable`], where a job did it.
    UndoableSet(Box<UndoableSet>),
    /// For [`Query::Audit`].
    Audit(AuditPage),
    /// For [`Query::AuditChain`].
    AuditChain(ChainPiece),
    /// For [`Query::AuditEntry`].
    AuditEntry(Box<AuditEntry>),
    /// For [`Query::Ids`] and [`Query::NotDone`].
    Ids {
        /// In order.
        users: Vec<UserId>,
        /// Whether there are more than can be marked.
        more: bool,
    },
    /// For [`Query::FilterWords`].
    FilterWords(Box<Words>),
    /// For [`Query::Marks`].
    Marks {
        /// Marked users that the filter means.
        matching: usize,
        /// Marked users that are not there any more.
        gone: Vec<UserId>,
    },
    /// For [`Query::Preview`]: as many as were judged, in the order of the set.
    Preview(Vec<Judged>),
    /// For [`Query::Sessions`].
    Sessions(SessionPage),
    /// For [`Query::Session`].
    Session(Box<ConsoleSession>),
    /// For [`Query::Jobs`].
    Jobs(Vec<Job>),
    /// For [`Query::Job`].
    Job(Box<JobReport>),
    /// A rule said no.
    Refused(Refusal),
    /// The machine failed.
    Failed(Fault),
}

impl Reply {
    /// The trouble that it tells of; `None` where it is an answer.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Refused(refusal) => Some(Trouble::Refused(refusal.clone())),
            Self::Failed(fault) => Some(Trouble::Failed(fault.clone())),
            Self::Me(_)
            | Self::Users(_)
            | Self::Count { .. }
            | Self::User(_)
            | Self::Notes(_)
            | Self::History(_)
            | Self::Menu(_)
            | Self::Why(_)
            | Self::Target(_)
            | Self::Groups(_)
            | Self::Roles(_)
            | Self::Role(_)
            | Self::Group(_)
            | Self::Choices(_)
            | Self::Undoable(_)
            | Self::UndoableSet(_)
            | Self::Ids { .. }
            | Self::FilterWords(_)
            | Self::Marks { .. }
            | Self::Preview(_)
            | Self::Sessions(_)
            | Self::Session(_)
            | Self::Jobs(_)
            | Self::Job(_)
            | Self::AuditChain(_)
            | Self::AuditEntry(_)
            | Self::Audit(_) => None,
        }
    }
}
