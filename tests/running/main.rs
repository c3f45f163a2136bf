//! Running it: settings that are checked, a doctor who finds what is wrong, health, and backups that come back.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what a test did not expect fails it, and what it skips it says"
)]

mod backups;
mod manual;
mod readme;
mod unit;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output, Stdio};

use support::institution::Institution;

/// Runs `words` in the folder of `institution`, with nothing said of where its store is.
fn anywhere(institution: &Institution, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wardroom"))
        .args(words)
        .current_dir(institution.at("."))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What was written on standard output and standard error, and the exit code.
fn said(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr), output.status.code().unwrap())
}

/// The lines of a doctor, each as its state and what it is about.
fn states(text: &str) -> Vec<(&str, String)> {
    let state = |line: &'_ str| (line[..4].trim_end().to_owned(), line[6..17].trim_end().to_owned());
    text.lines()
        .map(|line| (line, state(line)))
        .map(|(line, (state, about))| (line, format!("{state} {about}")))
        .collect()
}

#[test]
fn every_mistake_of_the_settings_is_told_with_its_place() {
    let institution = Institution::open();
    let (out, _, code) = said(&institution.here(&["config", "check"]));
    assert_eq!((out.as_str(), code), ("", 0));
    fs::write(
        institution.at("own.toml"),
        "[server]\nlissten = \"x\"\nhashes = 99\n[log]\nfilter = \"a=b=c\"\n",
    )
    .unwrap();
    fs::set_permissions(institution.at("data/keys/field.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let (out, err, code) = said(&institution.here(&["--config", "own.toml", "config", "check"]));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "own.toml line 2: no setting `server.lissten`; did you mean `listen`?");
    assert_eq!(lines[1], "own.toml line 3: server.hashes: must be 1 to 16, got 99");
    assert!(lines[2].starts_with("own.toml line 5: log.filter: "), "{out}");
    assert!(lines[3].contains("field.key: can be read by others (mode 644): run `chmod 600"), "{out}");
    assert_eq!((lines.len(), err.as_str(), code), (4, "4 mistakes\n", 1));
    let (_, err, code) = said(&institution.here(&["--config", "own.toml", "users", "list"]));
    assert!(code == 2 && err.contains("own.toml line 2"), "{err}");
}

#[test]
fn what_is_shown_of_the_settings_is_a_file_of_settings_again() {
    let institution = Institution::open();
    fs::write(institution.at("own.toml"), "[server]\nhashes = 3\n").unwrap();
    let (out, _, code) = said(&institution.here(&["--config", "own.toml", "config", "show", "--origin"]));
    assert_eq!(code, 0);
    let line = out.lines().find(|line| line.starts_with("hashes")).unwrap();
    assert!(line.starts_with("hashes = 3 ") && line.ends_with("# own.toml line 2"), "{line}");
    fs::write(institution.at("shown.toml"), &out).unwrap();
    let (again, _, code) = said(&institution.here(&["--config", "shown.toml", "config", "show"]));
    let values = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split(" #").next().unwrap().trim_end().to_owned()).collect()
    };
    assert_eq!((values(&again), code), (values(&out), 0));
}

#[test]
fn a_doctor_finds_nothing_wrong_where_nothing_is_and_names_what_is() {
    let mut institution = Institution::open();
    let (out, _, code) = said(&institution.here(&["doctor"]));
    let wrong: Vec<_> = states(&out).into_iter().filter(|(_, state)| !state.starts_with("ok ")).collect();
    assert_eq!((wrong, code), (Vec::new(), 0), "{out}");
    assert!(out.contains("answers on 127.0.0.1:"), "{out}");
    institution.stop();
    // A killed import, a clock that stood in the future, a key that others may read, an entry that was changed.
    let store = rusqlite::Connection::open(institution.at("data/wardroom.db")).unwrap();
    store
        .execute_batch(
            "INSERT INTO hidden_batches (purpose, process, actor, actor_login, begun_at, authority)
                 VALUES ('import', 4194303, 0, '', 0, x'00');
             UPDATE state SET value = 9000000000000 WHERE name = 'newest_time';
             DROP TRIGGER audit_no_update;
             UPDATE audit SET reason = 'nothing to see' WHERE seq = 2;",
        )
        .unwrap();
    fs::set_permissions(institution.at("data/keys/host_ed25519"), fs::Permissions::from_mode(0o640)).unwrap();
    let (out, _, code) = said(&institution.here(&["doctor"]));
    let wrong: Vec<String> =
        states(&out).into_iter().map(|(_, state)| state).filter(|state| !state.starts_with("ok ")).collect();
    let wanted =
        ["fail audit", "warn imports", "warn clock", "fail audit guard", "fail files", "fail host key"];
    assert_eq!((wrong, code), (wanted.map(str::to_owned).to_vec(), 1), "{out}");
    let (json, _, _) = said(&institution.here(&["doctor", "--json"]));
    let lines: Vec<serde_json::Value> =
        json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let audit = lines.iter().find(|line| line["about"] == "audit").unwrap();
    assert_eq!(
        (&audit["state"], audit["text"].as_str().unwrap()),
        (&"fail".into(), "the chain breaks at entry 2: entry 2 was changed")
    );
}

