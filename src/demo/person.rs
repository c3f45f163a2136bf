//! One made-up person: the profile, and what belongs to it.

use crate::base::ids::{OrganisationId, UserId};
use crate::base::time::Timestamp;
use crate::domain::contact::{Email, Phone};
use crate::domain::history::HistoryRow;
use crate::domain::organisation::Organisation;
use crate::domain::scope::Scope;
use crate::domain::status::StatusFacts;
use crate::domain::user::{Kind, Names, Product, User};

/// One made-up person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The profile.
    pub user: User,
    /// Account ids, at most one of a type.
    pub account_ids: Vec<AccountId>,
    /// Oldest first; `seq` counts from 1 within this person.
    pub history: Vec<HistoryRow>,
    /// Oldest first.
    pub notes: Vec<Remark>,
    /// How an operator of the demo signs in; `None` has no credentials.
    pub entry: Option<Entry>,
}

/// An account id of the organisation's account types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountId {
    /// Name of the account type.
    pub kind: &'static str,
    /// Unique within organisation and type.
    pub value: String,
    /// `INITIAL`, `ACTIVE` or `INACTIVE`.
    pub status: &'static str,
}

/// A note to be written on a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// When.
    pub at: Timestamp,
    /// Who wrote it.
    pub author: UserId,
    /// Their login.
    pub author_login: String,
    /// The text.
    pub text: String,
}

/// How an operator of the demo signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What this operator is, in words for whoever tries the demo.
    pub what: &'static str,
    /// Whether a code is asked for as well.
    pub second_factor: bool,
}

/// A person of whom nothing is known but number, kind, name and organisation.
pub(super) fn plain(id: UserId, kind: Kind, names: Names, organisation: Organisation) -> Person {
    let scope = Scope::of(organisation.id);
    Person {
        user: User {
            id,
            login: None,
            kind,
            category: None,
            names,
            emails: Vec::new(),
            phones: Vec::new(),
            address: None,
            birth_date: String::new(),
            tax_id: String::new(),
            organisation,
            group: None,
            roles: Vec::new(),
            accounts: Vec::new(),
            level: None,
            scope,
            core_id: String::new(),
            linked_core_ids: Vec::new(),
            referral_code: String::new(),
            account_number: String::new(),
            attributes: Vec::new(),
            tags: Vec::new(),
            product: Product::DigitalBanking,
            added: Timestamp::default(),
            modified: Timestamp::default(),
            enrolled: None,
            last_login: None,
            facts: StatusFacts::default(),
            version: 1,
        },
        account_ids: Vec::new(),
        history: Vec::new(),
        notes: Vec::new(),
        entry: None,
    }
}

impl Person {
    /// Adds an email; the first is the primary one.
    pub(super) fn add_email(&mut self, kind: &str, address: String, confirmed_at: Option<Timestamp>) {
        let primary = self.user.emails.is_empty();
        self.user.emails.push(Email { kind: kind.to_owned(), address, primary, confirmed_at });
    }

    /// Adds a phone; the first is the primary one.
    pub(super) fn add_phone(&mut self, kind: &str, number: String) {
        let primary = self.user.phones.is_empty();
        self.user.phones.push(Phone { kind: kind.to_owned(), number, primary });
    }

    /// The organisation's number.
    pub(super) const fn organisation(&self) -> OrganisationId {
        self.user.organisation.id
    }
}
