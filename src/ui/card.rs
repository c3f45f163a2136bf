//! Whom an action is about, as it stood on the screen when it was chosen.

use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::directory::row::Row;
use crate::domain::masked::MaskedField;
use crate::domain::status::StatusFacts;
use crate::domain::user::{TEMPORARY_LOGIN, User};

/// One user, as far as menu and confirmation tell who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) user: UserId,
    /// The version that a request names: what was seen is what is acted on.
    pub(crate) version: i64,
    /// Name and login.
    pub(crate) called: String,
    pub(crate) login: String,
    pub(crate) facts: StatusFacts,
    pub(crate) organisation: String,
    /// Names of the fields that are masked.
    pub(crate) masked: Vec<String>,
}

impl Card {
    /// From a row of the list.
    pub(crate) fn of_row(row: &Row) -> Self {
        let login = row.login.clone().unwrap_or_else(|| TEMPORARY_LOGIN.to_owned());
        let name = row.names.full();
        let called = if name.is_empty() { login.clone() } else { format!("{name} ({login})") };
        let organisation = row.organisation.2.clone();
        let known = [(MaskedField::Email, &row.email), (MaskedField::Phone, &row.phone)];
        let masked = known.into_iter().filter(|(_, value)| !value.is_empty());
        Self {
            user: row.id,
            version: row.version,
            called,
            login,
            facts: row.facts.clone(),
            organisation,
            masked: masked.map(|(field, _)| field.name().into_owned()).collect(),
        }
    }

    /// From a profile, masked.
    pub(crate) fn of_user(user: &User) -> Self {
        Self {
            user: user.id,
            version: user.version,
            called: user.called(),
            login: user.login_shown().to_owned(),
            facts: user.facts.clone(),
            organisation: user.organisation.display_name.clone(),
            masked: MaskedField::of(user).iter().map(|field| field.name().into_owned()).collect(),
        }
    }

    /// Symbol and word of the status at `now`, and the mark of archived users.
    pub(crate) fn status(&self, now: Timestamp) -> String {
        let status = self.facts.status_at(now);
        let archived = if self.facts.archived() { "  x archived" } else { "" };
        format!("{} {}{archived}", status.symbol(), status.short())
    }
}
