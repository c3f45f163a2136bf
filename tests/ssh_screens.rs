//! The screens as a person sees them: OpenSSH's client in tmux at 80 by 24, keys in, what stands there read row by row.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what fails here fails the test, and a skip is said"
)]

mod support;

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use support::client;
use support::institution::Institution;

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);

/// A terminal in tmux with a program in it; both end with it.
struct Terminal {
    socket: PathBuf,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux(&["kill-server"]);
    }
}

impl Terminal {
    /// `program` in a terminal of 80 by 24; `None` where there is no tmux or no ssh.
    fn open(institution: &Institution, program: &[String]) -> Option<Self> {
        for needed in ["tmux", "ssh"] {
            if Command::new(needed).arg("-V").output().is_err() {
                assert!(std::env::var_os("WARDROOM_NO_SKIP").is_none(), "`{needed}` is not installed");
                eprintln!("skipped: `{needed}` is not installed");
                return None;
            }
        }
        let terminal = Self { socket: institution.at("tmux") };
        let command = shlex::try_join(program.iter().map(String::as_str)).unwrap();
        // What the program leaves on the screen stays there, with its exit status below.
        let command = format!("{command}; echo exit status $?; exec cat");
        let begun =
            terminal.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", &command]);
        assert!(begun.status.success(), "{}", String::from_utf8_lossy(&begun.stderr));
        Some(terminal)
    }

    fn tmux(&self, words: &[&str]) -> Output {
        Command::new("tmux").arg("-S").arg(&self.socket).args(words).env_remove("TMUX").output().unwrap()
    }

    /// Presses keys by their names in tmux; a single letter is itself.
    fn press(&self, keys: &[&str]) {
        for key in keys {
            self.tmux(&["send-keys", key]);
        }
    }

    /// Types text.
    fn types(&self, text: &str) {
        self.tmux(&["send-keys", "-l", text]);
    }

    /// Pastes text as a terminal does for a program that asked to be told of pastes.
    fn paste(&self, text: &str) {
        self.tmux(&["set-buffer", text]);
        self.tmux(&["paste-buffer", "-p"]);
    }

    fn screen(&self) -> String {
        String::from_utf8(self.tmux(&["capture-pane", "-p"]).stdout).unwrap()
    }

