//! An import that is cut: killed, given up, or without its right in the middle; nothing of it stays.

use std::time::{Duration, Instant};

use wardroom::actions::request::Request;
use wardroom::base::time::Clock;
use wardroom::domain::import::Phase;
use wardroom::domain::import::{Cell, UserRow};
use wardroom::domain::status::Status;
use wardroom::protocol::{Answer, Query, Reply};
use wardroom::service::import::Source;

use crate::child::{self, Task};
use crate::world::{NOW, World, differing};

/// More than a few pieces.
const ROWS: u64 = 4000;

/// Rows of new people, and one that changes somebody who is there.
pub(crate) fn rows() -> Vec<UserRow> {
    let text = |text: String| Cell::Given(text);
    let new = |line: u64| UserRow {
        line,
        login: format!("new{line}"),
        first_name: text(format!("First{line}")),
        email: text(format!("new{line}@bank.example")),
        phone: text("+447700900123".to_owned()),
        organisation: text("retail".to_owned()),
        attributes: vec![("branch".to_owned(), text("Leeds".to_owned()))],
        ..UserRow::default()
    };
    let changed =
        UserRow { line: 1, login: "c.kim".to_owned(), title: text("Dr".to_owned()), ..UserRow::default() };
    std::iter::once(changed).chain((2..ROWS).map(new)).collect()
}

