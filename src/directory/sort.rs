//! The order of a list, and where in it a page begins.

use crate::base::ids::UserId;

/// A column that lists can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The login, case-folded; without one first.
    Login,
    /// Last name, then first name, folded.
    Name,
    /// The number.
    Id,
    /// The kind.
    Kind,
    /// Last sign-in; never is first.
    LastLogin,
    /// End of the enrolment; never is first.
    Enrolled,
    /// When the record was made.
    Added,
    /// When it was last changed.
    Modified,
}

impl Column {
    /// All, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Login,
        Self::Name,
        Self::Id,
        Self::Kind,
        Self::LastLogin,
        Self::Enrolled,
        Self::Added,
        Self::Modified,
    ];

    /// The name in `--sort`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Name => "name",
            Self::Id => "id",
            Self::Kind => "kind",
            Self::LastLogin => "last_login",
            Self::Enrolled => "enrolled",
            Self::Added => "added",
            Self::Modified => "modified",
        }
    }
}

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

impl Key {
    /// Reads `login` or `-login`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        Column::ALL.into_iter().find(|column| column.name() == name).map(|column| Self { column, descending })
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
