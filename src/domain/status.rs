//! Status: facts are stored, the first that is true is shown (`spec/domain.md`, "Status").

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::time::Timestamp;

/// What is shown of a user's facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Deactivated, or inside a deactivation window.
    Inactive,
    /// Locked by an operator.
    LockedByAdmin,
    /// Too many wrong passwords or codes.
    AutoLocked,
    /// Invited, onboarding not finished.
    Provisioned,
    /// Created, not yet activated.
    Initial,
    /// A new password is due.
    AwaitingNewPassword,
    /// A reset was requested; the old password still signs in.
    Recovery,
    /// None of these.
    Active,
}

impl Status {
    /// All, in the order in which they hide one another.
    pub const ALL: [Self; 8] = [
        Self::Inactive,
        Self::LockedByAdmin,
        Self::AutoLocked,
        Self::Provisioned,
        Self::Initial,
        Self::AwaitingNewPassword,
        Self::Recovery,
        Self::Active,
    ];

    /// The word of files, filters and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inactive => "INACTIVE",
            Self::LockedByAdmin => "LOCKED_BY_ADMIN",
            Self::AutoLocked => "AUTO_LOCKED",
            Self::Provisioned => "PROVISIONED",
            Self::Initial => "INITIAL",
            Self::AwaitingNewPassword => "AWAITING_NEW_PASSWORD",
            Self::Recovery => "RECOVERY",
            Self::Active => "ACTIVE",
        }
    }

    /// The short word of the tables.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Inactive => "INACTIVE",
            Self::LockedByAdmin => "LOCKED",
            Self::AutoLocked => "AUTO-LOCK",
            Self::Provisioned => "INVITED",
            Self::Initial => "INITIAL",
            Self::AwaitingNewPassword => "NEW-PWD",
            Self::Recovery => "RECOVERY",
            Self::Active => "ACTIVE",
        }
    }

    /// The ASCII mark beside the short word: never colour alone.
    pub const fn symbol(self) -> char {
        match self {
            Self::Inactive => '-',
            Self::LockedByAdmin => '#',
            Self::AutoLocked => '!',
            Self::Provisioned => '~',
            Self::Initial => 'o',
            Self::AwaitingNewPassword => '*',
            Self::Recovery => '@',
            Self::Active => '+',
        }
    }

    /// Reads a word or a short word, in any case, with `-` or `_`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace('-', "_");
        Self::ALL.into_iter().find(|status| {
            status.word().eq_ignore_ascii_case(&text)
                || status.short().replace('-', "_").eq_ignore_ascii_case(&text)
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A lock set by an operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminLock {
    /// Since when.
    pub at: Timestamp,
    /// The login of who locked.
    pub by: String,
    /// The reason that was given.
    pub reason: String,
}

/// A time without access: `from` inclusive, `to` exclusive, for ever without `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First instant inside.
    pub from: Timestamp,
    /// First instant after it; `None` is for ever.
    pub to: Option<Timestamp>,
}

impl Window {
    /// `2026-05-14 18:00Z to 2026-05-15 18:00Z`, or `for ever`.
    pub fn words(self) -> String {
        let to = self.to.map_or_else(|| "for ever".to_owned(), Timestamp::minute_utc);
        format!("{} to {to}", self.from.minute_utc())
    }

    /// Whether `at` lies inside.
    pub fn holds(self, at: Timestamp) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

/// What is stored; several may be true at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; any of them may be true at once"
)]
pub struct StatusFacts {
    /// Invited, and the onboarding is not finished.
    pub onboarding_unfinished: bool,
    /// Created, and not yet activated.
    pub not_activated: bool,
    /// Locked by an operator; archived until unlocked.
    pub admin_lock: Option<AdminLock>,
    /// Locked by wrong passwords or codes, since when.
    pub auto_locked_at: Option<Timestamp>,
    /// Deactivated until activated again.
    pub deactivated: bool,
    /// A window without access, past, present or future.
    pub window: Option<Window>,
    /// A reset was requested; until when its token works.
    pub reset_until: Option<Timestamp>,
    /// A new password must be set before anything else.
    pub password_due: bool,
    /// The password's end by age.
    pub password_expires_at: Option<Timestamp>,
}

