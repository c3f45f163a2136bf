//! A session's moments: idle warning, idle lock, its end, and what the console asked to be woken for.
//!
//! All on the monotonic clock: setting the machine's clock moves none of them.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::base::limits;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// The console asked for it.
    Tick,
    /// The screen locks soon.
    Warning,
    /// The screen locks.
    Lock,
    /// The clock may have changed where the operator stands.
    Standing,
    /// The session has lasted as long as it may.
    End,
}

/// When what is due.
#[derive(Debug)]
pub(super) struct Clockwork {
    idle_limit: Duration,
    end: Instant,
    last_key: Instant,
    warned: bool,
    locked: bool,
    standing: Option<Instant>,
    ticks: BTreeSet<Instant>,
}

impl Clockwork {
    pub(super) fn start(now: Instant, idle_limit_s: u64, session_limit_s: u64) -> Self {
        Self {
            idle_limit: Duration::from_secs(idle_limit_s),
            end: now + Duration::from_secs(session_limit_s),
            last_key: now,
            warned: false,
            locked: false,
            standing: None,
            ticks: BTreeSet::new(),
        }
    }

    /// A key was pressed. On a locked screen it does not count: only resuming does.
    pub(super) fn key(&mut self, now: Instant) {
        if !self.locked {
            self.last_key = now;
            self.warned = false;
        }
    }

    /// The screen was resumed.
    pub(super) fn resumed(&mut self, now: Instant) {
        self.locked = false;
        self.key(now);
    }

    /// The console wants to be woken; beyond the limit the nearest moments are kept.
    pub(super) fn wake_at(&mut self, at: Instant) {
        self.ticks.insert(at);
        if self.ticks.len() > limits::WAKES_MAX {
            self.ticks.pop_last();
        }
    }

    /// The operator's standing is to be looked at then, and not in the moment that was named before.
    pub(super) const fn standing_at(&mut self, at: Option<Instant>) {
        self.standing = at;
    }

    /// The next moment at which something is due.
    pub(super) fn next(&self) -> Instant {
        let idle = (!self.locked).then(|| if self.warned { self.lock_at() } else { self.warn_at() });
        [Some(self.end), idle, self.standing, self.ticks.first().copied()]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(self.end)
    }

    /// What is due at `now`, the most urgent first; `None` when nothing is.
    pub(super) fn due(&mut self, now: Instant) -> Option<Due> {
        if now >= self.end {
            return Some(Due::End);
        }
        if !self.locked && now >= self.lock_at() {
            self.locked = true;
            return Some(Due::Lock);
        }
        if !self.locked && !self.warned && now >= self.warn_at() {
            self.warned = true;
            return Some(Due::Warning);
        }
        if self.standing.is_some_and(|at| at <= now) {
            self.standing = None;
            return Some(Due::Standing);
        }
        let tick = self.ticks.first().copied().filter(|tick| *tick <= now)?;
        self.ticks.retain(|other| *other > tick.max(now));
        Some(Due::Tick)
    }

    fn lock_at(&self) -> Instant {
        self.last_key + self.idle_limit
    }

    fn warn_at(&self) -> Instant {
        self.lock_at() - self.warning()
    }

    /// How long before the lock the warning comes.
    pub(super) fn warning(&self) -> Duration {
        Duration::from_secs(limits::IDLE_WARNING_S).min(self.idle_limit / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn an_idle_screen_is_warned_and_then_locked_once() {
        let start = Instant::now();
        let mut clock = Clockwork::start(start, 900, 43_200);
        assert_eq!(clock.next(), start + s(840));
        assert_eq!(clock.due(start + s(839)), None);
        assert_eq!(clock.due(start + s(840)), Some(Due::Warning));
        assert_eq!(clock.next(), start + s(900));
        assert_eq!(clock.due(start + s(900)), Some(Due::Lock));
        assert_eq!(clock.due(start + s(2000)), None);
        clock.key(start + s(2000));
        assert_eq!(clock.next(), start + s(43_200), "a key on a locked screen does not count");
        clock.resumed(start + s(2000));
        assert_eq!(clock.next(), start + s(2840));
    }

    #[test]
    fn a_key_puts_the_lock_off_but_never_the_end() {
        let start = Instant::now();
        let mut clock = Clockwork::start(start, 900, 1000);
        assert_eq!(clock.due(start + s(850)), Some(Due::Warning));
        clock.key(start + s(860));
        assert_eq!(clock.due(start + s(900)), None);
        assert_eq!(clock.due(start + s(1000)), Some(Due::End));
    }

    #[test]
    fn the_standing_is_looked_at_once_in_the_moment_that_was_named_last() {
        let start = Instant::now();
        let mut clock = Clockwork::start(start, 900, 43_200);
        clock.standing_at(Some(start + s(30)));
        clock.standing_at(Some(start + s(20)));
        assert_eq!(clock.next(), start + s(20));
        assert_eq!(clock.due(start + s(20)), Some(Due::Standing));
        assert_eq!(clock.due(start + s(30)), None);
        clock.standing_at(Some(start + s(50)));
        clock.standing_at(None);
        assert_eq!(clock.due(start + s(60)), None);
    }

    #[test]
    fn wakes_that_have_passed_are_one_tick() {
        let start = Instant::now();
        let mut clock = Clockwork::start(start, 900, 43_200);
        clock.wake_at(start + s(2));
        clock.wake_at(start + s(1));
        clock.wake_at(start + s(9));
        assert_eq!(clock.next(), start + s(1));
        assert_eq!(clock.due(start + s(3)), Some(Due::Tick));
        assert_eq!(clock.due(start + s(3)), None);
        assert_eq!(clock.next(), start + s(9));
        for more in 10..200 {
            clock.wake_at(start + s(more));
        }
        assert!(clock.ticks.len() <= limits::WAKES_MAX);
    }
}
