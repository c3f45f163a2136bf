//! The filter language: the text of `/`, of `--filter` and of a query, read into a tree.
//!
//! ```text
//! word   "exact phrase"   ~like   -not   !not   (a | b)
//! field:value,value   field=whole   field>value   field<=value   has:note   no:2fa
//! ```
//!
//! Everything that stands side by side must hold. A mistake names its place.

pub(in crate::directory) mod complete;
mod parser;
mod terms;
mod times;
#[cfg(test)]
mod tests;

use crate::directory::filter::{Expr, Mistake};
use crate::directory::language::parser::Parser;
use crate::directory::moments::Moment;

/// Reads a whole filter.
pub(super) fn read(text: &str) -> Result<Expr, Mistake> {
    Parser::new(text).whole()
}

/// The first moment of what a time in a filter names: `24h`, `2026-05`, `today`.
pub(super) fn first_moment(text: &str) -> Result<Moment, String> {
    times::first_moment(text)
}
