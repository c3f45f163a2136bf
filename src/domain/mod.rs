//! The nouns of the institution and their invariants. No input or output here.

pub mod attributes;
pub mod audit;
pub mod change;
pub mod contact;
pub mod finding;
pub mod group_change;
pub mod history;
pub mod history_codes;
pub mod import;
pub mod job;
pub mod level;
pub mod masked;
pub mod new_operator;
pub mod notice;
pub mod operator;
pub mod organisation;
pub mod restore;
pub mod role_change;
pub mod scope;
pub mod sealable;
pub mod status;
pub mod target;
pub mod transfer_limits;
pub mod user;
