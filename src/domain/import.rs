//! One row of an import of users: what the file says, checked as far as it can be without the store.

use crate::base::ids::{BatchId, UserId};
use crate::base::time::Timestamp;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// A cell of an import: what a row says of one value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell<T> {
    /// The file has no such column: the value stays.
    #[default]
    Missing,
    /// The cell is empty: the value is cleared.
    Empty,
    /// The cell has a value.
    Given(T),
}

impl<T> Cell<T> {
    /// The value, where there is one.
    pub const fn given(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Missing | Self::Empty => None,
        }
    }

    /// Whether the column is there at all.
    pub const fn is_said(&self) -> bool {
        !matches!(self, Self::Missing)
    }
}

/// One row. Matched to a user by login, case-folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserRow {
    /// Line in the file on which the row begins, from 1.
    pub line: u64,
    /// The login.
    pub login: String,
    /// Kept for a new row, ignored otherwise.
    pub id: Cell<UserId>,
    /// `staff` or `customer` for a new row; may not change.
    pub kind: Cell<Kind>,
    /// For new rows only.
    pub status: Cell<Status>,
    /// Title.
    pub title: Cell<String>,
    /// First name.
    pub first_name: Cell<String>,
    /// Middle name.
    pub middle_name: Cell<String>,
    /// Last name.
    pub last_name: Cell<String>,
    /// Primary email.
    pub email: Cell<String>,
    /// Primary phone.
    pub phone: Cell<String>,
    /// `personal` or `business`, of a customer.
    pub category: Cell<String>,
    /// Key of the organisation; the only one there is when the column is missing.
    pub organisation: Cell<String>,
    /// Name of the group.
    pub group: Cell<String>,
    /// Names of roles.
    pub roles: Cell<Vec<String>>,
    /// Id at the core.
    pub core_id: Cell<String>,
    /// When the enrolment was finished.
    pub enrolled: Cell<Timestamp>,
    /// Kept for a new row, ignored otherwise.
    pub last_login: Cell<Timestamp>,
    /// Kept for a new row, ignored otherwise.
    pub added: Cell<Timestamp>,
    /// Kept for a new row, ignored otherwise.
    pub modified: Cell<Timestamp>,
    /// Custom attributes: name and cell, one for each `attr.` column.
    pub attributes: Vec<(String, Cell<String>)>,
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Line in the file, from 1.
    pub line: u64,
    /// Name of the column; empty where the whole line is meant.
    pub column: String,
    /// What is wanted, then what was got; without a column it goes on after the line: `has 7 columns, ...`.
    pub text: String,
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.column.is_empty() {
            write!(f, "line {} {}", self.line, self.text)
        } else {
            write!(f, "line {}, column `{}`: {}", self.line, self.column, self.text)
        }
    }
}

/// What an import did, or would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// New users.
    pub created: u64,
    /// Users with at least one changed value.
    pub updated: u64,
    /// Users that were as the file says already.
    pub unchanged: u64,
}

impl ImportCounts {
    /// All rows.
    pub const fn rows(&self) -> u64 {
        self.created + self.updated + self.unchanged
    }

    /// Counts `more` as well.
    pub const fn add(&mut self, more: Self) {
        self.created += more.created;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
    }
}

/// A step of an import. Its rows go between the first and the last into a batch that nobody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportStep {
    /// The batch is begun; in a dry run it is only asked whether it might be.
    Begin,
    /// Everything is there and becomes visible at once.
    Show(Filled),
    /// A row is wrong, or something else ended it: nothing is imported, which the audit tells.
    GiveUp(String),
}

/// A batch into which a whole file was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The batch.
    pub batch: BatchId,
    /// SHA-256 of the file, in hexadecimal; empty where there was none.
    pub file_sha256: String,
}

/// What an import is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Rows are checked; nothing is written.
    #[default]
    Checking,
    /// Rows are written where nobody sees them.
    Writing,
    /// Everything is made visible.
    Showing,
    /// What was written is removed.
    Removing,
}

impl Phase {
    const ALL: [Self; 4] = [Self::Checking, Self::Writing, Self::Showing, Self::Removing];

    /// The word that is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Writing => "writing",
            Self::Showing => "finishing",
            Self::Removing => "taking back",
        }
    }

    /// The phase of a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.word() == word)
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportProgress {
    /// What it is doing.
    pub phase: Phase,
    /// Rows so far in this phase.
    pub rows: u64,
    /// All rows, where they were counted already; otherwise 0.
    pub rows_all: u64,
    /// Bytes of the file read in this phase.
    pub bytes: u64,
    /// Bytes of the file; 0 where it is none.
    pub bytes_all: u64,
}

impl ImportProgress {
    /// How many rows there are in all, as far as the file so far tells.
    pub fn rows_expected(&self) -> u64 {
        if self.rows_all > 0 {
            return self.rows_all;
        }
        self.rows.saturating_mul(self.bytes_all).checked_div(self.bytes).unwrap_or(0).max(self.rows)
    }
}
