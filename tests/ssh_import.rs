//! `import users -` over the `ssh` that people have: cut by the client or with the server, nothing of it stays.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]
#![expect(clippy::print_stderr, reason = "a test that cannot run says so")]

mod support;

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::institution::Institution;

/// More than are written in the moment in which somebody looks.
const ROWS: usize = 40_000;

/// `ssh` that imports what comes on its standard input; `None` where there is no `ssh`.
fn importing(institution: &Institution) -> Option<Child> {
    let spawned = Command::new("ssh")
        .args(["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"])
        .args(["-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-l", "root"])
        .args(["-p", &institution.port.to_string(), "-i"])
        .arg(institution.at("key"))
        .args(["127.0.0.1", "import", "users", "-"])
        .env_remove("SSH_AUTH_SOCK")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    if spawned.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        assert!(std::env::var_os("WARDROOM_NO_SKIP").is_none(), "`ssh` is not installed");
        eprintln!("skipped: `ssh` is not installed");
        return None;
    }
    Some(spawned.unwrap())
}

fn file(rows: usize) -> String {
    let row = |number: usize| format!("new{number},First{number},new{number}@bank.example,+447700900123\n");
    std::iter::once("login,first_name,email,phone\n".to_owned()).chain((0..rows).map(row)).collect()
}

/// Looks into the store until `sql` answers more than 0.
fn until(institution: &Institution, sql: &str) {
    let begun = Instant::now();
    while value(institution, sql) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "never: {sql}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn value(institution: &Institution, sql: &str) -> i64 {
    let connection = rusqlite::Connection::open(institution.at("data/wardroom.db")).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

const HIDDEN: &str = "SELECT count(*) FROM users WHERE batch IN (SELECT id FROM hidden_batches)";
const NO_BATCH: &str = "SELECT NOT EXISTS (SELECT 1 FROM hidden_batches)";

/// How many people `users list` names.
fn listed(institution: &Institution) -> usize {
    let listed = institution.here(&["users", "list"]);
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    String::from_utf8(listed.stdout).unwrap().lines().count()
}

#[test]
fn a_client_that_is_killed_in_the_middle_of_an_import_brings_nobody() {
    let institution = Institution::open();
    let before = listed(&institution);
    let Some(mut ssh) = importing(&institution) else { return };
    let mut stdin = ssh.stdin.take().unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(file(ROWS).as_bytes()));
    until(&institution, HIDDEN);
    assert_eq!(listed(&institution), before, "others see nobody of it");
    ssh.kill().unwrap();
    ssh.wait().unwrap();
    writing.join().unwrap().unwrap();
    until(&institution, NO_BATCH);
    assert_eq!(listed(&institution), before);
    let told = "SELECT count(*) FROM audit WHERE action = 'data.import' AND result = 'denied' AND reason LIKE '%cut off%'";
    assert_eq!(value(&institution, told), 1, "the audit tells that it was cut off");
    assert_eq!(
        value(&institution, "SELECT count(*) FROM jobs WHERE state = 'stopped' AND why LIKE '%cut off%'"),
        1
    );
}

#[test]
fn half_a_file_whose_client_is_killed_is_no_file() {
    let institution = Institution::open();
    let before = listed(&institution);
    let Some(mut ssh) = importing(&institution) else { return };
    let mut stdin = ssh.stdin.take().unwrap();
    stdin.write_all(file(ROWS).as_bytes()).unwrap();
    // The rows are there; that there are no more was never said.
    std::thread::sleep(Duration::from_secs(1));
    ssh.kill().unwrap();
    ssh.wait().unwrap();
    drop(stdin);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(listed(&institution), before);
    assert_eq!(
        value(&institution, "SELECT count(*) FROM jobs WHERE kind = 'import' AND id > 1"),
        0,
        "it never began"
    );
}

#[test]
fn a_server_that_is_killed_in_the_middle_of_an_import_starts_without_it() {
    let mut institution = Institution::open();
    let before = listed(&institution);
    let Some(mut ssh) = importing(&institution) else { return };
    let mut stdin = ssh.stdin.take().unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(file(ROWS).as_bytes()));
    until(&institution, HIDDEN);
    institution.kill_and_serve_again();
    let ended = ssh.wait_with_output().unwrap();
    assert!(!ended.status.success(), "nobody says that it was done: {ended:?}");
    let _ = writing.join().unwrap();
    until(&institution, NO_BATCH);
    assert_eq!(listed(&institution), before);
    assert_eq!(value(&institution, "SELECT count(*) FROM audit WHERE action = 'batch.remove'"), 1);
    let gone =
        "SELECT count(*) FROM jobs WHERE state = 'stopped' AND why LIKE '%process of this import is gone%'";
    assert_eq!(value(&institution, gone), 1);
    let Some(mut again) = importing(&institution) else { return };
    again.stdin.take().unwrap().write_all(file(200).as_bytes()).unwrap();
    let done = again.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&done.stdout).contains("200 created"), "{done:?}");
    assert_eq!(listed(&institution), before + 200);
}
