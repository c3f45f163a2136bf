//! Actions on the institution's account as a whole.

pub mod audit_export;
