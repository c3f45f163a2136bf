//! The last master: at every future instant a usable master administrator remains.

use crate::base::ids::UserId;
use crate::base::time::Timestamp;
use crate::domain::status::StatusFacts;

/// A master administrator and the facts that decide whether they can work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Master {
    /// The user.
    pub id: UserId,
    /// What is stored of the status.
    pub facts: StatusFacts,
}

/// Whether, from `now` on and for ever, at least one of `masters` is usable.
///
/// Usable is: without deactivation, outside a deactivation window, without admin lock, onboarding
/// finished. An auto lock does not count against it: a key still enters. Only the borders of windows can change the
/// answer, so only `now` and those are looked at.
pub fn always_one(masters: &[Master], now: Timestamp) -> bool {
    let borders = masters.iter().filter_map(|master| master.facts.window).flat_map(|window| {
        let after = window.to.filter(|to| *to > now);
        let start = Some(window.from).filter(|from| *from > now);
        start.into_iter().chain(after)
    });
    std::iter::once(now).chain(borders).all(|at| masters.iter().any(|master| usable_at(&master.facts, at)))
}

fn usable_at(facts: &StatusFacts, at: Timestamp) -> bool {
    !facts.deactivated
        && facts.admin_lock.is_none()
        && !facts.onboarding_unfinished
        && !facts.window.is_some_and(|window| window.holds(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::status::Window;

    fn master(id: i64, window: Option<(i64, Option<i64>)>) -> Master {
        let window = window.map(|(from, to)| Window { from: Timestamp(from), to: to.map(Timestamp) });
        Master { id: UserId(id), facts: StatusFacts { window, ..StatusFacts::default() } }
    }

    #[test]
    fn two_windows_that_overlap_leave_nobody_for_a_while() {
        let apart = [master(1, Some((10, Some(20)))), master(2, Some((20, Some(30))))];
        let together = [master(1, Some((10, Some(20)))), master(2, Some((19, Some(30))))];
        assert!(always_one(&apart, Timestamp(0)));
        assert!(!always_one(&together, Timestamp(0)));
        assert!(always_one(&together, Timestamp(25)), "what lies in the past does not count");
    }

    #[test]
    fn nobody_at_all_is_nobody() {
        assert!(!always_one(&[], Timestamp(0)));
        assert!(!always_one(&[master(1, Some((10, None)))], Timestamp(0)));
        let mut invited = master(1, None);
        assert!(always_one(std::slice::from_ref(&invited), Timestamp(0)));
        invited.facts.onboarding_unfinished = true;
        assert!(!always_one(&[invited], Timestamp(0)));
    }
}
