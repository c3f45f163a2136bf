//! Actions on personal data.

pub mod pii_reveal;
