//! A store that is missing, locked, newer, foreign or damaged: a sentence, and the file as it was.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use wardroom::actions::support;
use wardroom::base::fault::{Fault, Origin};
use wardroom::base::time::Clock;
use wardroom::directory::audit::AuditFilter;
use wardroom::directory::filter::Filter;
use wardroom::directory::sort::Sort;
use wardroom::protocol::{Answer, AuditFrom, From, Query, Reply};
use wardroom::store::Store;

use crate::child;
use crate::coded::add_operator_with_a_code;
use crate::world::{NOW, World, places};

/// What opening the store in `folder` says; it must fail.
fn fault(folder: &Path) -> Fault {
    match Store::open(&places(folder), Clock::fixed(NOW)) {
        Ok(_) => panic!("it was opened"),
        Err(fault) => fault,
    }
}

/// Damages a closed store, tries to open it, and looks that the file stays as it was.
fn refused_untouched(damage: impl Fn(&Path), wanted: &str) {
    let folder = child::world().close().unwrap();
    let path = places(folder.path()).database;
    damage(&path);
    let before = fs::read(&path).unwrap();
    let fault = fault(folder.path());
    assert!(fault.origin == Origin::Store && fault.text.contains(wanted), "{fault}");
    assert!(fault.text.contains(path.to_str().unwrap()), "the file is named: {fault}");
    assert!(fs::read(&path).unwrap() == before, "the file was touched");
}

#[test]
fn a_missing_store_is_not_made_by_opening_it() {
    let folder = tempfile::tempdir().unwrap();
    let fault = fault(folder.path());
    assert!(fault.text.contains("no store at") && fault.text.contains("wardroom init"), "{fault}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_store_is_never_made_over_another() {
    let folder = child::world().close().unwrap();
    let before = fs::read(places(folder.path()).database).unwrap();
    let again = Store::create(&places(folder.path()), Clock::fixed(NOW)).map(drop).unwrap_err();
    assert!(again.text.contains("already"), "{again}");
    assert!(fs::read(places(folder.path()).database).unwrap() == before);
}

#[test]
fn the_field_key_of_another_store_is_refused() {
    let world = child::world();
    add_operator_with_a_code(&world);
    let folder = world.close().unwrap();
    let key = places(folder.path()).field_key;
    let right = fs::read(&key).unwrap();
    fs::write(&key, [7; 32]).unwrap();
    let fault = fault(folder.path());
    assert!(fault.origin == Origin::Store && fault.text.contains("is not the key of this store"), "{fault}");
    fs::write(&key, right).unwrap();
    drop(Store::open(&places(folder.path()), Clock::fixed(NOW)).unwrap());
}

#[test]
fn a_folder_in_the_place_of_the_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(places(folder.path()).database).unwrap();
    let fault = fault(folder.path());
    assert!(fault.text.contains("cannot be opened"), "{fault}");
}

#[test]
fn a_newer_store_is_left_alone() {
    let newer = |path: &Path| {
        rusqlite::Connection::open(path).unwrap().pragma_update(None, "user_version", 9999).unwrap();
    };
    refused_untouched(newer, "version 9999");
}

