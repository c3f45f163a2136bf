//! Console scripts: keys in, frames and rows out, on the real store with a made-up institution.
//!
//! The frames under `snapshots/` are the screenshots of the program; README shows one of them.

#![expect(clippy::unwrap_used, reason = "tests may")]

mod audit;
mod commanding;
mod desk;
mod doing;
mod frames;
mod groups;
mod looking;
mod proving;
mod revealing;
mod sessions;
mod setting_up;
mod sets;
mod undoing;
