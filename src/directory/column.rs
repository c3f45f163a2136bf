//! The columns of the list of users: the one list that screen, sort menu, command line and export read.

/// A column of the list of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The id, as it is shown.
    Id,
    /// The login; an enrolling customer has none yet.
    Login,
    /// Admin, staff or customer.
    Kind,
    /// The status in force, by the clock.
    Status,
    /// The title that is part of the name.
    Title,
    /// The first name.
    FirstName,
    /// Names between first and last.
    MiddleName,
    /// The last name.
    LastName,
    /// First, middle and last name.
    Name,
    /// The primary email.
    Email,
    /// Whether the primary email is confirmed.
    EmailConfirmed,
    /// The primary phone.
    Phone,
    /// The organisation.
    Organisation,
    /// The group.
    Group,
    /// The level or, without one, the roles.
    Role,
    /// The level, of an admin.
    Level,
    /// The id at the core.
    CoreId,
    /// Digital banking or account opening.
    Product,
    /// Whether an operator locked the user.
    Archived,
    /// End of the enrolment.
    Enrolled,
    /// Last sign-in.
    LastLogin,
    /// When the record was made.
    Added,
    /// When it was last changed.
    Modified,
}

impl Column {
    /// All, in the order of JSON.
    pub const ALL: [Self; 23] = [
        Self::Id,
        Self::Login,
        Self::Kind,
        Self::Status,
        Self::Title,
        Self::FirstName,
        Self::MiddleName,
        Self::LastName,
        Self::Name,
        Self::Email,
        Self::EmailConfirmed,
        Self::Phone,
        Self::Organisation,
        Self::Group,
        Self::Role,
        Self::Level,
        Self::CoreId,
        Self::Product,
        Self::Archived,
        Self::Enrolled,
        Self::LastLogin,
        Self::Added,
        Self::Modified,
    ];

    /// The name in `--sort`, `--columns`, JSON and CSV.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Login => "login",
            Self::Kind => "kind",
            Self::Status => "status",
            Self::Title => "title",
            Self::FirstName => "first_name",
            Self::MiddleName => "middle_name",
            Self::LastName => "last_name",
            Self::Name => "name",
            Self::Email => "email",
            Self::EmailConfirmed => "email_confirmed",
            Self::Phone => "phone",
            Self::Organisation => "organisation",
            Self::Group => "group",
            // The name in files, which an import takes.
            Self::Role => "roles",
            Self::Level => "level",
            Self::CoreId => "core_id",
            Self::Product => "product",
            Self::Archived => "archived",
            Self::Enrolled => "enrolled",
            Self::LastLogin => "last_login",
            Self::Added => "added",
            Self::Modified => "modified",
        }
    }

    /// The heading on a screen, and in sentences when made small.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::Login => "LOGIN",
            Self::Kind => "KIND",
            Self::Status => "STATUS",
            Self::Title => "TITLE",
            Self::FirstName => "FIRST NAME",
            Self::MiddleName => "MIDDLE NAME",
            Self::LastName => "LAST NAME",
            Self::Name => "NAME",
            Self::Email => "EMAIL",
            Self::EmailConfirmed => "CONFIRMED",
            Self::Phone => "PHONE",
            Self::Organisation => "ORG",
            Self::Group => "GROUP",
            Self::Role => "ROLE",
            Self::Level => "LEVEL",
            Self::CoreId => "CORE ID",
            Self::Product => "PRODUCT",
            Self::Archived => "ARCHIVED",
            Self::Enrolled => "ENROLLED",
            Self::LastLogin => "LAST",
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
        }
    }

    /// The letter that sorts by it, after `s`; the capital one adds it as the second key.
    ///
    /// `None` for parts of a name that nobody looks for people by.
    pub const fn letter(self) -> Option<char> {
        Some(match self {
            Self::Title | Self::MiddleName => return None,
            Self::Id => 'i',
            Self::Login => 'l',
            Self::Kind => 'k',
            Self::Status => 's',
            Self::FirstName => 'f',
            Self::LastName => 'y',
            Self::Name => 'n',
            Self::Email => 'd',
            Self::EmailConfirmed => 'w',
            Self::Phone => 'h',
            Self::Organisation => 'o',
            Self::Group => 'g',
            Self::Role => 'r',
            Self::Level => 'v',
            Self::CoreId => 'c',
            Self::Product => 'p',
            Self::Archived => 'x',
            Self::Enrolled => 'e',
            Self::LastLogin => 't',
            Self::Added => 'a',
            Self::Modified => 'm',
        })
    }

    /// Whether lists can be sorted by it.
    pub const fn is_sorted(self) -> bool {
        self.letter().is_some()
    }

    /// The columns that lists can be sorted by.
    pub fn sorted() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|column| column.is_sorted())
    }

    /// Whether it holds what is masked for whoever may not reveal: an order by it would spell it out.
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::Email | Self::Phone)
    }

    /// Whether the largest comes first when one begins to sort by it: what is new, not what is late in the alphabet.
    pub const fn is_newest_first(self) -> bool {
        matches!(self, Self::Enrolled | Self::LastLogin | Self::Added | Self::Modified)
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_column_has_a_name_and_a_letter_of_its_own() {
        let names: BTreeSet<&str> = Column::ALL.map(Column::name).into();
        assert_eq!(names.len(), Column::ALL.len());
        let letters: Vec<char> = Column::ALL.into_iter().filter_map(Column::letter).collect();
        assert_eq!(letters.iter().collect::<BTreeSet<_>>().len(), letters.len());
        assert!(letters.iter().all(char::is_ascii_lowercase), "the capital one is the second key");
        assert!(Column::ALL.into_iter().all(|column| Column::parse(column.name()) == Some(column)));
        assert_eq!(Column::parse("nmae"), None);
    }
}
