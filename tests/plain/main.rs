//! The console as dialogue: the main tasks as scripts, on this machine and over SSH, with a terminal and without.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::wildcard_enum_match_arm,
    reason = "what a test did not expect fails it, and what it skips it says"
)]

mod over_ssh;
mod tasks;
#[path = "../support/mod.rs"]
mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};

use support::institution::Institution;

/// An institution with people to act upon.
fn institution() -> Institution {
    let institution = Institution::open();
    let people = "login,first_name,last_name,kind,email,status\n\
                  a.kim,Ann,Kim,customer,ann@x.example,ACTIVE\n\
                  b.kim,\"Bob\u{1b}[2J\",Kim,customer,bob@x.example,ACTIVE\n\
                  d.kim,Dan,Kim,staff,dan@x.example,INACTIVE\n";
    std::fs::write(institution.at("more.csv"), people).unwrap();
    assert!(institution.here(&["import", "users", "more.csv"]).status.success());
    institution
}

/// What the dialogue says to these lines on this machine, and its last line.
fn dialogue(institution: &Institution, place: &[&str], lines: &[&str]) -> String {
    let mut plain = Command::new(env!("CARGO_BIN_EXE_wardroom"))
        .args(["--data", "data", "plain"])
        .args(place)
        .current_dir(institution.at("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    plain.stdin.take().unwrap().write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
    let said = plain.wait_with_output().unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    assert!(said.status.success(), "{text}{}", String::from_utf8_lossy(&said.stderr));
    assert!(!text.contains('\u{1b}'), "no sequence is ever sent: {text:?}");
    text
}

/// A value of the store.
fn value(institution: &Institution, sql: &str) -> String {
    let store = rusqlite::Connection::open(institution.at("data/wardroom.db")).unwrap();
    store.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn status(institution: &Institution, login: &str) -> String {
    let shown = institution.here(&["users", "show", login, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    json["status"].as_str().unwrap_or_default().to_owned()
}

/// Each of `wanted` is said, in this order.
fn assert_said(text: &str, wanted: &[&str]) {
    let mut rest = text;
    for line in wanted {
        let at = rest.find(line).unwrap_or_else(|| panic!("`{line}` is not said (any more) in:\n{text}"));
        rest = &rest[at + line.len()..];
    }
}

#[test]
fn i1_somebody_is_found_by_a_filter_and_opened_by_number_or_login() {
    let institution = institution();
    let text = dialogue(
        &institution,
        &[],
        &["find kim kind:customer", "1", "b", "open a.kim", "/nobody-at-all", "find status:lokced"],
    );
    assert_said(
        &text,
        &[
            "1. Ann Kim, a.kim, active, customer",
            "2. Bob<U+001B>[2J Kim, b.kim",
            "1 to 3 of 3; a number opens",
            "Ann Kim (a.kim), + ACTIVE",
            "CONTACT (masked)",
            "Username: a.kim",
            "nobody of",
            "filter: no status `lokced`; did you mean status:locked?",
        ],
    );
    assert!(!text.contains("ann@x.example"), "personal data is masked: {text}");
}

#[test]
fn i2_locking_asks_a_reason_and_a_yes_and_unlocking_a_yes() {
    let institution = institution();
    let text = dialogue(
        &institution,
        &["user", "a.kim"],
        &["lock", "no", "card lost", "y", "unlock", "n", "unlock", "y"],
    );
    assert_said(
        &text,
        &[
            "Lock (L2): Ann Kim (a.kim)",
            "Reason is too short: at least 3 characters",
            "Change: status ACTIVE -> LOCKED_BY_ADMIN",
            "Lock done: Ann Kim (a.kim), status ACTIVE -> LOCKED_BY_ADMIN",
            "undo takes it back until",
            "cancelled: nothing was done",
            "Unlock done: Ann Kim (a.kim), status LOCKED_BY_ADMIN -> ACTIVE",
        ],
    );
    assert_eq!(status(&institution, "a.kim"), "ACTIVE");
    let told = value(&institution, "SELECT via || ' ' || reason FROM audit WHERE action = 'user.lock'");
    assert_eq!(told, "local card lost");
}

#[test]
fn i4_a_list_of_actions_says_why_not_and_why_explains() {
    let institution = institution();
    let text = dialogue(&institution, &["user", "a.kim"], &["a", "why unlock", "? lock", "a k", "."]);
    assert_said(
        &text,
        &[
            "Lock, letter k, L2",
            "not Unlock: user is ACTIVE; must be LOCKED_BY_ADMIN or AUTO_LOCKED",
            "Answer: not allowed, by the rule state",
            "Because: user is ACTIVE",
            "held by level MA",
            "level: passed: your level MA reaches level none",
            "guard: not reached",
            "Running sessions end at once.",
            "Lock (L2): Ann Kim (a.kim)",
            "cancelled: nothing was done",
        ],
    );
    assert_eq!(status(&institution, "a.kim"), "ACTIVE");
}

#[test]
fn a_note_of_several_lines_is_added_and_read() {
    let institution = institution();
    let text = dialogue(
        &institution,
        &["user", "a.kim"],
        &["note add", "called back", "asked for a card", ".", "y", "notes", "history"],
    );
    assert_said(&text, &["Add a note done: Ann Kim (a.kim)", "root:\ncalled back\nasked for a card\n"]);
}

#[test]
fn i8_a_masked_field_is_said_once_with_a_reason() {
    let institution = institution();
    let text = dialogue(&institution, &["user", "a.kim"], &["pii reveal", "1", "caller verified", "y"]);
    assert_said(&text, &["1 email", "Reveal a masked field done", "email: ann@x.example"]);
    assert_eq!(value(&institution, "SELECT count(*) || '' FROM audit WHERE action = 'pii.reveal'"), "1");
}

#[test]
fn deleting_asks_for_the_login_exactly() {
    let institution = institution();
    let lines = ["user delete", "asked to be forgotten", "a.ki", "A.KIM", "."];
    let text = dialogue(&institution, &["user", "a.kim"], &lines);
    assert_said(&text, &["that is not the login", "that is not the login", "cancelled"]);
    assert_eq!(status(&institution, "a.kim"), "ACTIVE");
    let lines = ["user delete", "asked to be forgotten", "a.kim", "open a.kim"];
    let text = dialogue(&institution, &["user", "a.kim"], &lines);
    assert_said(&text, &["Delete done: Ann Kim (a.kim)", "refused: "]);
}

#[test]
fn the_last_action_is_taken_back() {
    let institution = institution();
    let text = dialogue(
        &institution,
        &["user", "a.kim"],
        &["lock", "card lost", "y", "undo", "wrong person", "y", "undo"],
    );
    assert_said(&text, &["Undo: Lock (L2)", "Undo: Lock done", "you did nothing in the last 10 minutes"]);
    assert_eq!(status(&institution, "a.kim"), "ACTIVE");
}

#[test]
fn details_are_kept_by_enter_and_emptied_by_a_dash() {
    let institution = institution();
    let text = dialogue(&institution, &["user", "a.kim"], &["user edit", "Dr", "", "", "Kimball", "", "y"]);
    assert_said(&text, &["Edit details done: Ann Kim (a.kim)"]);
    let name = value(
        &institution,
        "SELECT title || ' ' || first_name || ' ' || last_name FROM users WHERE login = 'a.kim'",
    );
    assert_eq!(name, "Dr Ann Kimball", "{text}");
}

#[test]
fn what_is_not_understood_gets_the_nearest_and_help_is_true() {
    let institution = institution();
    let text =
        dialogue(&institution, &[], &["?", "hsitory", "lokc", "9", "notes", "data export", "me", "jobs"]);
    assert_said(
        &text,
        &[
            "find or / TEXT: who fits a filter",
            "did you mean history?",
            "not understood: lokc",
            "there is no number 9",
            "nobody is opened",
            "give it as a command of its own, `wardroom data export --help` tells how",
            "You may: ",
            "data.import, done: 3 of 3 done",
        ],
    );
}

#[test]
fn a_script_that_ends_in_a_form_does_nothing() {
    let institution = institution();
    dialogue(&institution, &["user", "a.kim"], &["lock", "card lost"]);
    assert_eq!(status(&institution, "a.kim"), "ACTIVE");
    assert_eq!(value(&institution, "SELECT count(*) || '' FROM sessions WHERE closed_at IS NULL"), "0");
}

/// Sixteen customers, `c.01` to `c.16`, beside the others.
fn crowd(institution: &Institution) {
    let rows: Vec<String> = (1..=16).map(|at| format!("c.{at:02},Crowd,Person{at:02},customer\n")).collect();
    let people = format!("login,first_name,last_name,kind\n{}", rows.concat());
    std::fs::write(institution.at("crowd.csv"), people).unwrap();
    assert!(institution.here(&["import", "users", "crowd.csv"]).status.success());
}

#[test]
fn i3_many_are_marked_by_number_or_all_judged_and_acted_upon_after_their_number_is_typed() {
    let institution = institution();
    crowd(&institution);
    assert!(institution.here(&["user", "lock", "c.02", "--reason", "card lost", "--yes"]).status.success());
    let lines = [
        "set user deactivate-for",
        "find crowd",
        "mark 1 3-4 99",
        "mark 1 3-4",
        "list",
        "mark none",
        "mark all",
        "set note add",
        "set user deactivate",
        "office closed",
        "15",
        "16",
        "jobs",
        "jobs J9",
    ];
    let text = dialogue(&institution, &[], &lines);
    assert_said(
        &text,
        &[
            "nobody is marked: mark 1 3-5",
            "mark: 99 is no number of the list",
            "3 marked",
            "1. marked, Crowd Person01, c.01",
            "2. Crowd Person02, c.02",
            "nobody is marked",
            "16 marked; set and an action act upon all of them",
            "is done to one user at a time",
            "Deactivate (L2): 16 marked users",
            "Change: status",
            "Runs: 16 of 16, 0 skipped",
            "To confirm type the number 16 exactly",
            "that is not the number",
            "began; jobs tells how far it is",
            "user.deactivate",
        ],
    );
    let done =
        || value(&institution, "SELECT count(*) || '' FROM users WHERE login LIKE 'c._%' AND deactivated");
    // Whoever has the store open carries the job on: the server that runs beside.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while done() != "16" {
        assert!(std::time::Instant::now() < until, "{}\n{text}", done());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let text = dialogue(&institution, &["jobs"], &["1", "jobs pause J99", "jobs nonsense"]);
    assert_said(
        &text,
        &[
            "user.deactivate, done: 16 of 16 done",
            "nobody was skipped",
            "no job `J99`",
            "wanted a number such as J5",
        ],
    );
}

#[test]
fn the_audit_is_read_filtered_one_entry_at_a_time_and_verified() {
    let institution = institution();
    let lines = [
        "audit action:user.* since:1h",
        "audit resutl:denied",
        "audit action:nothing.*",
        "audit list action:data.import",
        "1",
        "audit 1",
        "audit 9999",
        "audit verify",
        "audit export",
        "open audit 2",
        "open audit",
        "n",
    ];
    assert!(institution.here(&["user", "lock", "a.kim", "--reason", "card lost", "--yes"]).status.success());
    let text = dialogue(&institution, &[], &lines);
    assert_said(
        &text,
        &[
            ", root, user.lock, a.kim, allowed: card lost",
            "a number tells more; that was the last",
            "filter: no field `resutl`",
            "no entry like that",
            "2. entry",
            "a number tells more",
            "action: data.import",
            "hash: ",
            "action: store.init",
            "no audit entry 9999",
            "the audit is as it was written, up to entry",
            "give it as a command of its own",
            "action: operators.add",
            "1. entry",
        ],
    );
}

#[test]
fn groups_sessions_and_places_are_told_in_lines() {
    let institution = institution();
    let made = institution.here(&["group", "create", "Tier 1", "--rights", "user.note"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let lines = [
        "groups",
        "1",
        "groups nowhere",
        "sessions",
        "1",
        "sessions x",
        "self sessions end",
        "open me",
        "open groups",
        "?",
    ];
    let text = dialogue(&institution, &["groups"], &lines);
    assert_said(
        &text,
        &[
            "1. Tier 1, 0 users, ",
            "staff in no group",
            "group: Tier 1, G",
            "right: ",
            "no group `nowhere`",
            "this one, root, from ",
            "session: S",
            "last key: ",
            "sessions: wanted a number such as S12, got `x`",
            "End my other sessions (L1): your own account (root)",
            "you have no other live session",
            "You may: ",
            "1. Tier 1",
            "mark or m [NUMBERS, all or none]: ",
            "audit [FILTER, NUMBER or verify]: ",
        ],
    );
}
