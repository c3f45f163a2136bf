//! The store under a bad day: killed, crowded, full, damaged, tampered with, and with a wrong clock.

mod chain;
mod child;
mod clock;
mod crowd;
mod damaged;
mod full;
mod killed;
#[path = "../world/mod.rs"]
mod world;
