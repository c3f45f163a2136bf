//! What is said of groups.

use crate::authz::grants::RightSet;
use crate::authz::groups::{Group, GroupTree};
use crate::base::ids::GroupId;

/// The groups that exist for who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// The groups; where a parent is out of sight its children stand as roots.
    pub tree: GroupTree,
    /// The asker's own, which others change.
    pub own: Option<GroupId>,
    /// Staff in no group.
    pub free: u64,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPage {
    /// The group.
    pub group: Group,
    /// The name of the group above, where it is in sight.
    pub parent: Option<String>,
    /// The rights that it may hold at most; `None` where the parent is out of sight.
    pub within: Option<RightSet>,
    /// Groups below.
    pub below: u64,
}
