//! A circuit breaker: who keeps failing is left alone for a while, so that nobody waits for nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::base::limits;

/// Failures in a row, and until when nobody asks.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    open_until: Option<Instant>,
}

impl Breaker {
    /// Whether it is worth asking; the error says why not.
    pub(super) fn may_ask(&self) -> Result<(), String> {
        let mut state = self.state();
        match state.open_until {
            Some(until) if Instant::now() < until => Err("it failed several times just now".to_owned()),
            // One asks, whoever comes meanwhile does not: the next failure opens it again at once.
            Some(_) => {
                state.open_until = Some(Instant::now() + Duration::from_millis(limits::CORE_PATIENCE_MS));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// How it went.
    pub(super) fn note(&self, was_answered: bool) {
        let mut state = self.state();
        if was_answered {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= limits::CORE_FAILURES_MAX {
            state.open_until = Some(Instant::now() + Duration::from_secs(limits::CORE_PAUSE_S));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_several_times_in_a_row_is_left_alone_until_a_pause_is_over() {
        let breaker = Breaker::default();
        for _ in 1..limits::CORE_FAILURES_MAX {
            breaker.note(false);
            assert_eq!(breaker.may_ask(), Ok(()));
        }
        breaker.note(false);
        breaker.may_ask().unwrap_err();
        breaker.state().open_until = Some(Instant::now());
        assert_eq!(breaker.may_ask(), Ok(()), "one may try");
        breaker.may_ask().unwrap_err();
        breaker.note(true);
        assert_eq!(breaker.may_ask(), Ok(()));
    }
}
