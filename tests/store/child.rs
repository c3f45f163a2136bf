//! Another process with the same store: this test program, run again to write.
//!
//! What the child is told crosses in its environment; it says each acknowledged change on standard
//! output, one line each, after the store has answered.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use wardroom::actions::request::Request;
use wardroom::actions::{support, user};
use wardroom::base::time::Clock;
use wardroom::protocol::Answer;

use crate::world::{CUSTOMER, NOW, Someone, World};

/// The folder of the store; without it nobody asked for a child.
const FOLDER: &str = "WARDROOM_TEST_CHILD_FOLDER";
/// The child's name, part of every text that it writes.
const NAME: &str = "WARDROOM_TEST_CHILD_NAME";
/// How many rounds it writes, unless it is ended before.
const ROUNDS: &str = "WARDROOM_TEST_CHILD_ROUNDS";

/// One acknowledged change, as the child said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    /// Number of the audit entry.
    pub(crate) audit: i64,
    /// Code of the action.
    pub(crate) code: String,
    /// The text of the note, empty for other actions.
    pub(crate) note: String,
}

/// A world that children can write to.
pub(crate) fn world() -> World {
    let world = World::new();
    world.add(CUSTOMER);
    world.add(Someone { login: "j.doe", ..CUSTOMER });
    world
}

/// What a child is to do.
const TASK: &str = "WARDROOM_TEST_CHILD_TASK";

/// What a child is to do, besides writing notes and locks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Task {
    /// Import the rows of [`crate::cut`].
    Import,
    /// The same where it cannot be done: what it answers is said.
    ImportInVain,
}

/// How to start a child that does `task` to the store in `folder`.
pub(crate) fn command_to(folder: &Path, task: Task) -> Command {
    let mut command = command(folder, "task", 0);
    command.env(TASK, format!("{task:?}"));
    command
}

/// How to start a child that writes to the store in `folder`.
pub(crate) fn command(folder: &Path, name: &str, rounds: u32) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "child::a_process_says_what_the_store_acknowledged", "--nocapture"])
        .env(FOLDER, folder)
        .env(NAME, name)
        .env(ROUNDS, rounds.to_string())
        .stdout(Stdio::piped());
    command
}

/// Reads what `child` says until `enough`, or to the end.
pub(crate) fn listen(child: &mut Child, mut enough: impl FnMut(usize) -> bool) -> Vec<Acknowledged> {
    let mut said = Vec::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !enough(said.len()) && lines.read_line(&mut line).unwrap() > 0 {
        said.extend(read(&line));
        line.clear();
    }
    if let Ok(None) = child.try_wait() {
        let _ = child.kill();
    }
    // What lies in the pipe was said as well.
    said.extend(lines.lines().filter_map(|line| read(&line.unwrap())));
    child.wait().unwrap();
    said
}

/// One line of a child, where it acknowledges something.
pub(crate) fn read(line: &str) -> Option<Acknowledged> {
    let mut words = line.trim_end().strip_prefix("acknowledged ")?.splitn(3, ' ');
    let audit = words.next()?.parse().ok()?;
    let code = words.next()?.to_owned();
    Some(Acknowledged { audit, code, note: words.next().unwrap_or_default().to_owned() })
}

#[test]
fn a_process_says_what_the_store_acknowledged() {
    let Ok(folder) = std::env::var(FOLDER) else {
        // Nobody's child: a short life in a world of its own.
        let world = world();
        assert_eq!(write(&world, "own", 2), 6);
        assert_eq!(world.rows("notes"), 4);
        return;
    };
    let world = World::at(&PathBuf::from(folder), Clock::fixed(NOW));
    if std::env::var(TASK).is_ok_and(|task| task == format!("{:?}", Task::Import)) {
        let answer = world.import("master", crate::cut::rows());
        assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
        return;
    }
    if std::env::var(TASK).is_ok_and(|task| task == format!("{:?}", Task::ImportInVain)) {
        match world.import("master", crate::cut::rows()) {
            Answer::Failed(fault) => {
                std::io::stdout().write_all(format!("\nfailed {fault}\n").as_bytes()).unwrap();
            }
            other => panic!("{other:?}"),
        }
        return;
    }
    let rounds = std::env::var(ROUNDS).unwrap().parse().unwrap();
    write(&world, &std::env::var(NAME).unwrap(), rounds);
}

