//! One operator's console: a pure machine. Messages come in, effects and frames go out.
//!
//! Nothing here reads a clock, a socket, a file or the store: time and answers
//! are part of the messages, so that whatever happened on a screen can be
//! played again. [`update`] changes the [`Model`] and says what it wants done;
//! [`view`] draws it. A screen is a module with its state, its keys, its update
//! and its view; three windows (menu, confirmation, notice) serve all actions.

mod arrival;
mod asked;
mod card;
mod context;
mod globals;
mod judging;
mod keymap;
mod keys;
mod look;
mod modals;
mod model;
mod one_shot;
mod parts;
pub mod plain;
mod route;
mod screens;
pub mod set_up;
mod theme;
mod update;
mod view;
mod whom;

#[cfg(test)]
mod tests;

pub use context::key_table;
pub use keymap::KeyRow;
pub use model::{Effect, Environment, Model, Msg, Opening, Unlock};
pub use route::Place;
pub use update::update;
pub use view::view;
