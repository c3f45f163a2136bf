//! A row of the user list: what is filtered, sorted and shown of one user.

use crate::base::ids::{OrganisationId, UserId};
use crate::base::time::Timestamp;
use crate::domain::level::Level;
use crate::domain::status::StatusFacts;
use crate::domain::user::{Kind, Names};

/// One user, as lists know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The user.
    pub id: UserId,
    /// The login; an enrolling customer has none yet.
    pub login: Option<String>,
    /// What the user is.
    pub kind: Kind,
    /// The level, of an admin.
    pub level: Option<Level>,
    /// The names.
    pub names: Names,
    /// Primary email, empty where none; masked for whoever may not reveal.
    pub email: String,
    /// Whether the primary email is confirmed.
    pub email_confirmed: bool,
    /// Primary phone, empty where none; masked for whoever may not reveal.
    pub phone: String,
    /// Organisation: id, key and display name.
    pub organisation: (OrganisationId, String, String),
    /// Name of the group, empty where none.
    pub group: String,
    /// Names of the roles, sorted.
    pub roles: Vec<String>,
    /// Last sign-in.
    pub last_login: Option<Timestamp>,
    /// End of the enrolment.
    pub enrolled: Option<Timestamp>,
    /// When the record was made.
    pub added: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// What the status is made of.
    pub facts: StatusFacts,
    /// The id at the core, empty where unknown.
    pub core_id: String,
    /// The version that a request names.
    pub version: i64,
}

impl Row {
    /// The words of the role column: the level, the roles, or the kind.
    pub fn role_words(&self) -> String {
        if let Some(level) = self.level {
            return level.code().to_owned();
        }
        if self.roles.is_empty() { String::new() } else { self.roles.join(", ") }
    }
}
