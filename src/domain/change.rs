//! The closed list of what an action can change in the store.
//!
//! A change says what becomes true; how it is written is the store's business.

use std::fmt;

use crate::base::ids::{GroupId, PlatformAccountId, RoleId, SessionId, UserId};
use crate::base::secret::Secret;
use crate::domain::group_change::GroupChange;
use crate::domain::level::Level;
use crate::domain::restore::Restore;
use crate::domain::role_change::RoleChange;
use crate::domain::scope::Scope;
use crate::domain::status::{AdminLock, Window};
use crate::domain::user::Names;

/// One change of stored data.
#[derive(Clone, Debug)]
pub enum Change {
    /// The user is locked by an operator, and archived.
    AdminLockSet {
        /// Whom.
        user: UserId,
        /// Since when, by whom, why.
        lock: AdminLock,
    },
    /// Admin lock and auto lock end, failures are counted from 0 again.
    LocksEnded {
        /// Whom.
        user: UserId,
    },
    /// The user is deactivated until activated again.
    DeactivationSet {
        /// Whom.
        user: UserId,
    },
    /// Deactivation and window end.
    DeactivationEnded {
        /// Whom.
        user: UserId,
    },
    /// A user that was created is let in.
    FirstActivated {
        /// Whom.
        user: UserId,
    },
    /// A window without access is set, in place of any other.
    WindowSet {
        /// Whom.
        user: UserId,
        /// From when to when.
        window: Window,
    },
    /// The window is removed.
    WindowEnded {
        /// Whom.
        user: UserId,
    },
    /// The tags are these.
    TagsSet {
        /// Whose.
        user: UserId,
        /// Sorted.
        tags: Vec<String>,
    },
    /// Every live console session of the user ends.
    SessionsEnded {
        /// Whose.
        user: UserId,
        /// The sentence that the session says goodbye with.
        why: String,
    },
    /// One console session ends.
    SessionEnded {
        /// Which.
        session: SessionId,
        /// The sentence that it says goodbye with.
        why: String,
    },
    /// None of the user's keys is trusted any more.
    TrustedKeysForgotten {
        /// Whose.
        user: UserId,
    },
    /// The names are these.
    NamesSet {
        /// Whose.
        user: UserId,
        /// All of them.
        names: Names,
    },
    /// The custom attributes are these and no others.
    AttributesSet {
        /// Whose.
        user: UserId,
        /// Name and value, sorted by name.
        attributes: Vec<(String, String)>,
    },
    /// The user is gone; history and notes are in the archive.
    UserDeleted {
        /// Whom.
        user: UserId,
    },
    /// A note is added.
    NoteAdded {
        /// On whom.
        user: UserId,
        /// The text, as it was typed.
        text: String,
    },
    /// Something about a group.
    Group(GroupChange),
    /// Something about roles.
    Role(RoleChange),
    /// The roles are these.
    RolesSet {
        /// Whose.
        user: UserId,
        /// All of them.
        roles: Vec<RoleId>,
    },
    /// The group is this one.
    GroupSet {
        /// Whose.
        user: UserId,
        /// `None` is no group.
        group: Option<GroupId>,
    },
    /// The platform accounts are these.
    AccountsSet {
        /// Whose.
        user: UserId,
        /// All of them.
        accounts: Vec<PlatformAccountId>,
    },
    /// Level and scope are these. Without a level the user is what they were before they had one.
    LevelSet {
        /// Whose.
        user: UserId,
        /// `None` is no level.
        level: Option<Level>,
        /// The scope that goes with it; `None` without a level.
        scope: Option<Scope>,
    },
    /// A password is set by somebody else: it is due to be changed at the next sign-in.
    PasswordSet {
        /// Whose.
        user: UserId,
        /// Its hash.
        hash: Secret<String>,
    },
    /// An undo puts back what was there.
    Restored {
        /// Whose.
        user: UserId,
        /// What.
        before: Restore,
    },
}

/// One value before and after, as the confirmation shows it and the audit keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What changes, in the words of the screen.
    pub field: String,
    /// The value before; empty text is none.
    pub before: String,
    /// The value after; empty text is none.
    pub after: String,
}

impl Difference {
    /// `field`, `before` and `after`.
    pub fn new(field: impl Into<String>, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self { field: field.into(), before: before.into(), after: after.into() }
    }

    /// Both values: `ACTIVE -> LOCKED_BY_ADMIN`.
    pub fn values(&self) -> String {
        let value = |text: &str| if text.is_empty() { "(none)".to_owned() } else { text.to_owned() };
        format!("{} -> {}", value(&self.before), value(&self.after))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.values())
    }
}
