//! What replies are made of: who asks, a page, a profile, an offer of the menu.

use crate::actions::Spec;
use crate::authz::grants::RightSet;
use crate::authz::refusal::Refusal;
use crate::authz::sources::Source;
use crate::authz::standing::Standing;
use crate::directory::row::Row;
use crate::domain::audit::{Hash, Record};
use crate::domain::operator::TrustedKey;
use crate::domain::organisation::Organisation;
use crate::domain::user::User;

/// Who asks, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Where the operator stands.
    pub standing: Standing,
    /// The full name.
    pub name: String,
    /// The organisations of the scope, by key; `None` is all, present and future.
    pub scope: Option<Vec<Organisation>>,
    /// Keys that sign in without a code now.
    pub trusted: Vec<TrustedKey>,
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
    /// What hands them over, as far as who asks may see it.
    pub sources: Vec<Source>,
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

/// Some entries of the audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// Entries, in the direction that was asked for.
    pub records: Vec<Record>,
    /// The number of the last entry that was looked at: one goes on from there. `None` where there was none.
    pub looked_to: Option<i64>,
    /// Whether there may be more beyond it.
    pub more: bool,
}

/// One entry of the audit with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The entry.
    pub record: Record,
    /// The hash of the entry before.
    pub previous: Hash,
    /// Its own.
    pub hash: Hash,
    /// Whether its own is what its fields and the one before make.
    pub holds: bool,
}

/// One thing that a field offers to pick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What stands in the field when it is picked.
    pub word: String,
    /// What stands beside it; empty where the word says all.
    pub about: String,
    /// How deep it lies in its tree.
    pub depth: usize,
    /// Whether the user has it already.
    pub is_held: bool,
    /// Why it cannot be picked or left out; `None` where it can.
    pub refusal: Option<Refusal>,
}
