//! wardroom: a console for managing users, served over SSH.
//!
//! Modules stand in the order in which they may use each other: each looks only
//! at those above it (`tests/tidy.rs` holds the table and checks it).
//!
//! - [`base`]: ids, time, text that is safe to show, secrets, limits, faults.

pub mod base;
