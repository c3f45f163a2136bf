//! What actions are upon beside users: groups, roles and organisations, found, read and written.

pub(super) mod find;
pub(super) mod pages;
pub(super) mod read;
pub(super) mod write;
pub(super) mod write_role;
