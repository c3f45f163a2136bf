//! What a filter means: the one predicate, for rows and for whatever else stands for a user.
//!
//! The index answers quicker, but it answers this; `index/laws.rs` compares the two.

use std::borrow::Cow;

use crate::authz::standing::Sight;
use crate::base::ids::UserId;
use crate::base::text::search_folded;
use crate::base::time::Timestamp;
use crate::directory::filter::{Field, Filter, What};
use crate::directory::row::Row;
use crate::domain::level::Level;
use crate::domain::status::Status;
use crate::domain::user::Kind;

/// Whoever a filter may mean. Texts are in the form of [`search_folded`], empty where there are none.
pub(super) trait Candidate {
    fn id(&self) -> UserId;
    fn kind(&self) -> Kind;
    fn level(&self) -> Option<Level>;
    fn status_at(&self, now: Timestamp) -> Status;
    fn is_archived(&self) -> bool;
    fn is_confirmed(&self) -> bool;
    fn login(&self) -> Cow<'_, [u8]>;
    fn name(&self) -> Cow<'_, [u8]>;
    fn email(&self) -> Cow<'_, [u8]>;
    /// In the form of [`phone_form`].
    fn phone(&self) -> Cow<'_, [u8]>;
    fn core_id(&self) -> Cow<'_, [u8]>;
    /// Whether `word` is the key or the display name of the organisation.
    fn is_of_organisation(&self, word: &str) -> bool;
    fn is_in_group(&self, word: &str) -> bool;
    fn has_role(&self, word: &str) -> bool;
}

impl Filter {
    /// Whether `row` is meant, for whoever has `sight`, at `now`.
    ///
    /// What exists is not asked here: the caller applied `sight` before.
    pub fn matches(&self, row: &Row, sight: &Sight, now: Timestamp) -> bool {
        self.terms.iter().all(|term| {
            let is_meant = term.what.means(row, sight, now) || term.also.contains(&row.id);
            is_meant != term.negated
        })
    }

    /// Whether the answer depends on when it is asked: statuses follow the clock.
    pub fn follows_the_clock(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.what, What::Status(_)))
    }
}

impl What {
    pub(super) fn means(&self, candidate: &impl Candidate, sight: &Sight, now: Timestamp) -> bool {
        match self {
            Self::Text(needle) => text_means(needle, candidate, sight),
            Self::Status(list) => list.contains(&candidate.status_at(now)),
            Self::Kind(list) => list.contains(&candidate.kind()),
            Self::Level(list) => list.contains(&candidate.level()),
            Self::Among(users) => users.contains(&candidate.id()),
            Self::Field(field, values) => {
                values.iter().any(|value| field_means(*field, value, candidate, sight))
            }
            // Nobody but whom the store found.
            Self::Complete(..) => false,
        }
    }
}

fn text_means(needle: &str, candidate: &impl Candidate, sight: &Sight) -> bool {
    holds(&candidate.login(), needle)
        || holds(&candidate.name(), needle)
        || is_id(candidate.id(), needle)
        || personal_means(&candidate.email(), needle, sight)
        || personal_means(&candidate.phone(), &phone_form(needle), sight)
        || *candidate.core_id() == *needle.as_bytes()
}

fn field_means(field: Field, value: &str, candidate: &impl Candidate, sight: &Sight) -> bool {
    let yes_no = |fact: bool| value == if fact { "yes" } else { "no" };
    match field {
        Field::Organisation => candidate.is_of_organisation(value),
        Field::Group => candidate.is_in_group(value),
        Field::Role => candidate.has_role(value),
        Field::Login => holds(&candidate.login(), value),
        Field::Name => holds(&candidate.name(), value),
        Field::Id => is_id(candidate.id(), value) || candidate.id().0.to_string() == value,
        Field::Email => personal_means(&candidate.email(), value, sight),
        Field::Phone => personal_means(&candidate.phone(), &phone_form(value), sight),
        Field::Core => *candidate.core_id() == *value.as_bytes(),
        Field::Archived => yes_no(candidate.is_archived()),
        Field::Confirmed => yes_no(candidate.is_confirmed()),
    }
}

fn holds(text: &[u8], needle: &str) -> bool {
    memchr::memmem::find(text, needle.as_bytes()).is_some()
}

fn personal_means(value: &[u8], needle: &str, sight: &Sight) -> bool {
    !needle.is_empty() && if sight.reveal { holds(value, needle) } else { value == needle.as_bytes() }
}

/// Whether `word` is `id` as it is shown, in either case.
pub(super) fn is_id(id: UserId, word: &str) -> bool {
    word.strip_prefix('u').is_some_and(|digits| id.0.to_string() == digits)
}

/// Digits, with the leading plus: how a number is written does not matter. Empty where it is no number.
pub(super) fn phone_form(phone: &str) -> String {
    let kept: String =
        phone.chars().filter(|character| !matches!(character, ' ' | '-' | '(' | ')' | '.' | '/')).collect();
    let is_number = kept.len() > 2 && kept.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit());
    if is_number { kept } else { String::new() }
}

impl Candidate for Row {
    fn id(&self) -> UserId {
        self.id
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn level(&self) -> Option<Level> {
        self.level
    }

    fn status_at(&self, now: Timestamp) -> Status {
        self.facts.status_at(now)
    }

    fn is_archived(&self) -> bool {
        self.facts.archived()
    }

    fn is_confirmed(&self) -> bool {
        self.email_confirmed
    }

    fn login(&self) -> Cow<'_, [u8]> {
        Cow::Owned(search_folded(self.login.as_deref().unwrap_or_default()).into_bytes())
    }

    fn name(&self) -> Cow<'_, [u8]> {
        Cow::Owned(search_folded(&self.names.full()).into_bytes())
    }

    fn email(&self) -> Cow<'_, [u8]> {
        Cow::Owned(search_folded(&self.email).into_bytes())
    }

    fn phone(&self) -> Cow<'_, [u8]> {
        Cow::Owned(phone_form(&self.phone).into_bytes())
    }

    fn core_id(&self) -> Cow<'_, [u8]> {
        Cow::Owned(search_folded(&self.core_id).into_bytes())
    }

    fn is_of_organisation(&self, word: &str) -> bool {
        search_folded(&self.organisation.1) == word || search_folded(&self.organisation.2) == word
    }

    fn is_in_group(&self, word: &str) -> bool {
        search_folded(&self.group) == word
    }

    fn has_role(&self, word: &str) -> bool {
        self.roles.iter().any(|role| search_folded(role) == word)
    }
}
