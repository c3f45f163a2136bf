//! Organisations, groups and roles as other records refer to them.

use crate::base::ids::{GroupId, OrganisationId, RoleId};

/// An organisation: what scope is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its key, as files and filters write it.
    pub key: String,
    /// Its name, as people read it.
    pub display_name: String,
}

/// An organisation with all that is stored of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationProfile {
    /// Id, key and name.
    pub organisation: Organisation,
    /// Rises with every change.
    pub version: i64,
}

/// A group as another record names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupName {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
}

/// A role as another record names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleName {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
}