impl StatusFacts {
    /// The first fact that is true at `now`.
    pub fn status_at(&self, now: Timestamp) -> Status {
        if self.deactivated || self.window.is_some_and(|window| window.holds(now)) {
            Status::Inactive
        } else if self.admin_lock.is_some() {
            Status::LockedByAdmin
        } else if self.auto_locked_at.is_some() {
            Status::AutoLocked
        } else if self.onboarding_unfinished {
            Status::Provisioned
        } else if self.not_activated {
            Status::Initial
        } else if self.password_due || self.password_expires_at.is_some_and(|end| end <= now) {
            Status::AwaitingNewPassword
        } else if self.reset_until.is_some_and(|end| now < end) {
            Status::Recovery
        } else {
            Status::Active
        }
    }

    /// The next moment at which the clock alone may change the status; `None` where it never does.
    pub fn holds_until(&self, now: Timestamp) -> Option<Timestamp> {
        let window = self.window.map(|window| [Some(window.from), window.to]).unwrap_or_default();
        let all = window.into_iter().chain([self.reset_until, self.password_expires_at]);
        all.flatten().filter(|moment| *moment > now).min()
    }

    /// Locked users are archived for as long as the lock lasts.
    pub const fn archived(&self) -> bool {
        self.admin_lock.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_true_fact_is_shown_and_what_lies_beneath_shows_again() {
        let now = Timestamp(1_000_000);
        let mut facts = StatusFacts {
            onboarding_unfinished: true,
            not_activated: true,
            admin_lock: Some(AdminLock { at: now, by: "a.kim".into(), reason: "card lost".into() }),
            auto_locked_at: Some(now),
            deactivated: true,
            window: None,
            reset_until: Some(now.plus_seconds(60)),
            password_due: true,
            password_expires_at: None,
        };
        let mut seen = vec![facts.status_at(now)];
        facts.deactivated = false;
        seen.push(facts.status_at(now));
        facts.admin_lock = None;
        seen.push(facts.status_at(now));
        facts.auto_locked_at = None;
        seen.push(facts.status_at(now));
        facts.onboarding_unfinished = false;
        seen.push(facts.status_at(now));
        facts.not_activated = false;
        seen.push(facts.status_at(now));
        facts.password_due = false;
        seen.push(facts.status_at(now));
        facts.reset_until = Some(now);
        seen.push(facts.status_at(now));
        assert_eq!(seen, Status::ALL);
    }

    #[test]
    fn a_window_ends_by_the_clock_alone() {
        let window = Window { from: Timestamp(10), to: Some(Timestamp(20)) };
        let facts = StatusFacts { window: Some(window), ..StatusFacts::default() };
        let at = |time| facts.status_at(Timestamp(time));
        assert_eq!(
            [at(9), at(10), at(19), at(20)],
            [Status::Active, Status::Inactive, Status::Inactive, Status::Active]
        );
    }

    #[test]
    fn a_status_holds_until_the_next_moment_that_the_clock_brings() {
        let mut facts = StatusFacts::default();
        assert_eq!(facts.holds_until(Timestamp(0)), None);
        facts.window = Some(Window { from: Timestamp(10), to: Some(Timestamp(20)) });
        facts.password_expires_at = Some(Timestamp(15));
        let mut at = Timestamp(0);
        for next in [10, 15, 20] {
            assert_eq!(facts.holds_until(at), Some(Timestamp(next)));
            at = Timestamp(next);
        }
        assert_eq!(facts.holds_until(at), None);
    }

    #[test]
    fn words_and_short_words_are_read_in_any_case() {
        for status in Status::ALL {
            assert_eq!(Status::parse(&status.word().to_lowercase()), Some(status));
            assert_eq!(Status::parse(status.short()), Some(status));
        }
        assert_eq!(Status::parse("auto-locked"), Some(Status::AutoLocked));
        assert_eq!(Status::parse("lokced"), None);
    }
}
