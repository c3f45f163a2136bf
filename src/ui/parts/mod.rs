//! Parts that screens and modals are drawn with.

pub(crate) mod field;
pub(crate) mod footer;
pub(crate) mod ink;
pub(crate) mod scroll;
pub(crate) mod sheet;
pub(crate) mod table;
pub(crate) mod title;
pub(crate) mod toast;
pub(crate) mod when;
