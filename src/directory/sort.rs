//! The order of a list, and where in it a page begins.

use crate::base::ids::UserId;
use crate::directory::column::Column;

/// A column and a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// By what.
    pub column: Column,
    /// Largest first.
    pub descending: bool,
}

/// The order of a list: by one column, equal values by a second one; what is equal still is ordered by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The first key.
    pub first: Key,
    /// The second key.
    pub then: Option<Key>,
}

impl Default for Sort {
    fn default() -> Self {
        Self { first: Key { column: Column::Login, descending: false }, then: None }
    }
}

impl Sort {
    /// The column of it that holds what is masked for whoever may not reveal.
    pub fn personal(self) -> Option<Column> {
        std::iter::once(self.first).chain(self.then).map(|key| key.column).find(|column| column.is_personal())
    }
}

impl Key {
    /// Reads `login` or `-login`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        Column::parse(name).filter(|column| column.is_sorted()).map(|column| Self { column, descending })
    }
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// At the first row.
    Start,
    /// Ends with the last row.
    End,
    /// After this row, which is not part of the page.
    After(UserId),
    /// Ends before this row, which is not part of the page.
    Before(UserId),
    /// With this row, which is part of the page.
    At(UserId),
    /// With the row of this number, counted from 0; the last page where there are fewer.
    Row(u64),
}
