//! A user as lists know one: what is filtered, sorted and shown.

use crate::base::ids::{GroupId, OrganisationId, UserId};
use crate::base::time::Timestamp;
use crate::domain::level::Level;
use crate::domain::status::StatusFacts;
use crate::domain::user::{Category, Kind, Names, Product};

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
    /// Which product the user belongs to.
    pub product: Product,
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

/// A user with all that a filter may ask for, nothing masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is shown.
    pub row: Row,
    /// The group, which decides whether the user exists for an operator.
    pub group: Option<GroupId>,
    /// What is only asked for.
    pub details: Details,
}

/// What lists do not show, and filters ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Customers only.
    pub category: Option<CustomerKind>,
    /// Emails beside the primary one.
    pub emails: Vec<String>,
    /// Phones beside the primary one.
    pub phones: Vec<String>,
    /// Ids at the core beside the own one.
    pub core_ids: Vec<String>,
    /// Type and value of each account id.
    pub account_ids: Vec<(String, String)>,
    /// Tags, sorted.
    pub tags: Vec<String>,
    /// Custom attributes: name and value.
    pub attributes: Vec<(String, String)>,
    /// Whether there is a second factor.
    pub has_second_factor: bool,
    /// Whether there is a note.
    pub has_note: bool,
}

/// A customer's category, without what it says of a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerKind {
    /// A person.
    Personal,
    /// Somebody who acts for a business.
    Business,
}

impl CustomerKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Personal, Self::Business];

    /// The word of files, filters and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Business => "business",
        }
    }

    /// Reads the word, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(text))
    }

    /// The category without its particulars.
    pub const fn of(category: &Category) -> Self {
        match category {
            Category::Personal => Self::Personal,
            Category::Business(_) => Self::Business,
        }
    }
}
