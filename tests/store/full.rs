//! No room: what cannot be written is not done, what was acknowledged stays, reading goes on.

use std::io::Read as _;
use std::process::{Command, Stdio};

use wardroom::actions::{support, user};
use wardroom::base::time::Clock;
use wardroom::domain::status::Status;
use wardroom::protocol::Answer;

use crate::child::{self, Task, assert_kept};
use crate::cut::removed;
use crate::world::{NOW, World, differing};

#[test]
fn when_the_history_has_no_room_the_change_is_not_made() {
    let world = child::world();
    // SQLite answers with its code of a full disk when the largest number of a table is taken.
    world.sql().execute("INSERT INTO sqlite_sequence VALUES ('history', 9223372036854775807)", []).unwrap();
    let before = world.contents();
    for code in [user::lock::SPEC.code, support::note_add::SPEC.code] {
        match world.execute(world.request("master", code, "c.kim")) {
            Answer::Failed(fault) => assert!(fault.text.contains("disk is full"), "{fault}"),
            other => panic!("{code} pretends: {other:?}"),
        }
    }
    assert_eq!(differing(&before, &world.contents()), std::collections::BTreeSet::new());
    assert_eq!(world.status("c.kim"), Status::Active, "reading goes on");
    world.sql().execute("DELETE FROM sqlite_sequence WHERE name = 'history'", []).unwrap();
    let answer = world.execute(world.request("master", user::lock::SPEC.code, "c.kim"));
    assert!(matches!(answer, Answer::Done(_)), "with room again it is done: {answer:?}");
}

#[test]
fn a_file_that_cannot_grow_fails_the_whole_group_and_keeps_what_was_acknowledged() {
    let folder = child::world().close().unwrap();
    let text = said_without_room(&child::command(folder.path(), "full", u32::MAX));
    let failed: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("failed ")).collect();
    assert!(!failed.is_empty(), "the file never reached its limit");
    for fault in failed {
        assert!(fault.starts_with("the disk"), "{fault}");
    }
    let said: Vec<_> = text.lines().filter_map(child::read).collect();
    assert!(said.len() > 20, "only {} were written before", said.len());
    let world = World::at(folder.path(), Clock::fixed(NOW));
    assert_kept(&world, &said);
    assert_eq!(world.rows("audit"), i64::try_from(said.len()).unwrap(), "what failed is not there");
}

/// What `child` says where no file may grow past a mebibyte; it ends by itself.
fn said_without_room(child: &Command) -> String {
    // The limit of the shell ends the file's growth; with the signal ignored the write fails instead.
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\""])
        .arg(child.get_program())
        .args(child.get_args())
        .envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdout(Stdio::piped());
    let mut running = limited.spawn().unwrap();
    let mut text = String::new();
    running.stdout.as_mut().unwrap().read_to_string(&mut text).unwrap();
    assert!(running.wait().unwrap().success(), "the process ends by itself");
    text
}

#[test]
fn an_import_for_which_there_is_no_room_brings_nobody() {
    let folder = child::world().close().unwrap();
    let world = World::at(folder.path(), Clock::fixed(NOW));
    let before = world.contents();
    world.close();
    let text = said_without_room(&child::command_to(folder.path(), Task::ImportInVain));
    let failed = text.lines().find_map(|line| line.strip_prefix("failed ")).unwrap();
    assert!(failed.starts_with("the disk"), "{failed}");
    // Neither its end nor its removal had room: the next start does both.
    let world = World::at(folder.path(), Clock::fixed(NOW));
    removed(&world);
    let mut changed = differing(&before, &world.contents());
    changed.remove("state");
    assert_eq!(changed.into_iter().collect::<Vec<_>>(), ["audit", "changes", "jobs"]);
    assert_eq!(world.value("SELECT state FROM jobs"), "stopped");
    world.assert_chain();
    assert!(
        matches!(world.import("master", crate::cut::rows()), Answer::Done(_)),
        "with room it is imported"
    );
}
