//! Group commit: many requests at once, each acknowledged for itself.

use std::collections::BTreeSet;

use tokio::task::JoinSet;
use wardroom::actions::request::Run;
use wardroom::actions::{support, user};
use wardroom::protocol::{Answer, Receipt};
use wardroom::service::GoesOn;

use crate::child;
use crate::world::{World, staff};

const CROWD: usize = 200;

/// All answers to `CROWD` notes that wait for the writer together; `texts` gives each its text.
fn crowd(world: &World, text: impl Fn(usize) -> String) -> Vec<Answer> {
    let blocking = world.sql();
    blocking.execute_batch("BEGIN IMMEDIATE").unwrap();
    world.wait(async {
        let mut waiting = JoinSet::new();
        for number in 0..CROWD {
            let mut request = world.request("master", support::note_add::SPEC.code, "c.kim");
            request.answers.insert("text".to_owned(), text(number));
            let service = world.service().clone();
            waiting.spawn(async move { service.execute(request).await });
        }
        // Each task has run up to its place in the queue.
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        blocking.execute_batch("ROLLBACK").unwrap();
        waiting.join_all().await
    })
}

fn receipts(answers: &[Answer]) -> Vec<&Receipt> {
    answers.iter().filter_map(receipt).collect()
}

fn receipt(answer: &Answer) -> Option<&Receipt> {
    match answer {
        Answer::Done(receipt) => Some(receipt),
        Answer::Started(_)
        | Answer::Refused(_)
        | Answer::Unproved(_)
        | Answer::Form(_)
        | Answer::Stale(_)
        | Answer::Rows(_)
        | Answer::Failed(_) => None,
    }
}

#[test]
fn a_crowd_is_committed_in_groups_and_each_is_acknowledged() {
    let world = child::world();
    let committed = world.service().committed();
    let before = *committed.borrow();
    let answers = crowd(&world, |number| format!("note {number}"));
    let entries: BTreeSet<i64> = receipts(&answers).iter().map(|receipt| receipt.audit).collect();
    assert_eq!(entries, (1..=i64::try_from(CROWD).unwrap()).collect());
    assert_eq!(world.value("SELECT count(DISTINCT text) FROM notes"), CROWD.to_string());
    let groups = usize::try_from(committed.borrow().count - before.count).unwrap();
    // Four groups would do; the look at other processes, four times a second, counts our own commits as well.
    assert!(groups <= CROWD / 8, "{groups} commits for {CROWD} requests");
    world.assert_chain();
}

#[test]
fn one_that_fails_takes_no_other_of_its_group_along() {
    let world = child::world();
    let poisoned = "CREATE TRIGGER poisoned BEFORE INSERT ON notes WHEN new.text = 'poison'
        BEGIN SELECT raise(ABORT, 'poison'); END";
    world.sql().execute_batch(poisoned).unwrap();
    let answers =
        crowd(&world, |number| if number % 10 == 3 { "poison".to_owned() } else { format!("note {number}") });
    let failed = answers.iter().filter(|answer| matches!(answer, Answer::Failed(_))).count();
    assert_eq!((failed, receipts(&answers).len()), (CROWD / 10, CROWD - CROWD / 10));
    for table in ["notes", "history", "audit"] {
        assert_eq!(world.rows(table), i64::try_from(CROWD - CROWD / 10).unwrap(), "{table}");
    }
    world.assert_chain();
}

#[test]
fn a_request_that_only_looks_wakes_nobody() {
    let world = child::world();
    let committed = world.service().committed();
    let before = *committed.borrow();
    let mut request = world.request("master", support::note_add::SPEC.code, "c.kim");
    request.run = Run::Dry;
    let answer = world.execute(request.clone());
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    assert_eq!(*committed.borrow(), before);
    request.run = Run::Real;
    let answer = world.execute(request);
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    assert!(committed.borrow().count > before.count);
}

#[test]
fn the_number_of_authority_rises_with_what_is_done_to_operators_whoever_does_it_and_not_to_customers() {
    let world = child::world();
    world.role("support", None, &["user.view"]);
    world.add(staff("s.reyes", &["support"]));
    let authority = || world.value("SELECT value FROM state WHERE name = 'authority'");
    let act = |code, target| {
        let before = authority();
        let answer = world.execute(world.request("master", code, target));
        assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
        authority() != before
    };
    assert!(!act(user::lock::SPEC.code, "c.kim"));
    assert!(act(user::lock::SPEC.code, "s.reyes"));
    let before = authority();
    world.sql().execute("DELETE FROM role_rights", []).unwrap();
    assert_ne!(authority(), before, "also where another program takes a right away");
}

#[test]
fn a_session_whose_standing_cannot_be_read_goes_on_as_one_that_is_to_be_looked_at_again() {
    let world = child::world();
    let actor = world.actor("master");
    let looked = || world.wait(world.service().may_go_on(&actor));
    assert_eq!(looked(), GoesOn::Until(None));
    world.sql().execute_batch("ALTER TABLE user_roles RENAME TO elsewhere").unwrap();
    assert_eq!(looked(), GoesOn::Unknown);
    world.sql().execute_batch("ALTER TABLE elsewhere RENAME TO user_roles").unwrap();
    assert_eq!(looked(), GoesOn::Until(None));
}
