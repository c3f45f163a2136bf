//! Imports: bytes in; checked rows, or faults with their lines, out; and from there into the store.
//!
//! [`records`] cuts CSV into records, strictly; [`header`] knows the columns; [`cells`] reads one value;
//! [`users_csv`] and [`users_json`] put them together into [`rows`]; [`reading`] is one of them from first byte to
//! last. [`source`] reads on a thread, [`run`] drives the whole. [`export`] writes what this reads.

mod cells;
pub mod export;
mod header;
mod reading;
mod records;
mod rows;
pub mod run;
mod source;
mod twice;
mod users_csv;
mod users_json;

pub use header::COLUMNS;
pub use reading::Format;
#[cfg(test)]
pub(crate) use reading::read_csv;
pub use source::Source;
