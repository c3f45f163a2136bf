//! Waits: a source that keeps failing is answered later and later.

use std::collections::HashMap;
use std::time::Duration;

use crate::base::limits::{
    SOURCE_FAILURES_FREE, SOURCE_FAILURES_KEPT_S, SOURCE_WAIT_MS, SOURCES_REMEMBERED_MAX,
};
use crate::credential::source::Source;

/// The failures of each source, in a table with a bound.
///
/// `now` is a monotonic time since any fixed instant: a clock set back or
/// forth neither shortens nor lengthens a wait. A success forgives nothing, or
/// whoever owns one account could try others' for ever.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: HashMap<Source, Failures>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Duration,
}

impl Failures {
    fn forgotten(self, now: Duration) -> bool {
        now.saturating_sub(self.last) >= Duration::from_secs(SOURCE_FAILURES_KEPT_S)
    }
}

impl Throttle {
    /// How long an attempt of `source` at `now` waits before it is looked at: 0, or 0.25 to 4 s.
    pub fn wait(&self, source: Source, now: Duration) -> Duration {
        let Some(failures) = self.failures.get(&source).filter(|failures| !failures.forgotten(now)) else {
            return Duration::ZERO;
        };
        let Some(doublings) = failures.count.checked_sub(SOURCE_FAILURES_FREE) else {
            return Duration::ZERO;
        };
        let (first, longest) = SOURCE_WAIT_MS;
        let factor = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        Duration::from_millis(first.saturating_mul(factor).min(longest))
    }

    /// Counts one failure of `source` at `now`.
    pub fn failed(&mut self, source: Source, now: Duration) {
        if !self.failures.contains_key(&source) && self.failures.len() >= SOURCES_REMEMBERED_MAX {
            self.make_room(now);
        }
        let failures = self.failures.entry(source).or_insert(Failures { count: 0, last: now });
        if failures.forgotten(now) {
            failures.count = 0;
        }
        failures.count = failures.count.saturating_add(1);
        failures.last = failures.last.max(now);
    }

    // Walks the whole table: some microseconds, and only while more sources fail than it holds.
    fn make_room(&mut self, now: Duration) {
        self.failures.retain(|_, failures| !failures.forgotten(now));
        if self.failures.len() < SOURCES_REMEMBERED_MAX {
            return;
        }
        let quietest =
            self.failures.iter().min_by_key(|(_, failures)| failures.last).map(|(source, _)| *source);
        if let Some(source) = quietest {
            self.failures.remove(&source);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn source(number: u32) -> Source {
        Source::of(IpAddr::V4(Ipv4Addr::from(number)))
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn after_ten_failures_a_source_waits_doubling_from_a_quarter_to_four_seconds() {
        let mut throttle = Throttle::default();
        let mut waits = Vec::new();
        for _ in 0..80 {
            throttle.failed(source(1), seconds(5));
            waits.push(throttle.wait(source(1), seconds(5)).as_millis());
        }
        assert_eq!(waits[..9], [0; 9]);
        assert_eq!(waits[9..15], [250, 500, 1000, 2000, 4000, 4000]);
        assert_eq!(waits[79], 4000);
        assert_eq!(throttle.wait(source(2), seconds(5)), Duration::ZERO);
    }

    #[test]
    fn failures_are_forgotten_after_ten_quiet_minutes_and_not_before() {
        let mut throttle = Throttle::default();
        (0..20).for_each(|_| throttle.failed(source(1), seconds(5)));
        assert_eq!(throttle.wait(source(1), seconds(604)), seconds(4));
        assert_eq!(throttle.wait(source(1), seconds(605)), Duration::ZERO);
        throttle.failed(source(1), seconds(605));
        assert_eq!(throttle.wait(source(1), seconds(605)), Duration::ZERO);
    }

    #[test]
    fn the_table_has_a_bound_and_the_quietest_source_makes_room() {
        let mut throttle = Throttle::default();
        let most = u32::try_from(SOURCES_REMEMBERED_MAX).unwrap();
        (0..20).for_each(|_| throttle.failed(source(0), seconds(1)));
        (0..20).for_each(|_| throttle.failed(source(1), seconds(2)));
        (2..=most).for_each(|number| throttle.failed(source(number), seconds(3)));
        assert_eq!(throttle.failures.len(), SOURCES_REMEMBERED_MAX);
        assert_eq!(throttle.wait(source(0), seconds(3)), Duration::ZERO);
        assert_eq!(throttle.wait(source(1), seconds(3)), seconds(4));
    }
}
