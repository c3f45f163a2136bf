//! The file as a whole: all rows or none, a dry run, what the audit keeps.

use wardroom::actions::request::{Request, Run};
use wardroom::base::limits;
use wardroom::domain::import::{Cell, UserRow};
use wardroom::domain::level::Level;
use wardroom::domain::status::Status;
use wardroom::domain::user::Kind;
use wardroom::protocol::Answer;

use crate::world::{admin, differing};
use crate::{TOLD, import, row, said, world};

fn rows(count: u64) -> Vec<UserRow> {
    (0..count).map(|number| UserRow { line: number + 2, ..row(&format!("new{number}")) }).collect()
}

#[test]
fn one_wrong_row_and_nothing_is_imported() {
    let world = world();
    let mut file = rows(30);
    file[29].kind = Cell::Given(Kind::Admin);
    file[11].organisation = said("moon");
    let before = world.contents();
    match world.import("master", file) {
        Answer::Rows(faults) => {
            let places: Vec<_> = faults.iter().map(|fault| (fault.line, fault.column.as_str())).collect();
            assert_eq!(places, [(13, "organisation"), (31, "kind")]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(differing(&before, &world.contents()).into_iter().collect::<Vec<_>>(), TOLD);
    let entry = world.value("SELECT result || ' ' || rule || ' ' || reason FROM audit");
    assert!(
        entry.starts_with("denied guard nothing was imported: line 13, column `organisation`"),
        "{entry}"
    );
}

#[test]
fn only_the_first_faults_are_told() {
    let world = world();
    let wrong = |row| UserRow { kind: Cell::Given(Kind::Admin), ..row };
    let file: Vec<UserRow> = rows(limits::ROW_FAULTS_MAX as u64 + 9).into_iter().map(wrong).collect();
    match world.import("master", file) {
        Answer::Rows(faults) => assert_eq!(faults.len(), limits::ROW_FAULTS_MAX),
        other => panic!("{other:?}"),
    }
}

#[test]
fn created_updated_and_unchanged_are_counted_and_kept_in_the_audit() {
    let world = world();
    let mut file = rows(3);
    file.push(UserRow { first_name: said("Zoe"), ..row("c.kim") });
    file.push(UserRow { first_name: said("Ann"), ..row("colleague") });
    let before = world.contents();
    let dry = Request { run: Run::Dry, ..world.import_request("master") };
    let counted = |answer| match answer {
        Answer::Done(receipt) => {
            receipt.counts.map(|counts| (counts.created, counts.updated, counts.unchanged))
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(counted(world.import_as(dry, file.clone())), Some((3, 1, 1)));
    assert_eq!(differing(&before, &world.contents()).len(), 0, "a dry run writes nothing");
    assert_eq!(counted(world.import("master", file.clone())), Some((3, 1, 1)));
    assert_eq!(world.rows("audit"), 1);
    let kept = "SELECT (detail -> 'import' ->> 'created') || (detail -> 'import' ->> 'updated') FROM audit";
    assert_eq!(world.value(kept), "31");
    assert_eq!(counted(world.import("master", file)), Some((0, 0, 5)), "again, and nothing is new");
    world.assert_chain();
}

#[test]
fn a_login_that_stands_twice_in_a_file_is_refused_whoever_has_it() {
    let world = world();
    for login in ["twin", "c.kim"] {
        let changed = |name| UserRow { first_name: said(name), ..row(login) };
        let before = world.contents();
        match world.import("master", vec![changed("Zoe"), UserRow { line: 3, ..changed("Eve") }]) {
            Answer::Rows(faults) => {
                assert_eq!(faults[0].to_string(), "line 3, column `login`: stands in the file twice");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(differing(&before, &world.contents()).into_iter().collect::<Vec<_>>(), TOLD);
    }
}

#[test]
fn without_the_right_or_while_locked_nobody_imports() {
    let world = world();
    world.add(admin("bare", Level::Organisation));
    world.put_into(world.id("global"), Status::LockedByAdmin);
    for (operator, rule) in [("bare", "right"), ("global", "status")] {
        match world.import(operator, rows(1)) {
            Answer::Refused(refusal) => assert_eq!(refusal.rule.word(), rule),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(world.value("SELECT count(*) FROM users WHERE login = 'new0'"), "0");
}

#[test]
fn a_name_that_another_way_of_writing_has_is_the_same() {
    let world = world();
    assert_eq!(
        import(&world, "master", UserRow { first_name: said("Zoe"), ..row("C.Kim") }).unwrap().updated,
        1
    );
}
