//! The main tasks over OpenSSH's client, as a script or a screen reader would do them: lines in, lines out.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::institution::{Institution, code};
use crate::{assert_said, crowd, institution, status, value};

/// What the dialogue says to these lines of `login`; `None` where there is no `ssh`.
fn over_ssh(institution: &Institution, login: &str, lines: &[&str]) -> Option<String> {
    let ssh = institution.ssh_as(login, &["plain"]);
    let ran = Command::new(&ssh[0])
        .args(&ssh[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = ran else {
        assert!(std::env::var_os("WARDROOM_NO_SKIP").is_none(), "`ssh` is not installed");
        eprintln!("skipped: `ssh` is not installed");
        return None;
    };
    child.stdin.take().unwrap().write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
    let said = child.wait_with_output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(said.status.success(), "{text}{}", String::from_utf8_lossy(&said.stderr));
    assert!(!text.contains('\u{1b}'), "no sequence is ever sent: {text:?}");
    Some(text)
}

#[test]
fn the_main_tasks_are_done_over_ssh_by_lines_alone() {
    let institution = institution();
    crowd(&institution);
    let id = value(&institution, "SELECT 'U' || id FROM users WHERE login = 'a.kim'");
    let by_id = format!("open {id}");
    let lines = [
        // Find by a pasted id, open; lock and unlock; why an action is not offered.
        by_id.as_str(),
        "lock",
        "card lost",
        "y",
        "why lock",
        "unlock",
        "y",
        // A note, and reading it; a masked field; taking back what was done.
        "note add",
        "called back",
        ".",
        "y",
        "notes",
        "pii reveal",
        "1",
        "caller verified",
        "y",
        "undo",
        "y",
        // Many at once, until a time.
        "find crowd",
        "mark 1-10",
        "n",
        "mark 11-12",
        "set user deactivate-for",
        "",
        "+3d",
        "office closed",
        "12",
        "jobs",
        // Who did what, and who is in.
        "audit action:user.lock",
        "1",
        "sessions",
        "1",
    ];
    let Some(text) = over_ssh(&institution, "root", &lines) else { return };
    assert_said(
        &text,
        &[
            "Ann Kim (a.kim), + ACTIVE",
            "Lock done: Ann Kim (a.kim)",
            "Answer: not allowed, by the rule state",
            "Unlock done: Ann Kim (a.kim)",
            "Add a note done",
            "called back",
            "email: ann@x.example",
            "Undo: Add a note",
            "12 marked",
            "Runs: 12 of 12, 0 skipped",
            "To confirm type the number 12 exactly",
            "began; jobs tells how far it is",
            "user.deactivate_for",
            "user.lock, a.kim, allowed: card lost",
            "via: ssh from 127.0.0.1",
            "this one, root, from 127.0.0.1",
        ],
    );
    assert_eq!(status(&institution, "a.kim"), "ACTIVE");
    assert_eq!(value(&institution, "SELECT count(*) || '' FROM notes"), "0");
}

#[test]
fn the_riskiest_action_asks_for_reason_login_and_a_fresh_code() {
    let institution = institution();
    let (right, wrong) = code();
    let lines = ["open a.kim", "user delete", "asked to be forgotten", "a.kim", &wrong, &right, "open a.kim"];
    let Some(text) = over_ssh(&institution, "ria", &lines) else { return };
    assert_said(
        &text,
        &[
            "Delete (L4): Ann Kim (a.kim)",
            "To confirm type the login a.kim exactly",
            "Code of your second factor",
            "the code is not taken",
            "Delete done: Ann Kim (a.kim)",
            "refused: no user `a.kim`",
        ],
    );
    assert_eq!(
        value(&institution, "SELECT detail ->> 'confirmed' FROM audit WHERE action = 'user.delete'"),
        "code"
    );
}
