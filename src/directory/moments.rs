//! Moments of a filter: fixed ones, and such as count from now.

use crate::base::time::Timestamp;

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// A time of a user that a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeField {
    Created,
    Modified,
    Enrolled,
    LastLogin,
    /// The end of a deactivation window.
    InactiveUntil,
}

impl TimeField {
    pub(super) const ALL: [Self; 5] =
        [Self::Created, Self::Modified, Self::Enrolled, Self::LastLogin, Self::InactiveUntil];

    /// The name in a filter.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Modified => "modified",
            Self::Enrolled => "enrolled",
            Self::LastLogin => "last",
            Self::InactiveUntil => "inactive.until",
        }
    }

    /// Whether it is about what comes, so that a length of time counts onwards.
    pub(super) const fn lies_ahead(self) -> bool {
        matches!(self, Self::InactiveUntil)
    }
}

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Milliseconds since 1970.
    At(i64),
    /// Milliseconds before now.
    Back(i64),
    /// The beginning of today, or of a day so many after it.
    Day(i64),
}

impl Moment {
    /// In milliseconds since 1970.
    pub(super) fn at(self, now: Timestamp) -> i64 {
        match self {
            Self::At(at) => at,
            Self::Back(back) => now.0.saturating_sub(back),
            Self::Day(days) => (now.0.div_euclid(DAY_MS) + days).saturating_mul(DAY_MS),
        }
    }
}

/// A stretch of time, open where there is no border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// The first moment in it.
    pub(super) from: Option<Moment>,
    /// The first moment after it.
    pub(super) until: Option<Moment>,
}

impl Span {
    /// The moments in it, in milliseconds. Times before 1970 are unknown ones, and in no span.
    pub(super) fn range(self, now: Timestamp) -> std::ops::Range<i64> {
        let from = self.from.map_or(0, |from| from.at(now)).max(0);
        from..self.until.map_or(i64::MAX, |until| until.at(now))
    }

    /// Whether it moves.
    pub(super) fn follows_the_clock(self) -> bool {
        [self.from, self.until].into_iter().flatten().any(|moment| !matches!(moment, Moment::At(_)))
    }
}
