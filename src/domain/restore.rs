//! What an undo puts back: values of one user as they were before one action.
//!
//! It is kept with the action, sealed, until it can be undone no more; so it is data that is written and read again.

use serde::{Deserialize, Serialize};

use crate::base::ids::{GroupId, NoteId, PlatformAccountId, RoleId, UserId};
use crate::base::time::Timestamp;
use crate::domain::status::{AdminLock, StatusFacts, Window};
use crate::domain::user::Names;

/// One before-value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Restore {
    /// Locks, deactivation and activation.
    Access(Access),
    /// Title and names.
    Names(Names),
    /// The custom attributes, by name; what is hidden stays as it is.
    Attributes(Vec<(String, String)>),
    /// The tags, sorted.
    Tags(Vec<String>),
    /// Users who were in the group come back, and others go out again; each with the version that the action made.
    Members {
        /// Who comes back.
        back: Vec<(UserId, i64)>,
        /// Who goes out.
        out: Vec<(UserId, i64)>,
    },
    /// The roles, by id.
    Roles(Vec<RoleId>),
    /// The group.
    Group(Option<GroupId>),
    /// The platform accounts, by id.
    Accounts(Vec<PlatformAccountId>),
    /// This note was not there.
    NoNote(NoteId),
}

/// The facts of a status that operators set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    not_activated: bool,
    admin_lock: Option<AdminLock>,
    auto_locked_at: Option<Timestamp>,
    deactivated: bool,
    window: Option<Window>,
    /// Where the action set them to 0.
    failures: Option<Failures>,
}

/// Wrong passwords and codes that are counted against an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    /// Of the password, and of codes behind it.
    pub by_password: u32,
    /// Of codes behind a key.
    pub by_key: u32,
}

impl Access {
    /// What `facts` say; `failures` where they change as well.
    pub fn of(facts: &StatusFacts, failures: Option<Failures>) -> Self {
        Self {
            not_activated: facts.not_activated,
            admin_lock: facts.admin_lock.clone(),
            auto_locked_at: facts.auto_locked_at,
            deactivated: facts.deactivated,
            window: facts.window,
            failures,
        }
    }

    /// `facts` with these put back; what no operator sets stays as it is there.
    pub fn put_back(&self, facts: &StatusFacts) -> StatusFacts {
        StatusFacts {
            not_activated: self.not_activated,
            admin_lock: self.admin_lock.clone(),
            auto_locked_at: self.auto_locked_at,
            deactivated: self.deactivated,
            window: self.window,
            ..facts.clone()
        }
    }

    /// The counters to put back, where there are any.
    pub const fn failures(&self) -> Option<Failures> {
        self.failures
    }
}