#[test]
fn a_doctor_tells_a_page_that_was_overwritten() {
    let mut institution = Institution::open();
    institution.stop();
    let path = institution.at("data/wardroom.db");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let (out, _, code) = said(&institution.here(&["doctor"]));
    assert!(code == 1 && out.lines().any(|line| line.starts_with("fail  integrity")), "{out}");
}

#[test]
fn health_is_a_line_and_a_code() {
    let mut institution = Institution::open();
    let (out, _, code) = said(&institution.here(&["health"]));
    assert!(
        code == 0 && out.starts_with(&format!("healthy: serves on 127.0.0.1:{}", institution.port)),
        "{out}"
    );
    let (json, _, _) = said(&institution.here(&["health", "--json"]));
    let told: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&told["healthy"], &told["why"]), (&true.into(), &serde_json::Value::Null));
    institution.stop();
    let (out, _, code) = said(&institution.here(&["health"]));
    assert_eq!((out.as_str(), code), ("unhealthy: no server runs on the store in `data`\n", 69));
}

#[test]
fn where_no_store_can_be_every_word_says_why_and_what_to_do() {
    let institution = Institution::open();
    fs::write(institution.at("file"), "no folder").unwrap();
    let missing = "`nowhere/wardroom.db`";
    let commands: [&[&str]; 5] = [
        &["users", "list"],
        &["serve", "--listen", "127.0.0.1:0"],
        &["backup", "copy"],
        &["doctor"],
        &["health"],
    ];
    for words in commands {
        let at = |data| said(&anywhere(&institution, &[&["--data", data], words].concat()));
        let (out, err, code) = at("nowhere");
        let told = format!("{out}{err}");
        let is_told = told.contains(missing) || told.contains("`nowhere`: there is no such file or folder");
        assert!(is_told && code != 0, "{words:?}: {code} {told}");
        let (out, err, code) = at("file");
        let told = format!("{out}{err}");
        assert!(code != 0 && told.contains("a file, not a folder"), "{words:?}: {code} {told}");
        assert!(!told.contains("os error"), "{words:?}: {told}");
    }
    assert!(!institution.at("copy").exists(), "nothing is begun");
}

#[test]
fn a_doctor_names_what_belongs_to_another_user_than_the_store() {
    let mut institution = Institution::open();
    institution.stop();
    let key = institution.at("data/keys/host_ed25519");
    // Only the system's own user may give files away.
    if std::os::unix::fs::chown(&key, Some(65_534), None).is_err() {
        return eprintln!("skipped: this user may not give files to another");
    }
    let (out, _, _) = said(&institution.here(&["doctor"]));
    assert!(out.contains("warn  files") && out.contains("belongs to user 65534"), "{out}");
}

#[test]
fn a_supervisor_is_told_when_the_server_is_ready_and_when_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_wardroom"))
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("data"))
        .env("NOTIFY_SOCKET", &path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let told = || {
        let mut text = [0; 256];
        let count = socket.recv(&mut text).unwrap();
        String::from_utf8(text[..count].to_vec()).unwrap()
    };
    assert!(told().starts_with("READY=1\nSTATUS=listens on 127.0.0.1:"));
    let process = rustix::process::Pid::from_raw(i32::try_from(server.id()).unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    assert!(told().starts_with("STOPPING=1"));
    assert!(server.wait().unwrap().success());
}
