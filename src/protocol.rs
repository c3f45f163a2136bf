//! All that a screen or a command line says to the store, and what comes back.

mod answer;
mod sets;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::actions::Spec;
use crate::actions::request::Request;
use crate::authz::grants::RightSet;
use crate::authz::refusal::Refusal;
use crate::authz::standing::Standing;
use crate::base::fault::Fault;
use crate::base::ids::{JobId, UserId};
use crate::base::time::Timestamp;
use crate::directory::filter::Filter;
use crate::directory::row::Row;
pub use crate::directory::sort::From;
use crate::directory::sort::Sort;
use crate::domain::audit::Record;
use crate::domain::history::{HistoryRow, Note};
use crate::domain::job::Job;
use crate::domain::organisation::Organisation;
use crate::domain::target::{TargetId, TargetKind};
use crate::domain::user::User;
pub use answer::{Answer, Meanwhile, Receipt, Revealed, Stale, TargetName};
pub use sets::{JobReport, Judged};
pub use source::{Absence, Source};

/// A question. Everything that is answered lies within the sight of who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Who am I, and what may I do.
    Me,
    /// A page of the user list.
    Users {
        /// Who is meant.
        filter: Filter,
        /// In which order.
        sort: Sort,
        /// From where on.
        from: From,
        /// How many rows at most.
        rows: usize,
    },
    /// How many users a filter means.
    Count {
        /// Who is meant.
        filter: Filter,
    },
    /// One profile, by login, id or `TYPE:ID` as typed.
    User {
        /// As typed.
        named: String,
    },
    /// One profile, by the id that a list gave.
    UserById {
        /// The user.
        user: UserId,
    },
    /// Notes of a user, newest first.
    Notes {
        /// The user.
        user: UserId,
        /// Only notes older than this number; `None` from the newest on.
        before: Option<i64>,
        /// How many at most.
        rows: usize,
    },
    /// History of a user, newest first.
    History {
        /// The user.
        user: UserId,
        /// Only rows older than this number; `None` from the newest on.
        before: Option<i64>,
        /// How many at most.
        rows: usize,
    },
    /// Which actions are offered on something, and why the others are not.
    Menu {
        /// Upon what.
        id: TargetId,
    },
    /// What a word names, among what exists for who asks.
    Target {
        /// What it should be.
        kind: TargetKind,
        /// As typed.
        named: String,
    },
    /// Whether something new may be made at all, and why not.
    Making {
        /// Code of the action.
        code: &'static str,
    },
    /// What an action of one's own did, as far as it can be taken back.
    Undoable {
        /// The number of its audit entry; `None` is the last that can be taken back.
        audit: Option<i64>,
    },
    /// The ids of the users that a filter means, in order, as they are at this moment.
    Ids {
        /// Who is meant.
        filter: Filter,
        /// In which order.
        sort: Sort,
        /// From one user to another, both included and in either order; all without it.
        span: Option<(UserId, UserId)>,
    },
    /// What has become of marked users.
    Marks {
        /// The filter of the list.
        filter: Filter,
        /// Who is marked.
        users: Arc<BTreeSet<UserId>>,
    },
    /// What an action would do to some users of a set; a part of it, so that no set holds up a reader for long.
    Preview {
        /// Code of the action.
        code: &'static str,
        /// What is filled in so far.
        answers: BTreeMap<String, String>,
        /// The set.
        users: Arc<Vec<UserId>>,
        /// The first one to judge.
        from: usize,
    },
    /// Jobs of who asks, and all of them for a master administrator; newest first.
    Jobs {
        /// How many at most.
        rows: usize,
    },
    /// One job, and rows of it that were come to, newest first.
    Job {
        /// Which.
        job: JobId,
        /// Only rows that were not done.
        failed_only: bool,
        /// Only rows before this place; `None` from the newest on.
        before: Option<u64>,
        /// How many at most.
        rows: usize,
    },
    /// Entries of the audit, newest first.
    Audit {
        /// Only entries older than this number; `None` from the newest on.
        before: Option<i64>,
        /// How many at most.
        rows: usize,
    },
}

