//! Encrypted fields: nowhere in the clear, and under a new key while others write and programs are killed.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use wardroom::base::fault::Origin;
use wardroom::base::secret::random;
use wardroom::base::time::Clock;
use wardroom::directory::filter::Filter;
use wardroom::directory::sort::Sort;
use wardroom::domain::import::{Cell, ImportCounts, UserRow};
use wardroom::protocol::{Answer, From, Query, Reply};
use wardroom::service::keys::{Rotated, Rotating};
use wardroom::store::Store;

use crate::coded::add_operator_with_a_code;
use crate::world::{CUSTOMER, NOW, Someone, World, places, staff};

const PEOPLE: usize = 600;
const KILLS: usize = 8;
/// The folder of the store that a child rotates; without it nobody asked for a child.
const FOLDER: &str = "WARDROOM_TEST_ROTATE_FOLDER";

/// A world whose organisation `retail` keeps the attribute `pin` encrypted.
fn world() -> World {
    let world = World::new();
    let mark = "INSERT INTO organisation_encrypted_fields SELECT id, 'attr.pin' FROM organisations WHERE key = 'retail'";
    world.sql().execute(mark, []).unwrap();
    world
}

fn pin(number: usize) -> String {
    format!("Secret-{number:05}-é")
}

fn row(number: usize, pin: Cell<String>) -> UserRow {
    UserRow {
        line: number as u64 + 2,
        login: format!("sealed{number}"),
        organisation: Cell::Given("retail".to_owned()),
        attributes: vec![
            ("branch".to_owned(), Cell::Given("Openbranch".to_owned())),
            ("pin".to_owned(), pin),
        ],
        ..UserRow::default()
    }
}

fn rows(count: usize) -> Vec<UserRow> {
    (0..count).map(|number| row(number, Cell::Given(pin(number)))).collect()
}

fn import(world: &World, rows: Vec<UserRow>) -> ImportCounts {
    match world.import("master", rows) {
        Answer::Done(receipt) => receipt.counts.unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Rotates to the end; how many values there were to move, and the key.
fn rotate(world: &World) -> (u64, u32) {
    let mut begun = None;
    let rotated = world.wait(world.service().rotate_keys(|news| {
        if let Rotating::Begun { key, values } = news {
            begun = Some((values, key));
        }
    }));
    assert_eq!(rotated.unwrap(), Rotated::Done);
    begun.unwrap()
}

/// Whether `needle` stands in any file of the store in `folder`.
fn is_in_files(folder: &Path, needle: &str) -> bool {
    let data = places(folder).database;
    fs::read_dir(data.parent().unwrap()).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    })
}

#[test]
fn a_sealed_value_stands_nowhere_in_the_clear_and_the_profile_hides_it() {
    let world = world();
    import(&world, rows(40));
    import(&world, vec![row(7, Cell::Given("Secret-changed".to_owned())), row(8, Cell::Empty)]);
    for needle in ["Secret-", "secret-"] {
        assert!(!is_in_files(world.folder(), needle), "{needle} is in a file of the open store");
    }
    assert!(is_in_files(world.folder(), "Openbranch"), "what is not marked is in the clear");
    assert_eq!(world.rows("user_sealed_fields"), 39);
    let Reply::User(profile) = world.ask("master", Query::User { named: "sealed7".to_owned() }) else {
        panic!()
    };
    let pin = profile.user.attributes.iter().find(|(name, _)| name == "pin").unwrap();
    assert!(profile.revealed && pin.1 == "******", "{pin:?}");
    let folder = world.close().unwrap();
    assert!(!is_in_files(folder.path(), "Secret-") && is_in_files(folder.path(), "Openbranch"));
}

#[test]
fn a_file_that_says_what_is_sealed_already_changes_nothing_and_a_mask_is_refused() {
    let world = world();
    let all = import(&world, rows(5));
    assert_eq!((all.created, all.updated, all.unchanged), (5, 0, 0));
    let again = import(&world, rows(5));
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 5));
    let mut changed = rows(5);
    changed[2] = row(2, Cell::Given("other".to_owned()));
    assert_eq!(import(&world, changed).updated, 1);
    let masked = world.import("master", vec![row(3, Cell::Given("******".to_owned()))]);
    let Answer::Rows(faults) = masked else { panic!("{masked:?}") };
    assert!(faults[0].text.contains("mask"), "{}", faults[0]);
}

