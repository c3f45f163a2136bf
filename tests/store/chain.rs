//! The audit chain finds an edit, a removal and a swap; against a signed head also a cut and a rewriting.

use wardroom::actions::{support, user};
use wardroom::protocol::Answer;
use wardroom::service::Verified;

use crate::child;
use crate::world::World;

/// A world with five entries, whose triggers somebody has taken away.
fn tampered(tampering: &str) -> World {
    let world = child::world();
    for _ in 0..5 {
        note(&world);
    }
    world.assert_chain();
    world.sql().execute_batch("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete").unwrap();
    world.sql().execute_batch(tampering).unwrap();
    world
}

fn note(world: &World) {
    let answer = world.execute(world.request("master", support::note_add::SPEC.code, "c.kim"));
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
}

fn verify(world: &World, kept: Option<&str>) -> Verified {
    world.wait(world.service().audit_verify(&world.actor("master"), kept.map(str::to_owned))).unwrap()
}

fn head(world: &World) -> String {
    world.wait(world.service().audit_head(&world.actor("master"))).unwrap()
}

#[test]
fn an_edit_of_any_field_is_found_at_its_entry() {
    let numbers = ["at", "actor_id", "session", "target_id"].map(|column| format!("{column} = {column} + 1"));
    let texts = ["actor", "via", "source", "action", "target", "rule", "reason", "detail", "organisations"]
        .map(|column| format!("{column} = {column} || 'x'"));
    let blobs = ["previous", "hash"].map(|column| format!("{column} = randomblob(32)"));
    let result = ["result = 'denied'".to_owned()];
    for edit in numbers.iter().chain(&texts).chain(&blobs).chain(&result) {
        let world = tampered(&format!("UPDATE audit SET {edit} WHERE seq = 3"));
        assert_eq!(verify(&world, None).broken.map(|(entry, _)| entry), Some(3), "{edit}");
    }
}

#[test]
fn a_removal_a_swap_and_an_insertion_are_found() {
    for (tampering, entry) in [
        ("DELETE FROM audit WHERE seq = 3", 3..=4),
        ("DELETE FROM audit WHERE seq = 1", 1..=2),
        ("DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq > 3", 3..=3),
        ("UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 99", 2..=2),
        ("INSERT INTO audit SELECT 6, at, actor, actor_id, via, source, session, action, target, target_id, result, rule,
            reason, detail, organisations, hash, zeroblob(32) FROM audit WHERE seq = 5", 6..=6),
    ] {
        let broken = verify(&tampered(tampering), None).broken;
        assert!(broken.as_ref().is_some_and(|(at, _)| entry.contains(at)), "{tampering}: {broken:?}");
    }
}

#[test]
fn a_cut_and_a_chain_written_anew_are_found_against_a_head_that_was_kept() {
    let world = tampered("");
    let kept = head(&world);
    note(&world);
    assert_eq!(verify(&world, Some(&kept)).broken, None, "a chain that grew still holds the head");

    world.sql().execute_batch("DELETE FROM audit WHERE seq >= 5").unwrap();
    assert_eq!(verify(&world, None).broken, None, "of a cut the chain itself knows nothing");
    let (entry, why) = verify(&world, Some(&kept)).broken.unwrap();
    assert!(entry == 5 && why.contains("cut"), "{entry}: {why}");

    // Another entry in the place of the one that was cut: every hash fits, the head does not.
    let answer = world.execute(world.request("master", user::lock::SPEC.code, "c.kim"));
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    assert_eq!(verify(&world, None).broken, None);
    let (entry, why) = verify(&world, Some(&kept)).broken.unwrap();
    assert!(entry == 5 && why.contains("anew"), "{entry}: {why}");
}

#[test]
fn a_head_that_was_changed_or_signed_by_another_store_is_not_believed() {
    let world = tampered("");
    let kept = head(&world);
    let changed = kept.replace("entry 5", "entry 4");
    let foreign = head(&tampered(""));
    for head in [&changed, &foreign] {
        let (_, why) = verify(&world, Some(head)).broken.unwrap();
        assert!(why.contains("signature"), "{why}");
    }
    let nothing =
        world.wait(world.service().audit_verify(&world.actor("master"), Some("entry 5".to_owned())));
    assert!(nothing.is_err(), "what is no head at all is said to be none");
}
