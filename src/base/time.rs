//! Time: one instant type, one clock.
//!
//! Nothing below the edge asks what time it is; instants come in as arguments.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, SecondsFormat, TimeZone, Utc};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The instant `seconds` after this one (before it, when negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds from `earlier` to this instant; negative when it is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0) / 1000
    }

    /// Seconds since 1970, as RFC 6238 counts them.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// RFC 3339 in UTC, with milliseconds only where they are not zero.
    pub fn rfc3339(self) -> String {
        let format = if self.0 % 1000 == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
        self.utc().to_rfc3339_opts(format, true)
    }

    /// `2026-05-14 09:41Z`: date and minute with the zone named.
    pub fn minute_utc(self) -> String {
        self.utc().format("%Y-%m-%d %H:%MZ").to_string()
    }

    /// `09:41:57Z`: the time of day.
    pub fn clock_utc(self) -> String {
        self.utc().format("%H:%M:%SZ").to_string()
    }

    /// `2026-05-14`: the day.
    pub fn day_utc(self) -> String {
        self.utc().format("%Y-%m-%d").to_string()
    }

    /// The age at `now` in the words of the tables: `now`, `14m`, `3h`, `6d`, then the day.
    pub fn age_at(self, now: Self) -> String {
        match now.seconds_since(self) {
            seconds if seconds < 0 => self.day_utc(),
            seconds if seconds < 60 => format!("{seconds}s"),
            seconds if seconds < 3600 => format!("{}m", seconds / 60),
            seconds if seconds < 86_400 => format!("{}h", seconds / 3600),
            seconds if seconds < 100 * 86_400 => format!("{}d", seconds / 86_400),
            _ => self.day_utc(),
        }
    }

    /// Reads RFC 3339 (any offset), `2026-05-14 09:41[:57]`, or `2026-05-14`, the last two as UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Some(Self(time.timestamp_millis()));
        }
        for format in ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"] {
            if let Ok(time) = chrono::NaiveDateTime::parse_from_str(text, format) {
                return Some(Self(time.and_utc().timestamp_millis()));
            }
        }
        let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(Self(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis()))
    }

    /// Reads a time as people write it at `now`: all of [`Timestamp::parse`], `18:00` (the next one), `fri 18:00` (the
    /// next Friday's), `+90m`, `+2h`, `+3d`.
    pub fn parse_when(text: &str, now: Self) -> Option<Self> {
        let text = text.trim().to_lowercase();
        if let Some(time) = Self::parse(&text.to_uppercase()) {
            return Some(time);
        }
        if let Some(ahead) = text.strip_prefix('+') {
            let (count, unit) = ahead.split_at_checked(ahead.len().checked_sub(1)?)?;
            let seconds = match unit {
                "m" => 60,
                "h" => 3600,
                "d" => 86_400,
                _ => return None,
            };
            let count = count.parse::<u16>().ok().filter(|count| *count > 0)?;
            return Some(now.plus_seconds(i64::from(count) * seconds));
        }
        let (day, clock) =
            text.split_once(' ').map_or((None, text.as_str()), |(day, clock)| (Some(day), clock));
        let clock = chrono::NaiveTime::parse_from_str(clock.trim(), "%H:%M").ok()?;
        let wanted = day.map(str::parse::<chrono::Weekday>).transpose().ok()?;
        (0..=7)
            .filter_map(|days| now.plus_seconds(days * 86_400).utc().date_naive().and_time(clock).into())
            .filter(|time: &chrono::NaiveDateTime| wanted.is_none_or(|weekday| time.weekday() == weekday))
            .map(|time| Self(time.and_utc().timestamp_millis()))
            .find(|time| *time > now)
    }

    fn utc(self) -> DateTime<Utc> {
        Utc.timestamp_millis_opt(self.0).single().unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// The one clock: the system's, or one that a test moves by hand.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Hand(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until [`Clock::set`] moves it.
    pub fn fixed(at: Timestamp) -> Self {
        Self(Source::Hand(Arc::new(AtomicI64::new(at.0))))
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Source::System => Timestamp(Utc::now().timestamp_millis()),
            Source::Hand(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock; the system's stays as it is.
    pub fn set(&self, at: Timestamp) {
        if let Source::Hand(hand) = &self.0 {
            hand.store(at.0, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["2026-05-14T09:41:57Z", "1969-12-31T23:59:59.500Z", "2026-05-14T00:00:00Z"] {
            assert_eq!(Timestamp::parse(text).unwrap().rfc3339(), text);
        }
        assert_eq!(Timestamp::parse("2026-05-14").unwrap().rfc3339(), "2026-05-14T00:00:00Z");
        assert_eq!(Timestamp::parse("2026-05-14T11:41:57+02:00").unwrap().rfc3339(), "2026-05-14T09:41:57Z");
        assert_eq!(Timestamp::parse("14.05.2026"), None);
    }

    #[test]
    fn a_time_is_read_as_people_write_it() {
        // A Thursday.
        let now = Timestamp::parse("2026-05-14 09:41").unwrap();
        let read = |text: &str| Timestamp::parse_when(text, now).map(Timestamp::minute_utc);
        for (text, time) in [
            ("2026-05-20 18:00", "2026-05-20 18:00Z"),
            ("2026-05-20T18:00:00+02:00", "2026-05-20 16:00Z"),
            ("18:00", "2026-05-14 18:00Z"),
            ("09:41", "2026-05-15 09:41Z"),
            ("Fri 18:00", "2026-05-15 18:00Z"),
            ("thu 09:00", "2026-05-21 09:00Z"),
            ("+90m", "2026-05-14 11:11Z"),
            ("+3d", "2026-05-17 09:41Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(time), "{text}");
        }
        for wrong in ["", "+", "+h", "+0h", "+2y", "someday 18:00", "25:00", "fri"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_age_is_short_and_becomes_a_date() {
        let now = Timestamp::parse("2026-05-14").unwrap();
        let age = |seconds: i64| now.plus_seconds(-seconds).age_at(now);
        assert_eq!([age(4), age(840), age(3 * 3600), age(6 * 86_400)], ["4s", "14m", "3h", "6d"]);
        assert_eq!(age(400 * 86_400), "2025-04-09");
    }
}
