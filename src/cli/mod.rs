//! The program's words: understood, carried out by the service, answered in lines.
//!
//! The same words serve here and over SSH: [`run::run`] takes words that are split
//! already and a pair of [`ends::Ends`], so both ways are the same code with the same
//! checks. [`words`] is the tree, grown from the declarations of the actions;
//! [`understand`] makes a [`command::Line`] of what was typed; [`print`] alone writes.
//! Nothing here decides what is allowed.

mod acting;
mod action_words;
mod audit;
mod catalog;
mod columns;
pub mod command;
pub mod ends;
pub mod exit;
mod export;
pub mod founding;
mod groups;
pub mod here;
mod import;
mod jobs;
mod json;
pub mod man;
mod new_password;
mod operator_flags;
mod outcome;
pub mod print;
pub mod progress;
mod records;
mod roles;
pub mod run;
pub mod running;
mod sessions;
pub mod stop;
pub mod understand;
mod undo;
pub mod unsaid;
mod users_list;
mod users_show;
mod whoami;
mod why;
pub mod words;
