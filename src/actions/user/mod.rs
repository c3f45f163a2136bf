//! Actions on a user's access.

pub mod lock;
pub mod unlock;
