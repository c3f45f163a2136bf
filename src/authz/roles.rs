//! A role: a named set of rights.

use crate::authz::grants::RightSet;
use crate::base::ids::{OrganisationId, RoleId};
use crate::domain::organisation::Organisation;

/// One role, with all that is stored of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id, shown as `R3`.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What it is for; empty where nobody wrote that.
    pub description: String,
    /// Its organisation; `None` is institution-wide.
    pub organisation: Option<Organisation>,
    /// Its rights, closed.
    pub rights: RightSet,
    /// Users who have it.
    pub users: u64,
    /// Rises with every change.
    pub version: i64,
}

/// A role as far as its name tells it from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRole {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// Its organisation; `None` is institution-wide.
    pub organisation: Option<OrganisationId>,
}

impl Role {
    /// The id of its organisation.
    pub fn organisation_id(&self) -> Option<OrganisationId> {
        self.organisation.as_ref().map(|organisation| organisation.id)
    }
}
