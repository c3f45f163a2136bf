//! Actions on the directory as a whole.

pub mod export;
pub mod import;
pub mod import_row;