#[test]
fn garbage_an_empty_file_and_a_foreign_database_are_left_alone() {
    refused_untouched(|path| fs::write(path, "no database at all\n".repeat(500)).unwrap(), "corrupt");
    refused_untouched(|path| fs::write(path, "").unwrap(), "not a store");
    let foreign = |path: &Path| {
        fs::remove_file(path).unwrap();
        rusqlite::Connection::open(path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    };
    refused_untouched(foreign, "not a store");
}

#[test]
fn a_store_that_was_cut_is_corrupt_and_left_alone() {
    let cut = |path: &Path| {
        let file = fs::OpenOptions::new().write(true).open(path).unwrap();
        file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    };
    refused_untouched(cut, "corrupt");
}

#[test]
fn a_damaged_page_fails_what_needs_it_and_changes_nothing() {
    let folder = child::world().close().unwrap();
    let path = places(folder.path()).database;
    let page: usize = {
        let connection = rusqlite::Connection::open(&path).unwrap();
        let find = "SELECT rootpage FROM sqlite_schema WHERE name = 'user_emails'";
        connection.query_row(find, [], |row| row.get::<_, u32>(0)).unwrap() as usize
    };
    let mut bytes = fs::read(&path).unwrap();
    for byte in &mut bytes[(page - 1) * 4096..page * 4096] {
        *byte ^= 0xff;
    }
    fs::write(&path, &bytes).unwrap();
    let world = World::at(folder.path(), Clock::fixed(NOW));
    match world.execute(world.request("master", support::note_add::SPEC.code, "c.kim")) {
        Answer::Failed(fault) => assert!(fault.text.contains("corrupt"), "{fault}"),
        other => panic!("it pretends: {other:?}"),
    }
    match world.ask("master", Query::User { named: "c.kim".to_owned() }) {
        Reply::Failed(fault) => assert!(fault.text.contains("corrupt"), "{fault}"),
        other => panic!("it pretends: {other:?}"),
    }
    assert!(
        matches!(
            world.ask(
                "master",
                Query::Audit { filter: AuditFilter::default(), from: AuditFrom::Newest, rows: 5 }
            ),
            Reply::Audit(_)
        ),
        "the rest is read"
    );
    assert_eq!(world.rows("audit") + world.rows("notes"), 0);
    world.close();
    assert!(fs::read(&path).unwrap() == bytes, "the file was touched");
}

#[test]
fn a_store_locked_by_another_process_is_told_and_read_all_the_same() {
    let world = child::world();
    let other = world.sql();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    match world.execute(world.request("master", support::note_add::SPEC.code, "c.kim")) {
        Answer::Failed(fault) => assert!(fault.text.contains("locked by another process"), "{fault}"),
        answer => panic!("{answer:?}"),
    }
    let all = Query::Users { filter: Filter::default(), sort: Sort::default(), from: From::Start, rows: 9 };
    assert!(matches!(world.ask("master", all), Reply::Users(page) if page.rows.len() == 3));
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    assert_eq!(world.rows("notes"), 0);
    let answer = world.execute(world.request("master", support::note_add::SPEC.code, "c.kim"));
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
}

/// Told to a process that opens a store as somebody who may not write it.
const UNWRITABLE: &str = "WARDROOM_TEST_UNWRITABLE";
/// The number of the system user `nobody`.
const NOBODY: u32 = 65534;

#[test]
fn a_store_that_may_not_be_written_is_told_with_what_to_look_at() {
    if let Some(folder) = std::env::var_os(UNWRITABLE) {
        let fault = fault(Path::new(&folder));
        assert!(fault.origin == Origin::Store && fault.text.contains("mode"), "{fault}");
        return;
    }
    let folder = child::world().close().unwrap();
    let (place, root) = (places(folder.path()), rustix::process::getuid().is_root());
    let program = folder.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let data = place.database.parent().unwrap();
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    for (path, bits) in [(folder.path(), 0o755), (&*place.database, 0o444), (data, 0o555), (&*program, 0o755)]
    {
        mode(path, bits);
    }
    mode(place.field_key.parent().unwrap(), 0o755);
    let before = fs::read(&place.database).unwrap();
    let mut child = Command::new(&program);
    let name = "damaged::a_store_that_may_not_be_written_is_told_with_what_to_look_at";
    child.args(["--exact", name]).env(UNWRITABLE, folder.path()).current_dir("/");
    if root {
        // Modes do not bind the superuser: the child is somebody else.
        chown(&place.field_key, Some(NOBODY), None).unwrap();
        child.uid(NOBODY);
    }
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert!(fs::read(&place.database).unwrap() == before);
    mode(data, 0o755);
}
