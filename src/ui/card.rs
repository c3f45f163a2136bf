//! Whom or what an action is about, as it stood on the screen when it was chosen.

use crate::authz::groups::Group;
use crate::authz::roles::Role;
use crate::base::time::Timestamp;
use crate::directory::row::Row;
use crate::domain::masked::MaskedField;
use crate::domain::status::StatusFacts;
use crate::domain::target::{TargetId, TargetKind};
use crate::domain::user::{TEMPORARY_LOGIN, User};
use crate::protocol::TargetName;

/// One user, group, role or organisation, as far as menu and confirmation tell which it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) id: TargetId,
    /// The version that a request names: what was seen is what is acted on.
    pub(crate) version: i64,
    /// Name and login; of anything else its kind and name.
    pub(crate) called: String,
    /// What is typed to confirm.
    pub(crate) name: String,
    /// Of a user.
    pub(crate) facts: Option<StatusFacts>,
    /// Its organisation, where there is one.
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
            id: TargetId::User(row.id),
            version: row.version,
            called,
            name: login,
            facts: Some(row.facts.clone()),
            organisation,
            masked: masked.map(|(field, _)| field.name().into_owned()).collect(),
        }
    }

    /// From a profile, masked.
    pub(crate) fn of_user(user: &User) -> Self {
        Self {
            id: TargetId::User(user.id),
            version: user.version,
            called: user.called(),
            name: user.login_shown().to_owned(),
            facts: Some(user.facts.clone()),
            organisation: user.organisation.display_name.clone(),
            masked: MaskedField::of(user).iter().map(|field| field.name().into_owned()).collect(),
        }
    }

    /// From a group.
    pub(crate) fn of_group(group: &Group) -> Self {
        let organisation = group.organisation.as_ref();
        Self {
            id: TargetId::Group(group.id),
            version: group.version,
            called: format!("group {}", group.name),
            name: group.name.clone(),
            facts: None,
            organisation: organisation.map_or("the whole institution", |one| &one.display_name).to_owned(),
            masked: Vec::new(),
        }
    }

    /// From a role.
    pub(crate) fn of_role(role: &Role) -> Self {
        let organisation = role.organisation.as_ref();
        Self {
            id: TargetId::Role(role.id),
            version: role.version,
            called: format!("role {}", role.name),
            name: role.name.clone(),
            facts: None,
            organisation: organisation.map_or("the whole institution", |one| &one.display_name).to_owned(),
            masked: Vec::new(),
        }
    }

    /// From what the store calls it.
    pub(crate) fn of_name(target: &TargetName, organisation: &str) -> Self {
        Self {
            id: target.id,
            version: target.version,
            called: target.called.clone(),
            name: target.name.clone(),
            facts: None,
            organisation: organisation.to_owned(),
            masked: Vec::new(),
        }
    }

    /// The kind, as the name of a line: `User`.
    pub(crate) const fn noun(&self) -> &'static str {
        noun(self.id.kind())
    }

    /// Symbol and word of the status at `now`, and the mark of archived users; empty where it is no user.
    pub(crate) fn status(&self, now: Timestamp) -> String {
        let Some(facts) = &self.facts else { return String::new() };
        let status = facts.status_at(now);
        let archived = if facts.archived() { "  x archived" } else { "" };
        format!("{} {}{archived}", status.symbol(), status.short())
    }
}

/// A kind, as the name of a line.
pub(crate) const fn noun(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::User => "User",
        TargetKind::Group => "Group",
        TargetKind::Role => "Role",
        TargetKind::Organisation => "Organisation",
    }
}
