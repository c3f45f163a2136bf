//! The edge to whoever is told something: messages made from templates, and what carries them out of the house.
//!
//! Nothing here reads the store: `service::deliver` takes what waits there, has it carried, and notes what became of
//! it. A message keeps its `Message-ID` at every try, so that a mail that arrives twice is known for the same one.

pub mod carrier;
pub mod mail;
mod smtp;
mod spool;
pub mod template;

pub use carrier::{Carrier, Undelivered};
pub use mail::Mail;
pub use smtp::{Security, SmtpSettings};
pub use template::Templates;
