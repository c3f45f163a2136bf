//! A request: what crosses from a screen or a command line to the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::ids::UserId;
use crate::domain::import::UserRow;
use crate::domain::operator::Actor;

/// One action, asked for by one operator.
#[derive(Clone, Debug)]
pub struct Request {
    /// Code of the action.
    pub code: &'static str,
    /// Who asks.
    pub actor: Actor,
    /// Upon whom.
    pub target: Target,
    /// What was filled in, unchecked.
    pub answers: BTreeMap<String, String>,
    /// Rows of a file, for an import.
    pub rows: Option<Arc<Vec<UserRow>>>,
    /// What was typed to confirm: a login, a name, a count; empty where nothing was.
    pub confirmed: String,
    /// Whether to write, or only to say what would happen.
    pub run: Run,
}

/// Upon whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// No target.
    Directory,
    /// A user that was looked at: refused when the version is another by now.
    Seen {
        /// The user.
        user: UserId,
        /// The version on the screen.
        version: i64,
    },
    /// A user by login, id or `TYPE:ID`, as it was typed.
    Named(String),
}

/// Whether to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Do it.
    Real,
    /// Say what would happen, write nothing (`--dry-run`, and what the modal shows).
    Dry,
}
