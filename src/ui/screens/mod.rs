//! Screens: each with its state, its keys, its update and its view.

pub(crate) mod ended;
pub(crate) mod jobs;
pub(crate) mod locked;
pub(crate) mod me;
pub(crate) mod profile;
pub(crate) mod too_small;
pub(crate) mod users;
