//! Proving who one is: passwords, codes, tokens, waits, and the machine that decides a sign-in.
//!
//! Nothing here reads the store, the clock or a socket. `service/` loads accounts
//! and records events, `ssh/` speaks the protocol; in between, [`machine::SignIn`]
//! says what to look up, what to verify, and what to answer.

pub mod account;
pub mod arenas;
pub mod argon;
pub mod backup_code;
pub mod base32;
mod fair_queue;
pub mod machine;
pub mod password;
pub mod qr;
pub mod source;
pub mod step;
pub mod throttle;
pub mod token;
pub mod totp;
