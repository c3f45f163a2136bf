//! Times on the screen: ages, or UTC with the zone named.

use crate::base::time::Timestamp;

/// How times are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// `14m`, `3h`, `6d`, then the day.
    Relative,
    /// `2026-05-14 09:41Z`.
    Utc,
}

impl When {
    /// The next way.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::Relative => Self::Utc,
            Self::Utc => Self::Relative,
        }
    }

    /// `at` at `now`; `never` where there is no time.
    pub(crate) fn show(self, at: Option<Timestamp>, now: Timestamp) -> String {
        match (at, self) {
            (None, _) => "never".to_owned(),
            (Some(at), Self::Relative) => at.age_at(now),
            (Some(at), Self::Utc) => at.minute_utc(),
        }
    }

    /// Columns that every time fits in.
    pub(crate) const fn columns(self) -> usize {
        match self {
            Self::Relative => 10,
            Self::Utc => 17,
        }
    }
}

/// An instant with its age, for places with room: `2026-05-14 08:41Z (1h ago)`.
pub(crate) fn both(at: Option<Timestamp>, now: Timestamp) -> String {
    let Some(at) = at else { return "never".to_owned() };
    let age = at.age_at(now);
    if age.contains('-') { at.minute_utc() } else { format!("{} ({age} ago)", at.minute_utc()) }
}
