//! Places: where a session begins, and which screen stands there.

/// Where a console opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The list of users.
    Users,
    /// A profile, by login, id or `TYPE:ID` as typed.
    Profile(String),
    /// The groups.
    Groups,
    /// The audit, with one entry open over it.
    Audit(Option<i64>),
    /// The console sessions that are open.
    Sessions,
    /// The jobs.
    Jobs,
    /// One's own page.
    Me,
}

impl Place {
    /// Reads the words after `open`: nothing, `users`, `user LOGIN`, `groups`, `audit`, `audit N`, `sessions`, `jobs` or `me`. The sentence says what is known.
    pub fn parse(words: &[String]) -> Result<Self, String> {
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [] | ["users"] => Ok(Self::Users),
            ["user", named] => Ok(Self::Profile(named.to_owned())),
            ["audit"] => Ok(Self::Audit(None)),
            ["audit", number] => match number.parse() {
                Ok(seq) if seq > 0 => Ok(Self::Audit(Some(seq))),
                Ok(_) | Err(_) => {
                    Err("open audit: wanted the number of an entry, such as open audit 88214".to_owned())
                }
            },
            ["groups"] => Ok(Self::Groups),
            ["sessions"] => Ok(Self::Sessions),
            ["jobs"] => Ok(Self::Jobs),
            ["me"] => Ok(Self::Me),
            _ => {
                Err("no such place: open users, open user LOGIN, open groups, open audit, open audit N, open sessions, open jobs, open me".to_owned())
            }
        }
    }
}

/// The screen that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// The list of users.
    Users,
    /// A profile, above the list.
    Profile,
    /// The groups.
    Groups,
    /// The audit.
    Audit,
    /// The console sessions that are open.
    Sessions,
    /// The jobs.
    Jobs,
    /// My account.
    Me,
}

/// The tabs: number and name of the screens that exist.
pub(crate) const TABS: [(Screen, &str, &str); 6] = [
    (Screen::Users, "1", "Users"),
    (Screen::Groups, "2", "Groups"),
    (Screen::Audit, "4", "Audit"),
    (Screen::Sessions, "5", "Sessions"),
    (Screen::Jobs, "6", "Jobs"),
    (Screen::Me, "9", "My account"),
];
