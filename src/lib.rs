//! wardroom: a console for managing users, served over SSH.
//!
//! Modules stand in the order in which they may use each other: each looks only
//! at those above it (`tests/tidy.rs` holds the table and checks it).
//!
//! - [`base`]: ids, time, text that is safe to show, secrets, limits, faults.
//! - [`terminal`]: bytes of a terminal to events, frames to bytes; no sockets, no clock.
//! - [`credential`]: passwords, codes, tokens, and the machine that decides a sign-in; no store, no sockets.
//! - [`domain`]: the nouns of the institution and their invariants.
//! - [`authz`]: rights, standing, and the rules in their order.
//! - [`actions`]: every action, one file each, and the gate that all pass.
//! - [`directory`]: the filter language, and what a row of the list is.
//! - [`protocol`]: all that screens and the store say to each other.
//! - [`outbound`]: the edge to whoever is told something: templates, and what carries messages out.
//! - [`core`]: the edge to the institution's core banking system.
//! - [`demo`]: a made-up institution, computed from a seed; no store, no clock.
//! - [`ui`]: one operator's console as a pure machine: messages in, effects and frames out.
//! - [`store`]: the only SQL; one transaction for a change and all that tells of it.
//! - [`service`]: questions, requests, sign-in and sessions; whatever is slow happens here.
//! - [`session`]: one operator's loop between a terminal's two ends and the service, and what is set before it.
//! - [`cli`]: the program's words, the same here and over SSH.
//! - [`ssh`]: the listener, connections and channels; what stands behind them is a trait.
//! - [`door`]: the console behind the wire.
//! - [`local`]: the console in the terminal of this machine.
//! - [`config`], [`telemetry`]: settings and the log.
//! - [`program`]: what `main` starts.

pub mod base;
pub mod terminal;
pub mod credential;
pub mod domain;
pub mod authz;
pub mod actions;
pub mod directory;
pub mod protocol;
pub mod outbound;
pub mod core;
pub mod demo;
pub mod ui;
pub mod store;
pub mod service;
pub mod session;
pub mod cli;
pub mod ssh;
pub mod door;
pub mod local;
pub mod config;
pub mod telemetry;
pub mod program;
