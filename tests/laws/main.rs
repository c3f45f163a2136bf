//! Laws over every declared action: what must hold for those that are not written yet as well.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "what a test did not expect fails it"
)]

mod catalogue;
mod declarations;
mod deletion;
mod doors;
mod editing;
mod giving;
mod group_changes;
mod group_members;
mod groups;
mod matrix;
mod meanwhile;
mod promoting;
mod proof;
mod roles;
mod sessions;
mod undo;
mod why;
#[path = "../world/mod.rs"]
mod world;
