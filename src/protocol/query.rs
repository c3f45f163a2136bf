//! What a screen or a command line may ask the store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::actions::request::Doing;
use crate::base::ids::{JobId, SessionId, UserId};
use crate::directory::audit::AuditFilter;
use crate::directory::filter::Filter;
use crate::directory::sort::{From, Sort};
use crate::domain::audit::Head;
use crate::domain::target::{TargetId, TargetKind};
use crate::protocol::About;

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
    /// Whether something new may be made at all, or something be done to oneself; and why not.
    Making {
        /// Code of the action.
        code: &'static str,
    },
    /// Every rule for one action with what it says, and who could do it.
    Why {
        /// Code of the action.
        code: &'static str,
        /// Upon whom or what.
        about: About,
        /// The login or id of the operator for whom it is judged; `None` for who asks.
        operator: Option<String>,
    },
    /// The groups.
    Groups,
    /// The roles.
    Roles,
    /// One role.
    Role {
        /// By name or id, as typed.
        named: String,
    },
    /// One group.
    Group {
        /// By name or id, as typed.
        named: String,
    },
    /// What a field of an action offers to pick.
    Choices {
        /// Code of the action.
        code: &'static str,
        /// Name of the field.
        field: &'static str,
        /// For whom or what; `None` for a set, of which each is judged when it comes to it, and for something new.
        id: Option<TargetId>,
    },
    /// What an action of one's own did, as far as it can be taken back.
    Undoable {
        /// Which.
        doing: Doing,
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
    /// Words that values of a filter may be: names in use among the users that exist for who asks.
    FilterWords,
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
        /// The job that would be taken back; `None` where the action would be done.
        undoes: Option<JobId>,
        /// What is filled in so far.
        answers: BTreeMap<String, String>,
        /// The set.
        users: Arc<Vec<UserId>>,
        /// The first one to judge.
        from: usize,
    },
    /// Whom a job came to and did not do it to, in the order of its set.
    NotDone {
        /// The job.
        job: JobId,
    },
    /// Live console sessions, newest first: of the operators that who asks may sign out, and always one's own.
    Sessions {
        /// Only sessions older than this one; `None` from the newest on.
        before: Option<SessionId>,
        /// How many at most.
        rows: usize,
    },
    /// One live console session.
    Session {
        /// Which.
        session: SessionId,
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
    /// Entries of the audit.
    Audit {
        /// Which are meant.
        filter: AuditFilter,
        /// From where on, and in which direction.
        from: AuditFrom,
        /// How many at most.
        rows: usize,
    },
    /// A piece of the audit chain, verified: not scoped, for it tells nothing of what the entries say.
    AuditChain {
        /// Where the piece before ended.
        after: Head,
    },
    /// One entry of the audit, with what ties it to the one before.
    AuditEntry {
        /// Its number.
        seq: i64,
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
            | Self::FilterWords
            | Self::User { .. }
            | Self::UserById { .. }
            | Self::Notes { .. }
            | Self::History { .. }
            | Self::Menu { .. }
            | Self::Making { .. }
            | Self::Why { .. }
            | Self::Groups
            | Self::Roles
            | Self::Role { .. }
            | Self::Group { .. }
            | Self::Target { .. }
            | Self::Choices { .. }
            | Self::Undoable { .. }
            | Self::Preview { .. }
            | Self::NotDone { .. }
            | Self::Sessions { .. }
            | Self::Session { .. }
            | Self::Jobs { .. }
            | Self::Job { .. }
            | Self::Audit { .. }
            | Self::AuditChain { .. }
            | Self::AuditEntry { .. } => None,
        }
    }
}

impl Query {
    /// In which order users are asked for.
    pub const fn sort(&self) -> Option<Sort> {
        if let Self::Users { sort, .. } | Self::Ids { sort, .. } = self { Some(*sort) } else { None }
    }
}

/// Where entries of the audit begin, and in which direction they follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditFrom {
    /// The newest one and those before it.
    Newest,
    /// Those before this number, newest first.
    Before(i64),
    /// Those after this number, oldest first.
    After(i64),
}
