//! Finding people: the filter language and its one meaning. No SQL, no input or output.

pub mod filter;
pub mod row;
pub mod sort;
