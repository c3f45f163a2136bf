//! Finding people: the filter language and its one meaning, and an index in memory. No SQL, no input or output.

pub mod audit;
pub mod column;
pub mod filter;
mod language;
mod moments;
mod likeness;
mod meaning;
pub mod index;
pub mod row;
pub mod sort;
pub mod whole;
pub mod words;

pub use language::complete::{Completion, complete};
