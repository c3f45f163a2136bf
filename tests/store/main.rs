//! The store under a bad day: killed, crowded, full, damaged, tampered with, and with a wrong clock.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "what a test did not expect fails it"
)]

mod chain;
mod child;
mod clock;
mod coded;
mod crowd;
mod cut;
mod damaged;
mod full;
mod import_job;
mod jobs;
mod undo_of_sets;
mod killed;
mod sealed;
#[path = "../world/mod.rs"]
mod world;
