//! Reading files of an import: bytes in, checked rows or faults with their lines out.
//!
//! [`records`] cuts bytes into records, strictly; [`header`] knows the columns;
//! [`cells`] reads one value; [`users_csv`] puts them together; [`export`] writes
//! what this reads.

mod cells;
pub mod export;
mod header;
mod records;
pub mod users_csv;

pub use header::COLUMNS;
