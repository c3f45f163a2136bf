//! A clock behind the newest time in the store counts as that time until it catches up.

use wardroom::actions::{support, user};
use wardroom::base::time::Clock;
use wardroom::protocol::Answer;

use crate::child;
use crate::world::{NOW, World};

const DAY_S: i64 = 86_400;

#[test]
fn setting_the_clock_back_brings_nothing_back_and_reorders_nothing() {
    let world = child::world();
    let ends = NOW.plus_seconds(DAY_S / 2).0;
    world.sql().execute("UPDATE users SET reset_until = ?1 WHERE login = 'c.kim'", [ends]).unwrap();
    assert_eq!(state(&world), "user is RECOVERY");
    world.clock.set(NOW.plus_seconds(DAY_S));
    note(&world);
    assert_eq!(state(&world), "user is ACTIVE", "the reset ended by the clock alone");

    world.clock.set(NOW.plus_seconds(-30 * DAY_S));
    assert_eq!(state(&world), "user is ACTIVE", "and does not come back");
    note(&world);
    let folder = world.close().unwrap();
    let world = World::at(folder.path(), Clock::fixed(NOW.plus_seconds(-30 * DAY_S)));
    assert_eq!(state(&world), "user is ACTIVE", "nor in the next process");
    note(&world);
    let disordered = "SELECT count(*) FROM audit a JOIN audit b ON b.seq = a.seq + 1 WHERE b.at < a.at";
    assert_eq!(world.value(disordered), "0");
    assert_eq!(world.value("SELECT min(at) FROM notes"), NOW.plus_seconds(DAY_S).0.to_string());
    world.assert_chain();
}

#[test]
fn setting_the_clock_back_inside_a_window_neither_ends_nor_renews_it() {
    let world = child::world();
    let (from, to) = (NOW.plus_seconds(DAY_S).0, NOW.plus_seconds(2 * DAY_S).0);
    let set = "UPDATE users SET window_from = ?1, window_to = ?2 WHERE login = 'c.kim'";
    world.sql().execute(set, [from, to]).unwrap();
    let at = |days_tenth: i64| {
        world.clock.set(NOW.plus_seconds(days_tenth * DAY_S / 10));
        note(&world);
        state(&world)
    };
    assert_eq!(at(5), "user is ACTIVE");
    assert_eq!(at(15), "user is INACTIVE");
    assert_eq!(at(5), "user is INACTIVE", "back before its start");
    assert_eq!(at(25), "user is ACTIVE");
    assert_eq!(at(15), "user is ACTIVE", "back into it after its end");
    world.assert_chain();
}

fn note(world: &World) {
    let answer = world.execute(world.request("master", support::note_add::SPEC.code, "c.kim"));
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
}

/// The status as a refusal tells it.
fn state(world: &World) -> String {
    match world.execute(world.request("master", user::unlock::SPEC.code, "c.kim")) {
        Answer::Refused(refusal) => refusal.text.split(';').next().unwrap().to_owned(),
        other => panic!("{other:?}"),
    }
}