#[test]
fn a_running_server_goes_on_under_a_key_that_another_program_made() {
    let server = world();
    import(&server, rows(20));
    add_operator_with_a_code(&server);
    let other = World::at(server.folder(), Clock::fixed(NOW));
    assert_eq!(rotate(&other), (21, 2));
    other.close();
    // The server opens what was moved, and seals what is new under the new key.
    assert_eq!(import(&server, rows(20)).unchanged, 20);
    import(&server, vec![row(50, Cell::Given("new".to_owned()))]);
    assert_eq!(server.value("SELECT group_concat(DISTINCT key_id) FROM user_sealed_fields"), "2");
    assert_eq!(rotate(&server), (22, 3));
    let keys = server.wait(server.service().field_keys()).unwrap();
    let under: Vec<_> =
        keys.iter().map(|key| (key.id, key.fields, key.seeds, key.retired_at.is_some())).collect();
    assert_eq!(under, [(3, 21, 1, false), (2, 0, 0, true), (1, 0, 0, true)]);
    let steps = "SELECT count(*) FROM audit WHERE action = 'keys.rotate' AND result = 'allowed'";
    assert_eq!(server.value(steps), "4", "beginning and end of each are in the audit");
    server.assert_chain();
}

#[test]
fn kill_9_in_the_middle_of_a_rotation_loses_nothing_and_the_next_one_carries_it_through() {
    let mother = world();
    import(&mother, rows(PEOPLE));
    add_operator_with_a_code(&mother);
    let folder = mother.close().unwrap();
    let mut half_done = 0;
    for _ in 0..KILLS {
        rotate_until_killed(folder.path());
        let world = World::at(folder.path(), Clock::fixed(NOW));
        half_done += u32::from(world.value("SELECT count(DISTINCT key_id) FROM user_sealed_fields") == "2");
        assert_eq!(import(&world, rows(PEOPLE)).unchanged, PEOPLE as u64, "every value opens");
        world.close();
    }
    assert!(half_done > 0, "no rotation was killed half done");
    let world = World::at(folder.path(), Clock::fixed(NOW));
    rotate(&world);
    // Whatever the killed ones left, everything lies under one key now, and opens under it.
    let (values, key) = rotate(&world);
    assert_eq!(values, PEOPLE as u64 + 1);
    assert_eq!(world.value("SELECT group_concat(DISTINCT key_id) FROM user_sealed_fields"), key.to_string());
    world.assert_chain();
}

/// Runs this test program again to rotate the keys of the store in `folder`, and kills it after a piece or a few.
fn rotate_until_killed(folder: &Path) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sealed::a_process_rotates_until_it_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "moved"), "the child moved nothing");
    let [moment] = random();
    std::thread::sleep(Duration::from_micros(u64::from(moment) * 100));
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn a_process_rotates_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else {
        // Nobody's child: one rotation, of nothing.
        assert_eq!(rotate(&world()), (0, 2));
        return;
    };
    let world = World::at(Path::new(&folder), Clock::fixed(NOW));
    loop {
        let rotated = world.wait(world.service().rotate_keys(|news| {
            if let Rotating::Moved(_) = news {
                // Written past the test harness, which would keep it until the end.
                std::io::stdout().write_all(b"\nmoved\n").unwrap();
            }
        }));
        assert_eq!(rotated.unwrap(), Rotated::Done);
    }
}

#[test]
fn an_encrypted_field_is_found_by_its_complete_value_and_by_nothing_less() {
    let world = world();
    world.role("reader", Some("retail"), &["user.view"]);
    world.role("seer", Some("retail"), &["user.view", "user.pii.reveal"]);
    world.role("other", Some("cards"), &["user.view", "user.pii.reveal"]);
    world.add(staff("reader", &["reader"]));
    world.add(staff("seer", &["seer"]));
    world.add(Someone { organisation: "cards", ..staff("outside", &["other"]) });
    import(&world, rows(8));
    for is_indexed in [false, true] {
        if is_indexed {
            world.service().start_index(usize::MAX).unwrap();
        }
        for login in ["reader", "seer", "master"] {
            let found = |filter: &str| found(&world, login, filter);
            assert_eq!(found(&pin(3)), ["sealed3"]);
            assert_eq!(found(&pin(3).to_uppercase()), ["sealed3"], "in either case");
            assert_eq!(found("secret"), Vec::<String>::new());
            assert_eq!(found("secret-0000"), Vec::<String>::new());
            assert_eq!(found(&format!("{} sealed4", pin(3))), Vec::<String>::new());
        }
        assert_eq!(found(&world, "outside", &pin(3)), Vec::<String>::new(), "out of scope");
    }
    rotate(&world);
    assert_eq!(found(&world, "reader", &pin(3)), ["sealed3"], "the hash is of the new key");
}

