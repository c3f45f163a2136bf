//! No sequence of allowed actions breaks what `spec/authority.md` says: tried at random on a real store, beside a model.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "what a test did not expect fails it"
)]

mod chance;
mod judge;
mod model;
mod people;
mod play;
mod steps;
#[path = "../world/mod.rs"]
mod world;

use play::Play;

/// Steps of one world, before the next begins with people anew.
const STEPS: usize = 5_000;

fn runs(worlds: std::ops::Range<u64>) {
    let mut done = std::collections::BTreeMap::new();
    for seed in worlds {
        let mut play = Play::new(seed);
        for _ in 0..STEPS {
            play.step();
        }
        for (code, count) in play.done {
            *done.entry(code).or_insert(0) += count;
        }
    }
    // A walk in which nothing is ever allowed would prove nothing.
    for code in steps::ALL_CODES {
        assert!(done.get(code).is_some_and(|count| *count > 0), "{code} was never allowed: {done:?}");
    }
}

#[test]
fn no_sequence_of_allowed_actions_breaks_a_rule_first_half() {
    runs(0..10);
}

#[test]
fn no_sequence_of_allowed_actions_breaks_a_rule_second_half() {
    runs(10..20);
}

#[test]
fn nor_do_several_operators_at_once_on_one_store() {
    play::at_once(99, 4, 500);
}
