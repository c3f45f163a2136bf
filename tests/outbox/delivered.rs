//! What leaves by the spool, once and wiped, and what does not leave.

use wardroom::actions::user;
use wardroom::outbound::Carrier;

use crate::post_office::{ALL, delivered_until, lock, sender, world};
use crate::world::CUSTOMER;

#[test]
fn what_an_action_tells_becomes_one_file_and_is_wiped_from_the_store() {
    let world = world();
    lock(&world);
    let spool = world.folder().join("spool");
    delivered_until(&world, || Carrier::spool(spool.clone(), sender()), ALL, "sent 1  {}");
    let files: Vec<_> = std::fs::read_dir(&spool).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let id = world.value("SELECT message_id FROM outbox");
    assert_eq!(files[0].file_stem().unwrap().to_str(), Some(id.as_str()));
    let text = std::fs::read_to_string(&files[0]).unwrap();
    for part in ["To: c.kim@bank.example\r\n", "Subject: Your sign-in is locked\r\n", "of c.kim.", &id] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_message_that_was_taken_up_by_somebody_killed_is_tried_again_with_the_same_id() {
    let world = world();
    lock(&world);
    // As a carrier leaves it that was killed between taking it up and settling it.
    let now = world.clock.now();
    let claimed = now.plus_seconds(300);
    world.sql().execute("UPDATE outbox SET tries = 1, next_try_at = ?1", [claimed.0]).unwrap();
    world.clock.set(claimed);
    let spool = world.folder().join("spool");
    delivered_until(&world, || Carrier::spool(spool.clone(), sender()), ALL, "sent 2  {}");
    assert!(spool.join(format!("{}.eml", world.value("SELECT message_id FROM outbox"))).exists());
}

#[test]
fn in_a_uat_environment_nothing_leaves_and_the_outbox_says_so() {
    let world = world();
    lock(&world);
    let sql = "SELECT state || ': ' || error FROM outbox";
    delivered_until(&world, || Carrier::Withheld, sql, "given up: in a UAT environment nothing leaves");
}

#[test]
fn an_address_with_a_line_in_it_is_given_up_and_others_go_out() {
    let world = world();
    lock(&world);
    world
        .sql()
        .execute(
            "UPDATE outbox SET recipient = 'c.kim@bank.example' || char(13, 10) || 'Bcc: all@bank.example'",
            [],
        )
        .unwrap();
    let answer = world.execute(world.request("master", user::unlock::SPEC.code, CUSTOMER.login));
    assert!(matches!(answer, wardroom::protocol::Answer::Done(_)), "{answer:?}");
    let states = "SELECT group_concat(state, ', ') FROM (SELECT state FROM outbox ORDER BY id)";
    let spool = world.folder().join("spool");
    delivered_until(&world, || Carrier::spool(spool.clone(), sender()), states, "given up, sent");
    assert_eq!(std::fs::read_dir(spool).unwrap().count(), 1);
    let error = world.value("SELECT error FROM outbox WHERE state = 'given up'");
    assert!(error.contains("is no mail address") && error.contains("<U+000D><U+000A>"), "{error}");
}

#[test]
fn a_body_that_cannot_be_read_is_given_up_with_what_is_missing() {
    let world = world();
    lock(&world);
    world.sql().execute("UPDATE outbox SET body = 'no json'", []).unwrap();
    let sql = "SELECT state || ': ' || error FROM outbox";
    let spool = || Carrier::spool(world.folder().join("spool"), sender());
    delivered_until(&world, spool, sql, "given up: nothing was kept for `{name}`");
}
