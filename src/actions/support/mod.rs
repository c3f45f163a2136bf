//! Actions of the support desk.

pub mod note_add;
pub mod tags_set;
