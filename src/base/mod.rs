//! What every layer stands on: ids, time, text, secrets, limits, faults.

pub mod fault;
pub mod ids;
pub mod limits;
pub mod network;
pub mod secret;
pub mod text;
pub mod time;