impl Query {
    /// Who is meant, where a question is about the users of a filter.
    pub const fn filter(&self) -> Option<&Filter> {
        match self {
            Self::Users { filter, .. }
            | Self::Count { filter }
            | Self::Ids { filter, .. }
            | Self::Marks { filter, .. } => Some(filter),
            Self::Me
            | Self::User { .. }
            | Self::UserById { .. }
            | Self::Notes { .. }
            | Self::History { .. }
            | Self::Menu { .. }
            | Self::Making { .. }
            | Self::Target { .. }
            | Self::Undoable { .. }
            | Self::Preview { .. }
            | Self::Jobs { .. }
            | Self::Job { .. }
            | Self::Audit { .. } => None,
        }
    }
}

impl Query {
    /// In which order users are asked for.
    pub const fn sort(&self) -> Option<Sort> {
        if let Self::Users { sort, .. } | Self::Ids { sort, .. } = self { Some(*sort) } else { None }
    }
}

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
    /// For [`Query::Target`].
    Target(Box<TargetName>),
    /// For [`Query::Undoable`]; `None` where a request would say why it is refused.
    Undoable(Option<Box<Undoable>>),
    /// For [`Query::Audit`].
    Audit(Vec<Record>),
    /// For [`Query::Ids`].
    Ids {
        /// In order.
        users: Vec<UserId>,
        /// Whether there are more than can be marked.
        more: bool,
    },
    /// For [`Query::Marks`].
    Marks {
        /// Marked users that the filter means.
        matching: usize,
        /// Marked users that are not there any more.
        gone: Vec<UserId>,
    },
    /// For [`Query::Preview`]: as many as were judged, in the order of the set.
    Preview(Vec<Judged>),
    /// For [`Query::Jobs`].
    Jobs(Vec<Job>),
    /// For [`Query::Job`].
    Job(Box<JobReport>),
    /// A rule said no.
    Refused(Refusal),
    /// The machine failed.
    Failed(Fault),
}

/// Why a question was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A rule said no.
    Refused(Refusal),
    /// The machine failed.
    Failed(Fault),
}

impl std::convert::From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

impl Trouble {
    /// In words: what, why, what to do; a line each.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Refused(refusal) if refusal.satisfied_by.is_empty() => vec![format!("refused: {refusal}")],
            Self::Refused(refusal) => {
                vec![
                    format!("refused: {refusal}"),
                    format!("would be satisfied by: {}", refusal.satisfied_by),
                ]
            }
            Self::Failed(fault) => vec![format!("error: {fault}"), "r tries again".to_owned()],
        }
    }
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
            | Self::Target(_)
            | Self::Undoable(_)
            | Self::Ids { .. }
            | Self::Marks { .. }
            | Self::Preview(_)
            | Self::Jobs(_)
            | Self::Job(_)
            | Self::Audit(_) => None,
        }
    }
}

/// Who asks, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Where the operator stands.
    pub standing: Standing,
    /// The full name.
    pub name: String,
    /// The organisations of the scope, by key; `None` is all, present and future.
    pub scope: Option<Vec<Organisation>>,
}

/// A page of the user list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// Whether there are rows before the first one.
    pub more_before: bool,
    /// Whether there are rows after the last one.
    pub more_after: bool,
}

/// One profile, as far as it may be seen: personal data is masked where it may not be revealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The user.
    pub user: User,
    /// Whether personal data stands in `user` in the clear.
    pub revealed: bool,
    /// The rights in force: of level, roles and group, closed. The portal reads them.
    pub rights: RightSet,
    /// Notes on the user.
    pub notes: u64,
    /// Rows of the history.
    pub history: u64,
    /// Live console sessions.
    pub sessions: u32,
    /// Messages to the user that wait to go out.
    pub messages_waiting: u64,
}

/// One entry of the action menu.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The action.
    pub spec: &'static Spec,
    /// Why it is not offered; `None` where it is.
    pub refusal: Option<Refusal>,
}

/// What one did to a user, and may take back.
#[derive(Clone, Debug)]
pub struct Undoable {
    /// The number of its audit entry.
    pub audit: i64,
    /// The action.
    pub spec: &'static Spec,
    /// When it was done.
    pub at: Timestamp,
    /// Until when it can be taken back, exclusive.
    pub until: Timestamp,
    /// Upon whom, as they are now; personal data is masked.
    pub user: User,
}

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
