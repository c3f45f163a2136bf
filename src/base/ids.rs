//! Ids: numbers that cannot be taken for one another.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl $name {
            /// Reads the form that is shown; the letter may be missing or small.
            pub fn parse(text: &str) -> Option<Self> {
                let head = text.get(..$prefix.len())?;
                let digits = if head.eq_ignore_ascii_case($prefix) { &text[$prefix.len()..] } else { text };
                let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                let number: i64 = plain.then(|| digits.parse().ok())??;
                (number > 0).then_some(Self(number))
            }
        }
    )*};
}

ids! {
    /// A user of any kind, shown as `U10305`.
    UserId "U";
    /// An organisation.
    OrganisationId "O";
    /// A group in the tree.
    GroupId "G";
    /// A role.
    RoleId "R";
    /// A platform account.
    PlatformAccountId "P";
    /// A note on a user.
    NoteId "N";
    /// One session of an operator, shown as `S12`.
    SessionId "S";
    /// A job, such as one action on a set of users, shown as `J5`.
    JobId "J";
    /// A batch of users that become visible at once.
    BatchId "B";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_shown() {
        assert_eq!(UserId::parse("U10305"), Some(UserId(10305)));
        assert_eq!(UserId::parse("u7"), Some(UserId(7)));
        assert_eq!(UserId::parse("42"), Some(UserId(42)));
        assert_eq!(UserId(10305).to_string(), "U10305");
        for bad in ["", "U", "U-1", "U0", "x7", "U99999999999999999999", "Ü1", "U1 "] {
            assert_eq!(UserId::parse(bad), None, "{bad}");
        }
    }
}
