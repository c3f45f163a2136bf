//! Both directions of a terminal: bytes in become events, frames become bytes out.
//!
//! Nothing here reads a socket, a clock or the environment, and nothing asks the
//! terminal a question: an answer that comes late would be typed into the
//! operator's shell. What a terminal can do is told by its name and by the
//! variables that came with it.

mod agreement;
pub mod capabilities;
pub mod colour;
#[cfg(test)]
mod emulator;
pub mod frame;
#[cfg(test)]
mod frame_laws;
pub mod input;
mod motion;
mod packed;
mod pen;
mod picture;
pub mod screen;
#[cfg(test)]
mod width_laws;

pub use capabilities::{Capabilities, Colours};
pub use frame::{ENTER, LEAVE};
pub use input::Decoder;
pub use screen::Screen;
