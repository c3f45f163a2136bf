//! A user of any kind: the whole profile, as the store holds it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::ids::{PlatformAccountId, UserId};
use crate::base::time::Timestamp;
use crate::domain::contact::{Address, Email, Phone};
use crate::domain::level::Level;
use crate::domain::organisation::{GroupName, Organisation, RoleName};
use crate::domain::scope::Scope;
use crate::domain::status::StatusFacts;

/// What a user is. An admin is a user with a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Has a level.
    Admin,
    /// Works here.
    Staff,
    /// Is served here.
    Customer,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Staff, Self::Customer];

    /// The word of files, filters and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Staff => "staff",
            Self::Customer => "customer",
        }
    }

    /// The letter of the tables.
    pub const fn letter(self) -> char {
        match self {
            Self::Admin => 'A',
            Self::Staff => 'S',
            Self::Customer => 'C',
        }
    }

    /// Reads the word, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A customer's category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Category {
    /// A person.
    Personal,
    /// Somebody who acts for a business.
    Business(Business),
}

impl Category {
    /// The word of files and JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Business(_) => "business",
        }
    }
}

/// The business behind a business customer; empty text is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Business {
    /// Its name.
    pub name: String,
    /// Its phone.
    pub phone: String,
    /// The customer's role there.
    pub role: String,
}

/// Which product a user belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// Digital banking.
    DigitalBanking,
    /// Account opening.
    AccountOpening,
}

impl Product {
    /// The word of files and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DigitalBanking => "digital banking",
            Self::AccountOpening => "account opening",
        }
    }
}

/// The names of a person; empty text is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// `Dr`, `Ms`, ….
    pub title: String,
    /// First name.
    pub first: String,
    /// Middle names.
    pub middle: String,
    /// Last name.
    pub last: String,
}

impl Names {
    /// First, middle and last name, as they are spoken.
    pub fn full(&self) -> String {
        let parts = [&self.first, &self.middle, &self.last];
        parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// What a name sorts by: last, then first, folded.
pub fn name_key(last: &str, first: &str) -> String {
    crate::base::text::folded(&format!("{last} {first}"))
}

/// The whole profile of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Shown as `U10305`; never changes.
    pub id: UserId,
    /// Unique in the store, case-folded; an enrolling customer has none yet.
    pub login: Option<String>,
    /// What the user is.
    pub kind: Kind,
    /// Customers only.
    pub category: Option<Category>,
    /// The names.
    pub names: Names,
    /// Sorted by type; exactly one is primary where there are any.
    pub emails: Vec<Email>,
    /// Sorted by type; exactly one is primary where there are any.
    pub phones: Vec<Phone>,
    /// Residential address.
    pub address: Option<Address>,
    /// Day of birth, `2001-05-14`; empty is unknown.
    pub birth_date: String,
    /// Tax id, empty where unknown.
    pub tax_id: String,
    /// The organisation.
    pub organisation: Organisation,
    /// At most one group.
    pub group: Option<GroupName>,
    /// Sorted by name.
    pub roles: Vec<RoleName>,
    /// Platform accounts: id and name, sorted by name.
    pub accounts: Vec<(PlatformAccountId, String)>,
    /// The level, of an admin.
    pub level: Option<Level>,
    /// The scope that goes with the level; the own organisation without one.
    pub scope: Scope,
    /// The id at the core, empty where unknown.
    pub core_id: String,
    /// Further ids at the core.
    pub linked_core_ids: Vec<String>,
    /// Referral code, empty where none.
    pub referral_code: String,
    /// Account number, empty where none.
    pub account_number: String,
    /// Custom attributes, sorted by name.
    pub attributes: Vec<(String, String)>,
    /// Sorted.
    pub tags: Vec<String>,
    /// The product.
    pub product: Product,
    /// When the record was made.
    pub added: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// When the enrolment was finished.
    pub enrolled: Option<Timestamp>,
    /// The last sign-in anywhere.
    pub last_login: Option<Timestamp>,
    /// What the status is made of.
    pub facts: StatusFacts,
    /// Rises with every change of profile, authority or credentials.
    pub version: i64,
}

impl User {
    /// The login, or the words for an enrolling customer without one.
    pub fn login_shown(&self) -> &str {
        self.login.as_deref().unwrap_or(TEMPORARY_LOGIN)
    }

    /// Name and login: `Chloe Kim (c.kim)`.
    pub fn called(&self) -> String {
        let name = self.names.full();
        if name.is_empty() {
            self.login_shown().to_owned()
        } else {
            format!("{name} ({})", self.login_shown())
        }
    }

    /// The primary email.
    pub fn email(&self) -> Option<&Email> {
        self.emails.iter().find(|email| email.primary)
    }

    /// The primary phone.
    pub fn phone(&self) -> Option<&Phone> {
        self.phones.iter().find(|phone| phone.primary)
    }
}

/// Shown where an enrolling customer has no username yet.
pub const TEMPORARY_LOGIN: &str = "Temporary username";

/// Why `login` cannot be a username, or `None` where it can.
///
/// 1 to 64 characters, no blanks or controls, nothing that is made to be taken for another; `join`, `forgot` and `U` with digits are reserved
/// (`spec/domain.md`), and so are `first_words`, which a command line would take for a command.
pub fn login_fault(login: &str, first_words: &[&str]) -> Option<String> {
    let folded = crate::base::text::folded(login);
    if login.is_empty() || login.chars().count() > 64 {
        return Some("must have 1 to 64 characters".to_owned());
    }
    if login.chars().any(|character| character.is_whitespace() || crate::base::text::is_unsafe(character)) {
        return Some("holds a blank, a control or an invisible character".to_owned());
    }
    if login.starts_with('-') || login.contains([':', ',', ';', '/', '"', '\'']) {
        return Some("starts with `-`, or holds one of : , ; / or a quote".to_owned());
    }
    if crate::base::text::looks_like_another(login) {
        return Some("mixes letters of alphabets that look alike, or holds full-width ones".to_owned());
    }
    let id_like = folded
        .strip_prefix('u')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    if folded == "join" || folded == "forgot" || id_like || first_words.contains(&folded.as_str()) {
        return Some("is reserved".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_and_unreadable_logins_are_refused() {
        for bad in [
            "join",
            "FORGOT",
            "U123",
            "u1",
            "users",
            "",
            "a b",
            "a\u{202e}b",
            "-x",
            "a:b",
            "\u{430}.kim",
            "k\u{3bf}s",
            "\u{ff41}nn",
        ] {
            assert!(login_fault(bad, &["users"]).is_some(), "{bad}");
        }
        for good in
            ["a.kim", "u", "u1x", "o_neil@corp", "Ünal", "1001", "ольга.7", "佐藤", "νίκος", "e\u{301}va"]
        {
            assert_eq!(login_fault(good, &["users"]), None, "{good}");
        }
    }
}
