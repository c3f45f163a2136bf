//! Actions on a user: access, details, and the end of both.

pub mod activate;
pub mod deactivate;
pub mod deactivate_end;
pub mod deactivate_for;
pub mod delete;
pub mod edit;
pub mod lock;
pub mod sessions_end;
pub mod unlock;
