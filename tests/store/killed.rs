//! kill -9 at any moment loses nothing that was acknowledged; two processes share one store.

use std::time::Duration;

use wardroom::base::secret::random;
use wardroom::base::time::Clock;

use crate::child::{self, assert_kept};
use crate::world::{NOW, World};

const KILLS: usize = 50;

#[test]
fn kill_9_while_writing_loses_nothing_acknowledged() {
    let folder = child::world().close().unwrap();
    let mut all = Vec::new();
    for kill in 0..KILLS {
        let mut child = child::command(folder.path(), &format!("kill{kill}"), u32::MAX).spawn().unwrap();
        let [after, moment] = random();
        let said = child::listen(&mut child, |said| {
            let enough = said > usize::from(after % 8);
            if enough {
                // Somewhere within the next few commits.
                std::thread::sleep(Duration::from_micros(u64::from(moment) * 40));
            }
            enough
        });
        assert!(!said.is_empty(), "the child wrote nothing");
        all.extend(said);
        let world = World::at(folder.path(), Clock::fixed(NOW));
        assert_kept(&world, &all);
        world.close();
    }
}

#[test]
fn two_processes_write_to_one_store_at_once() {
    let folder = child::world().close().unwrap();
    let start = |name: &str| child::command(folder.path(), name, 40).spawn().unwrap();
    let mut children = [start("left"), start("right")];
    let said: Vec<_> = children.iter_mut().flat_map(|child| child::listen(child, |_| false)).collect();
    assert!(said.iter().filter(|one| !one.note.is_empty()).count() == 160, "every note of both is in");
    let world = World::at(folder.path(), Clock::fixed(NOW));
    assert_kept(&world, &said);
}
