//! Places: where a session begins, and which screen stands there.

/// Where a console opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The list of users.
    Users,
    /// A profile, by login, id or `TYPE:ID` as typed.
    Profile(String),
    /// One's own page.
    Me,
}

/// The screen that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// The list of users.
    Users,
    /// A profile, above the list.
    Profile,
    /// My account.
    Me,
}

/// The tabs: number and name of the screens that exist.
pub(crate) const TABS: [(Screen, &str, &str); 2] =
    [(Screen::Users, "1", "Users"), (Screen::Me, "9", "My account")];
