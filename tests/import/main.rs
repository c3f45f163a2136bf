//! The import of users: each rule holds and bites, all rows or none.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "what a test did not expect fails it"
)]

mod existing;
mod new;
mod whole;
#[path = "../world/mod.rs"]
mod world;

use wardroom::domain::import::{Cell, ImportCounts, UserRow};
use wardroom::domain::level::Level;
use wardroom::protocol::Answer;

use world::{CUSTOMER, Someone, World, admin, staff};

/// What importing is called on the way to a right: a role with it, for operators below GA.
const IMPORTER: &str = "importer";

/// Tables in which an import leaves something that brought nobody: its entry, its job, and that the job is another.
const TOLD: [&str; 3] = ["audit", "changes", "jobs"];

/// A world of two organisations with groups, roles and people in them.
///
/// Groups of `retail`: `branch`, below it `desk`. Roles: `tellers` of `retail`, `dealers` of `cards`, `wide` of the
/// institution, `mighty` with a right that GA does not hand to everybody.
fn world() -> World {
    let world = World::new();
    world.role("tellers", Some("retail"), &["user.view"]);
    world.role("dealers", Some("cards"), &["user.view"]);
    world.role("wide", None, &["user.view"]);
    world.role("mighty", Some("retail"), &["account.settings"]);
    world.role(IMPORTER, Some("retail"), &["data.import"]);
    world.group("branch", Some("retail"), None, &["user.view", "data.import"]);
    world.group("desk", Some("retail"), Some("branch"), &["user.view"]);
    world.add(Someone { scope: Some(&["retail", "cards"]), ..admin("global", Level::Global) });
    world.add(Someone { roles: &[IMPORTER], ..admin("user", Level::User) });
    world.add(staff("plain", &[IMPORTER]));
    world.add(Someone { group: Some("branch"), ..staff("grouped", &[]) });
    world.add(CUSTOMER);
    world.add(staff("colleague", &["tellers"]));
    world.add(Someone { login: "far.away", organisation: "cards", ..CUSTOMER });
    world
}

/// A row that says nothing but who is meant, in `retail`.
fn row(login: &str) -> UserRow {
    UserRow { line: 2, login: login.to_owned(), organisation: said("retail"), ..UserRow::default() }
}

fn said(text: &str) -> Cell<String> {
    Cell::Given(text.to_owned())
}

fn listed(names: &[&str]) -> Cell<Vec<String>> {
    Cell::Given(names.iter().map(|name| (*name).to_owned()).collect())
}

/// What importing `row` as `operator` says: the counts, or the column and the text of the refusal.
fn import(world: &World, operator: &str, row: UserRow) -> Result<ImportCounts, (String, String)> {
    match world.import(operator, vec![row]) {
        Answer::Done(receipt) => Ok(receipt.counts.unwrap()),
        Answer::Rows(faults) => Err((faults[0].column.clone(), faults[0].text.clone())),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_allowed(world: &World, operator: &str, row: UserRow) -> ImportCounts {
    import(&world.copy(), operator, row).unwrap()
}

/// That `row` is refused at `column` with these words, and that nothing but the audit was written.
#[track_caller]
fn assert_refused(world: &World, operator: &str, row: UserRow, column: &str, words: &str) {
    let before = world.contents();
    let feed = "SELECT count(*) FROM changes WHERE kind <> 'job'";
    let changes = world.value(feed);
    let (at, text) = import(world, operator, row).expect_err("it was imported");
    assert_eq!(world.value(feed), changes, "nobody is told as changed");
    assert!(at == column && text.contains(words), "{at}: {text}");
    let changed = world::differing(&before, &world.contents());
    assert_eq!(changed.into_iter().collect::<Vec<_>>(), TOLD);
}
