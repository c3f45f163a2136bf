//! History and notes: what belongs to a user.

use crate::base::ids::NoteId;
use crate::base::time::Timestamp;

/// One row of a user's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// Rises with time; the cursor of a page.
    pub seq: i64,
    /// A code of `history_codes`, or one that an import brought.
    pub code: String,
    /// When.
    pub at: Timestamp,
    /// The login of who did it, or `system`.
    pub actor: String,
    /// Address, where known.
    pub ip: String,
    /// Device, where known.
    pub device: String,
    /// Operating system or version of the app, where known.
    pub app: String,
    /// What in particular.
    pub detail: String,
}

/// One internal note on a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// When it was written.
    pub at: Timestamp,
    /// The login of its author.
    pub author: String,
    /// The text, as it was typed.
    pub text: String,
}
