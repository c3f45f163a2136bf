//! Proving who one is: passwords, codes, tokens, and waits for those who fail.
//!
//! Nothing here reads the store, the clock or a socket.

pub mod arenas;
pub mod argon;
pub mod backup_code;
pub mod base32;
mod fair_queue;
pub mod password;
pub mod qr;
pub mod source;
pub mod throttle;
pub mod token;
pub mod totp;
