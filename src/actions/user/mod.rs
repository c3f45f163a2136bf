//! Actions on a user's access.

pub mod activate;
pub mod deactivate;
pub mod deactivate_end;
pub mod deactivate_for;
pub mod lock;
pub mod unlock;
