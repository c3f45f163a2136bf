//! What one does to one's own account.

pub mod sessions_end;
pub mod trusted_clear;