/// Two notes and a lock or its end, at once, round by round until something fails; how many were acknowledged.
fn write(world: &World, name: &str, rounds: u32) -> usize {
    let mut acknowledged = 0;
    for round in 0..rounds {
        let locks = if world.value("SELECT locked_at IS NULL FROM users WHERE login = 'j.doe'") == "1" {
            user::lock::SPEC.code
        } else {
            user::unlock::SPEC.code
        };
        let lock = world.request("master", locks, "j.doe");
        let note = |number: u32| {
            let mut note = world.request("master", support::note_add::SPEC.code, "c.kim");
            // Long enough that a full disk is reached soon.
            let text = format!("{name}-{round}-{number} {}", "x".repeat(3000));
            note.answers.insert("text".to_owned(), text);
            note
        };
        let (first, second) = (note(1), note(2));
        let answers = world
            .wait(async { tokio::join!(said(world, lock), said(world, first), said(world, second)).into() });
        let answers: [Said; 3] = answers;
        acknowledged += answers.iter().filter(|said| **said == Said::Done).count();
        if answers.contains(&Said::Failed) {
            break;
        }
    }
    acknowledged
}

#[derive(PartialEq, Eq)]
enum Said {
    Done,
    /// Another process was quicker: the user is in another state by now.
    Refused,
    Failed,
}

async fn said(world: &World, request: Request) -> Said {
    let (code, text) = (request.code, request.answers["text"].clone());
    match world.service().execute(request).await {
        Answer::Done(receipt) => {
            let note =
                if code == support::note_add::SPEC.code { text.split(' ').next().unwrap() } else { "" };
            let line = format!("\nacknowledged {} {code} {note}\n", receipt.audit);
            // Written past the test harness, which would keep it until the end.
            std::io::stdout().write_all(line.as_bytes()).unwrap();
            Said::Done
        }
        Answer::Refused(_) => Said::Refused,
        Answer::Failed(fault) => {
            std::io::stdout().write_all(format!("\nfailed {fault}\n").as_bytes()).unwrap();
            Said::Failed
        }
        other => panic!("{other:?}"),
    }
}

/// That all of `said` is in the store, and that nothing was done by halves.
pub(crate) fn assert_kept(world: &World, said: &[Acknowledged]) {
    let connection = world.sql();
    let mut action = connection.prepare("SELECT action FROM audit WHERE seq = ?1").unwrap();
    let mut note = connection.prepare("SELECT count(*) FROM notes WHERE text LIKE ?1 || ' %'").unwrap();
    for one in said {
        let kept: String = action
            .query_row([one.audit], |row| row.get(0))
            .unwrap_or_else(|error| panic!("{one:?} was acknowledged and is lost: {error}"));
        assert_eq!(kept, one.code);
        if !one.note.is_empty() {
            let notes: i64 = note.query_row([&one.note], |row| row.get(0)).unwrap();
            assert_eq!(notes, 1, "{one:?}");
        }
    }
    world.assert_chain();
    let noted = world.value("SELECT count(*) FROM audit WHERE action = 'note.add' AND result = 'allowed'");
    assert_eq!(noted, world.rows("notes").to_string(), "a note and its audit entry are one");
    let done = world.value("SELECT count(*) FROM audit WHERE result = 'allowed'");
    assert_eq!(done, world.rows("history").to_string(), "a change and its history are one");
    let locked = world.value("SELECT count(*) FROM audit WHERE action <> 'note.add' AND result = 'allowed'");
    assert_eq!(locked, world.rows("outbox").to_string(), "a lock and its message are one");
}