/// Looks again until `is_so`.
fn until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never comes");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// How many people exist for the master administrator.
fn count(world: &World) -> u64 {
    let filter = wardroom::directory::filter::Filter::parse("").unwrap();
    match world.ask("master", Query::Count { filter }) {
        Reply::Count { visible, .. } => visible,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn removed(world: &World) {
    world.wait(world.service().remove_abandoned()).unwrap();
    world.wait(async {
        while world.rows("hidden_batches") > 0 {
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn kill_9_in_the_middle_of_an_import_leaves_nothing_after_the_next_start() {
    let folder = child::world().close().unwrap();
    let before = {
        let world = World::at(folder.path(), Clock::fixed(NOW));
        let before = world.contents();
        world.close();
        before
    };
    let mut child = child::command_to(folder.path(), Task::Import).spawn().unwrap();
    let path = folder.path().join("data/wardroom.db");
    let written = || {
        let connection = rusqlite::Connection::open(&path).unwrap();
        let sql = "SELECT count(*) FROM users WHERE batch IS NOT NULL";
        connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap_or(0)
    };
    until(|| written() > 0);
    child.kill().unwrap();
    child.wait().unwrap();
    let world = World::at(folder.path(), Clock::fixed(NOW));
    assert!(world.rows("hidden_batches") == 1 && world.rows("users") > 4, "it was killed in the middle");
    assert_eq!(count(&world), 3, "what is hidden is nobody");
    assert!(matches!(world.ask("master", Query::User { named: "new2".to_owned() }), Reply::Refused(_)));
    removed(&world);
    let mut changed = differing(&before, &world.contents());
    changed.remove("state");
    assert_eq!(changed.into_iter().collect::<Vec<_>>(), ["audit", "changes", "jobs"]);
    assert_eq!(world.value("SELECT action FROM audit"), "batch.remove");
    assert_eq!(
        world.value("SELECT state || ': ' || why FROM jobs"),
        "stopped: the process of this import is gone: nothing of it stays"
    );
    world.assert_chain();
    assert!(matches!(world.import("master", rows()), Answer::Done(_)), "and the same file is imported");
    assert_eq!(count(&world), ROWS + 1);
}

#[test]
fn whoever_goes_away_in_the_middle_ends_the_import() {
    let world = child::world();
    let before = world.contents();
    let request = world.import_request("master");
    let answer = world.wait(async {
        let importing = world.service().import(request, Source::Rows(rows()), &[]);
        while importing.progress().phase != Phase::Writing || importing.progress().rows == 0 {
            tokio::task::yield_now().await;
        }
        importing.give_up().await
    });
    assert!(matches!(&answer, Answer::Failed(fault) if fault.text.contains("cut off")), "{answer:?}");
    assert_eq!(
        differing(&before, &world.contents()).into_iter().collect::<Vec<_>>(),
        ["audit", "changes", "jobs"]
    );
    let told = world.value("SELECT result || ' ' || reason FROM audit");
    assert!(told.starts_with("denied nothing was imported: the import was cut off"), "{told}");
}

/// What an import answers when `meanwhile` happens between two of its pieces.
fn imported_while(world: &World, operator: &str, meanwhile: impl FnOnce()) -> Answer {
    let request = world.import_request(operator);
    world.wait(async {
        let mut importing = world.service().import(request, Source::Rows(rows()), &[]);
        while importing.progress().phase != Phase::Writing || importing.progress().rows == 0 {
            tokio::task::yield_now().await;
        }
        meanwhile();
        importing.answer().await
    })
}

#[test]
fn a_right_withdrawn_half_way_ends_the_import() {
    let world = child::world();
    let second = world.add(crate::world::admin("second", wardroom::domain::level::Level::Master));
    let answer = imported_while(&world, "second", || world.put_into(second, Status::LockedByAdmin));
    assert!(matches!(&answer, Answer::Refused(refusal) if refusal.rule.word() == "status"), "{answer:?}");
    assert_eq!((count(&world), world.rows("hidden_batches"), world.rows("history")), (4, 0, 0));
    world.assert_chain();
}

#[test]
fn somebody_changed_by_others_meanwhile_ends_the_import_and_names_the_line() {
    let world = child::world();
    let change = "UPDATE users SET version = version + 1 WHERE login = 'c.kim'";
    let answer = imported_while(&world, "master", || assert_eq!(world.sql().execute(change, []).unwrap(), 1));
    assert!(matches!(&answer, Answer::Rows(faults) if faults[0].line == 1), "{answer:?}");
    assert_eq!((count(&world), world.rows("hidden_batches"), world.rows("history")), (3, 0, 0));
}

#[test]
fn a_login_that_somebody_gets_meanwhile_ends_the_import_and_names_the_line() {
    let world = child::world();
    let made = "INSERT INTO users (login, login_folded, kind, category, organisation, added, modified)
        SELECT 'new2', 'new2', 'customer', 'personal', min(id), 5, 5 FROM organisations";
    let answer = imported_while(&world, "master", || assert_eq!(world.sql().execute(made, []).unwrap(), 1));
    match &answer {
        Answer::Rows(faults) => assert_eq!(
            faults[0].to_string(),
            "line 2, column `login`: was given to somebody else while the import ran"
        ),
        other => panic!("{other:?}"),
    }
    assert_eq!((count(&world), world.rows("hidden_batches"), world.rows("history")), (4, 0, 0));
    let found = world.ask("master", Query::User { named: "new2".to_owned() });
    assert!(matches!(found, Reply::User(_)), "whoever got it keeps it: {found:?}");
}

#[test]
fn a_clock_set_back_in_the_middle_of_an_import_reorders_nothing() {
    let world = child::world();
    let back = NOW.plus_seconds(-30 * 86_400);
    let answer = imported_while(&world, "master", || world.clock.set(back));
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    for (table, column) in [("history", "at"), ("audit", "at"), ("users", "modified")] {
        let earlier =
            format!("SELECT count(*) FROM {table} WHERE {column} BETWEEN 1000000 AND {}", NOW.0 - 1);
        assert_eq!(world.value(&earlier), "0", "{table}");
    }
    world.assert_chain();
}

#[test]
fn two_imports_of_the_same_logins_at_once_are_not_both_done() {
    let world = child::world();
    let request = |login: &str| -> Request { world.import_request(login) };
    let (first, second) = (request("master"), request("master"));
    let answers: [Answer; 2] = world.wait(async {
        let mut one = world.service().import(first, Source::Rows(rows()), &[]);
        let mut other = world.service().import(second, Source::Rows(rows()), &[]);
        tokio::join!(one.answer(), other.answer()).into()
    });
    let done = answers.iter().filter(|answer| matches!(answer, Answer::Done(_))).count();
    assert!(done <= 1, "{answers:?}");
    assert_eq!(world.rows("hidden_batches"), 0);
    let people = if done == 1 { ROWS + 1 } else { 3 };
    assert_eq!(count(&world), people);
    world.assert_chain();
}

#[test]
fn the_audit_ties_every_row_of_the_history_that_an_import_wrote() {
    use sha2::Digest as _;
    let world = child::world();
    assert!(matches!(world.import("master", rows()), Answer::Done(_)));
    let connection = world.sql();
    let mut rows =
        connection.prepare("SELECT user, code FROM history WHERE detail = 'import 1' ORDER BY seq").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).unwrap();
    let chained = rows.map(Result::unwrap).fold([0; 32], |before: [u8; 32], (user, code)| {
        sha2::Sha256::new()
            .chain_update(before)
            .chain_update(user.to_be_bytes())
            .chain_update(code)
            .finalize()
            .into()
    });
    let told = world.value("SELECT detail -> 'import' ->> 'history_sha256' FROM audit");
    assert_eq!(told, wardroom::domain::audit::hex(&chained));
}