    /// Waits until all of `wanted` stand on the screen together; the screen.
    fn shows(&self, wanted: &[&str]) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if wanted.iter().all(|text| screen.contains(text)) {
                return screen;
            }
            assert!(Instant::now() < until, "not shown: {wanted:?} in\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until `text` is gone.
    fn shows_no(&self, text: &str) {
        let until = Instant::now() + PATIENCE;
        while self.screen().contains(text) {
            assert!(Instant::now() < until, "still shown: {text} in\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Kills the program in the terminal, as the kernel kills for want of memory.
    fn kill_program(&self) {
        let shell = String::from_utf8(self.tmux(&["list-panes", "-F", "#{pane_pid}"]).stdout).unwrap();
        let shell = shell.trim();
        let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
        let program = children.split_whitespace().next().unwrap().parse().unwrap();
        let program = rustix::process::Pid::from_raw(program).unwrap();
        rustix::process::kill_process(program, rustix::process::Signal::KILL).unwrap();
    }

    /// The screen with its looks, as SGR sequences.
    fn looks(&self) -> String {
        String::from_utf8(self.tmux(&["capture-pane", "-p", "-e"]).stdout).unwrap()
    }
}

/// An institution with somebody who is locked.
fn institution() -> Institution {
    let institution = Institution::open();
    let people = "login,first_name,last_name,kind,status\nb.lee,Bo,Lee,customer,LOCKED_BY_ADMIN\n";
    std::fs::write(institution.at("more.csv"), people).unwrap();
    assert!(institution.here(&["import", "users", "more.csv"]).status.success());
    institution
}

fn id_of(institution: &Institution, login: &str) -> String {
    let shown = institution.here(&["users", "show", login, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    json["id"].as_str().unwrap().to_owned()
}

// The other client works while this one is looked at.
#[tokio::test(flavor = "multi_thread")]
async fn five_tasks_are_done_by_who_sees_nothing_but_the_screen() {
    let institution = institution();
    let Some(terminal) = Terminal::open(&institution, &institution.ssh(&["-t"])) else { return };
    terminal.shows(&["1Users", "b.lee", "c.kim"]);

    // Find by an id that was pasted, and open.
    terminal.press(&["/"]);
    terminal.paste(&id_of(&institution, "b.lee"));
    terminal.shows(&["1 of "]);
    terminal.press(&["Enter", "Enter"]);
    terminal.shows(&["Bo Lee (b.lee)", "# LOCKED", "Overview"]);

    unlock_and_see_why_not_again(&terminal);
    end_the_session_of_pat(&terminal, &institution).await;

    // Read an entry of the audit.
    terminal.press(&["g", "4"]);
    terminal.shows(&["session.close"]);
    terminal.press(&["/"]);
    terminal.types("action:user.sessions.end");
    terminal.shows(&["1 entry"]);
    terminal.press(&["Enter", "Enter"]);
    terminal.shows(&["left open at the desk", "the hash fits"]);

    // The terminal's own colours on any ground: what is selected is reversed, and nothing has a ground of its own.
    terminal.press(&["Escape"]);
    terminal.shows_no("the hash fits");
    let looks = terminal.looks();
    assert!(looks.contains("\u{1b}[7m"), "{looks:?}");
    for own_ground in ["[48;", "[40m", "[47m", "[38;2;"] {
        assert!(!looks.contains(own_ground), "{own_ground}: {looks:?}");
    }
    terminal.press(&[":"]);
    terminal.types("q");
    terminal.press(&["Enter"]);
    terminal.shows(&["signed out after 0 min, 2 actions done", "exit status 0"]);
}

fn unlock_and_see_why_not_again(terminal: &Terminal) {
    terminal.press(&["a"]);
    terminal.shows(&["Actions for Bo Lee (b.lee)", ">l Unlock"]);
    terminal.press(&["l"]);
    terminal.shows(&["LOCKED_BY_ADMIN -> ACTIVE", "[ Unlock ]"]);
    // Keys typed before a person can have read the window do not confirm it.
    std::thread::sleep(Duration::from_millis(300));
    terminal.press(&["y"]);
    terminal.shows(&["Unlock done: b.lee", "+ ACTIVE"]);

    // Now the entry is grey.
    terminal.press(&["a"]);
    terminal.shows(&["- user is ACTIVE"]);
    terminal.press(&["l", "W"]);
    terminal.shows(&[
        "Answer",
        "by the rule state",
        "Because",
        "user is ACTIVE; must be LOCKED_BY_ADMIN or",
        "FAILED",
    ]);
    terminal.press(&["Escape"]);
    terminal.shows_no("Because");
    terminal.press(&["Escape"]);
    terminal.shows_no("Actions for");
}

async fn end_the_session_of_pat(terminal: &Terminal, institution: &Institution) {
    let pat = institution.pat().await;
    let mut console = client::console(&pat).await;
    terminal.press(&["g", "5"]);
    terminal.shows(&["2 sessions, * is this one", "pat", "password"]);
    terminal.press(&["g", "g", "a"]);
    terminal.shows(&["Actions for session", "End this session"]);
    terminal.press(&["s"]);
    terminal.shows(&["End sessions", "Reason"]);
    std::thread::sleep(Duration::from_millis(300));
    terminal.types("left open at the desk");
    terminal.press(&["Tab", "Tab"]);
    terminal.shows(&["> [ End sessions ]"]);
    terminal.press(&["Enter"]);
    terminal.shows(&["1 session, * is this one", "End sessions done: pat"]);
    let ended = client::rest(&mut console).await;
    assert!(ended.out.contains("signed out: an operator ended your session"), "{ended:?}");
}

/// More people than are locked in the moment in which somebody looks.
const MANY: i64 = 3_000;

#[test]
fn a_set_is_finished_row_by_row_when_the_client_is_killed_in_the_middle_of_it() {
    let institution = Institution::open();
    let rows = (0..MANY).map(|number| format!("new{number},New,Person,customer\n"));
    let people: String =
        std::iter::once("login,first_name,last_name,kind\n".to_owned()).chain(rows).collect();
    std::fs::write(institution.at("many.csv"), people).unwrap();
    assert!(institution.here(&["import", "users", "many.csv"]).status.success());
    let Some(terminal) = Terminal::open(&institution, &institution.ssh(&["-t"])) else { return };
    terminal.shows(&["1Users", "3,0"]);
    terminal.types("/login:new");
    terminal.press(&["Enter"]);
    terminal.shows(&["3,000 of "]);
    terminal.types("*");
    terminal.shows(&["3,000 marked"]);
    terminal.types("a");
    terminal.shows(&["Actions for 3,000 marked users"]);
    terminal.types("k");
    terminal.shows(&["Lock", "Reason"]);
    std::thread::sleep(Duration::from_millis(300));
    terminal.types("cards were copied");
    terminal.press(&["Tab"]);
    terminal.types("3000");
    // The number that is asked for is of those whom it can be done to: each is judged first.
    terminal.shows(&["3,000 of 3,000, 0 skipped"]);
    terminal.press(&["Tab", "Tab", "Enter"]);

    let store = rusqlite::Connection::open(institution.at("data/wardroom.db")).unwrap();
    store.busy_timeout(Duration::from_secs(10)).unwrap();
    let value = |sql: &str| -> i64 { store.query_row(sql, [], |row| row.get(0)).unwrap() };
    let until = |sql: &str| {
        let until = Instant::now() + 3 * PATIENCE;
        while value(sql) == 0 {
            assert!(Instant::now() < until, "never: {sql}; on the screen:\n{}", terminal.screen());
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    until("SELECT count(*) FROM job_rows");
    terminal.kill_program();
    assert!(value("SELECT count(*) FROM job_rows") < MANY, "it was killed too late to tell anything");
    until("SELECT count(*) FROM jobs WHERE kind = 'set' AND state = 'done'");

    // Each exactly once: the fact, the history, the message's absence, the audit and the report say the same.
    assert_eq!(value("SELECT count(*) FROM users WHERE locked_at IS NOT NULL"), MANY);
    for counted in [
        "SELECT count(DISTINCT user) FROM history WHERE code = 'user.lock'",
        "SELECT count(*) FROM history WHERE code = 'user.lock'",
        "SELECT count(DISTINCT target_id) FROM audit WHERE action = 'user.lock' AND result = 'allowed'",
        "SELECT count(*) FROM audit WHERE action = 'user.lock'",
        "SELECT count(*) FROM job_rows WHERE result = 'done'",
    ] {
        assert_eq!(value(counted), MANY, "{counted}");
    }
    let report = institution.here(&["jobs", "list"]);
    let report = String::from_utf8(report.stdout).unwrap();
    assert!(report.contains("user.lock  done  3000 of 3000 done, 0 skipped, 0 failed"), "{report}");
    assert!(institution.here(&["audit", "verify"]).status.success());
}

#[test]
fn a_place_opens_at_an_entry_of_the_audit() {
    let institution = institution();
    let words = institution.ssh(&["-t", "open", "audit", "2"]);
    let Some(terminal) = Terminal::open(&institution, &words) else { return };
    terminal.shows(&["Audit entry", "operators.add", "the hash fits"]);
    terminal.press(&["Escape"]);
    terminal.shows(&["Audit", "all entries that you may see"]);
}

#[test]
fn who_follows_the_audit_gets_a_line_when_something_happens_and_the_server_lets_go_of_who_is_gone() {
    let institution = institution();
    let ssh = institution.ssh(&["audit", "follow", "action:note.*", "--json"]);
    let before = institution.sockets();
    let Ok(mut follower) = Command::new(&ssh[0])
        .args(&ssh[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
    else {
        assert!(std::env::var_os("WARDROOM_NO_SKIP").is_none(), "`ssh` is not installed");
        return eprintln!("skipped: `ssh` is not installed");
    };
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let until = Instant::now() + PATIENCE;
    while institution.sockets() <= before {
        assert!(Instant::now() < until, "nobody came");
        std::thread::sleep(Duration::from_millis(20));
    }
    // Whether it follows already is not said: notes are written until one comes.
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        if let Some(Ok(line)) = lines.next() {
            let _ = told.send(line);
        }
    });
    let line = loop {
        assert!(Instant::now() < until, "no line came");
        assert!(institution.here(&["note", "add", "c.kim", "--text", "called back"]).status.success());
        if let Ok(line) = heard.recv_timeout(Duration::from_millis(500)) {
            break line;
        }
    };
    let entry: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&entry["action"], &entry["target"]), (&"note.add".into(), &"c.kim".into()));
    follower.kill().unwrap();
    follower.wait().unwrap();
    while institution.sockets() > before {
        assert!(Instant::now() < until + PATIENCE, "the server still holds its connection");
        std::thread::sleep(Duration::from_millis(20));
    }
}
