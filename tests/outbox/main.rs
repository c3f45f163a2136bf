//! What goes out: mails by a spool and by mail servers, good and bad, and what the outbox knows of each.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::wildcard_enum_match_arm,
    reason = "what a test did not expect fails it; one that is skipped says so"
)]

mod bad_server;
mod delivered;
mod post_office;
mod real_server;
#[path = "../world/mod.rs"]
mod world;
