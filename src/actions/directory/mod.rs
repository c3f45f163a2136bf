//! Actions on the directory as a whole.

pub mod import;
pub mod import_row;
