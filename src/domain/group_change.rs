//! The closed list of what an action can change about groups.

use crate::base::ids::{GroupId, OrganisationId, UserId};
use crate::domain::transfer_limits::TransferLimits;

/// One change about groups.
#[derive(Clone, Debug)]
pub enum GroupChange {
    /// There is a new group.
    Made(NewGroup),
    /// A group is called this.
    Named {
        /// Which.
        group: GroupId,
        /// What it is called.
        name: String,
        /// What it is for.
        description: String,
    },
    /// A group has these rights as well.
    RightsGiven {
        /// Which.
        group: GroupId,
        /// Their codes.
        rights: Vec<&'static str>,
    },
    /// Some groups have these rights no more, and without the one to move money no transfer limits.
    RightsTaken {
        /// Which.
        groups: Vec<GroupId>,
        /// Their codes.
        rights: Vec<&'static str>,
    },
    /// The transfer limits of a group are these.
    LimitsSet {
        /// Whose.
        group: GroupId,
        /// `None` is none.
        limits: Option<TransferLimits>,
    },
    /// Users come into a group, and others leave it.
    MembersMoved {
        /// Which.
        group: GroupId,
        /// What it is called, for the history of each.
        name: String,
        /// Who comes in.
        joined: Vec<UserId>,
        /// Who leaves.
        left: Vec<UserId>,
    },
    /// Groups are gone, and who was in them is in none.
    Deleted {
        /// Children before their parents.
        groups: Vec<GroupId>,
        /// What the first one that was meant is called, for the history of each.
        name: String,
    },
}

/// A group as it is made.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its organisation; `None` is institution-wide.
    pub organisation: Option<OrganisationId>,
    /// The group above.
    pub parent: Option<GroupId>,
    /// Codes of its rights, closed.
    pub rights: Vec<&'static str>,
    /// Its transfer limits.
    pub limits: Option<TransferLimits>,
    /// Who comes into it.
    pub users: Vec<UserId>,
}
