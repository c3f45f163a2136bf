//! The wire: SSH connections in, terminals and one-shots behind them.
//!
//! [`Listener`] accepts, [`House`] is what stands behind: sign-in, the console,
//! the words. Everything of the library is kept in this folder, with what was
//! learnt about it beside the line that needs it.
//!
//! Per connection there is one task of the library; its handler never waits for
//! anything that waits for output. Per program (a shell or a one-shot) there is
//! one task that carries bytes and one that runs it, so that a panic ends that
//! program alone. What no program and no library can do any more, the wire can:
//! it is cut from outside.

mod admission;
mod algorithms;
mod asked;
mod backlog;
mod connection;
mod console;
mod ends;
mod flag;
mod handler;
mod host_key;
mod house;
mod last_words;
mod one_shot;
mod post;
mod program;
mod proxied;
mod serve;
mod settings;
mod sign_in;
mod wire;

pub use ends::{ExecEnds, Farewell, Stream, TerminalEnds};
pub use host_key::HostKey;
pub use house::{House, Visit};
pub use serve::{Listener, Stopped};
pub use settings::Settings;
