//! The closed list of what an action can change about roles.

use crate::base::ids::{OrganisationId, RoleId};

/// One change about roles.
#[derive(Clone, Debug)]
pub enum RoleChange {
    /// There is a new role.
    Made {
        /// What it is called.
        name: String,
        /// What it is for.
        description: String,
        /// Its organisation; `None` is institution-wide.
        organisation: Option<OrganisationId>,
        /// Codes of its rights, closed.
        rights: Vec<&'static str>,
    },
    /// A role is called this.
    Named {
        /// Which.
        role: RoleId,
        /// What it is called.
        name: String,
        /// What it is for.
        description: String,
    },
    /// A role has some rights as well, and others no more.
    RightsSet {
        /// Which.
        role: RoleId,
        /// Codes of those that it gets.
        given: Vec<&'static str>,
        /// Codes of those that it loses.
        taken: Vec<&'static str>,
    },
    /// A role is gone, and nobody has it any more.
    Deleted {
        /// Which.
        role: RoleId,
        /// What it is called, for the history of each.
        name: String,
    },
}