#[test]
fn a_tax_id_is_found_by_its_complete_value_whether_it_is_sealed_or_not() {
    let world = world();
    world.add(CUSTOMER);
    world.add(Someone { login: "j.doe", ..CUSTOMER });
    let clear = "UPDATE users SET tax_id = '000-12-345A', birth_date = '2001-05-14' WHERE login = 'c.kim'";
    world.sql().execute(clear, []).unwrap();
    let found = |filter: &str| found(&world, "master", filter);
    assert_eq!(found("tax_id:000-12-345a"), ["c.kim"]);
    assert_eq!(found("tax-id:000-99-0000,000-12-345A"), ["c.kim"]);
    assert_eq!(found("tax_id:000-12"), Vec::<String>::new());
    assert_eq!(found("birth_date:2001-05-14 kind:customer"), ["c.kim"]);
    assert_eq!(found("-birth_date:2001-05-14 kind:customer"), ["j.doe"]);
}

fn found(world: &World, login: &str, filter: &str) -> Vec<String> {
    let filter = Filter::parse(filter).unwrap();
    let query = Query::Users { filter, sort: Sort::default(), from: From::Start, rows: 50 };
    match world.ask(login, query) {
        Reply::Users(page) => page.rows.into_iter().map(|row| row.login.unwrap()).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_there_before_a_field_was_marked_is_sealed_by_a_rotation() {
    let world = world();
    import(&world, rows(300));
    let clear =
        |world: &World| world.value("SELECT count(*) FROM user_attributes WHERE value = 'Openbranch'");
    assert_eq!(clear(&world), "300");
    let mark = "INSERT INTO organisation_encrypted_fields SELECT id, 'attr.Branch' FROM organisations";
    world.sql().execute(mark, []).unwrap();
    rotate(&world);
    assert_eq!((clear(&world).as_str(), world.rows("user_sealed_fields")), ("0", 600));
    assert_eq!(import(&world, rows(300)).unchanged, 300);
    assert_eq!(found(&world, "master", "openbranch").len(), 50, "the first page of all of them");
}

#[test]
fn what_does_not_open_keeps_the_older_key_in_use_and_is_named() {
    let world = world();
    import(&world, rows(3));
    let user = world.id("sealed1");
    let swap = "UPDATE user_sealed_fields SET sealed = (SELECT sealed FROM user_sealed_fields
        WHERE user = (SELECT id FROM users WHERE login = 'sealed2')) WHERE user = ?1";
    world.sql().execute(swap, [user.0]).unwrap();
    let rotated = world.wait(world.service().rotate_keys(|_| ())).unwrap();
    assert_eq!(rotated, Rotated::Stuck(vec![format!("user:{}:attr.pin", user.0)]));
    assert_eq!(world.value("SELECT count(*) FROM field_keys WHERE retired_at IS NULL"), "2");
    let fault = world.import("master", rows(3));
    let Answer::Failed(fault) = fault else { panic!("{fault:?}") };
    assert!(fault.text.contains("does not open") && !fault.text.contains("Secret"), "{fault}");
}

#[test]
fn without_its_keys_a_store_is_refused_and_neither_file_is_touched() {
    let world = world();
    import(&world, rows(3));
    let folder = world.close().unwrap();
    let place = places(folder.path());
    let (key, data) = (fs::read(&place.field_key).unwrap(), fs::read(&place.database).unwrap());
    let refused = |wanted: &str| {
        let fault = Store::open(&place, Clock::fixed(NOW)).map(drop).unwrap_err();
        assert!(fault.origin == Origin::Store && fault.text.contains(wanted), "{fault}");
        assert!(fs::read(&place.database).unwrap() == data, "the store was touched");
    };
    fs::write(&place.field_key, &key[..key.len() - 3]).unwrap();
    refused("damaged");
    fs::remove_file(&place.field_key).unwrap();
    refused("is missing");
    assert!(!place.field_key.exists(), "no new key is made where one is missing");
    fs::write(&place.field_key, &key).unwrap();
    refused("can be read by others");
}
