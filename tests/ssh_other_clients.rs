//! The whole program under clients that are not OpenSSH: `dbclient` of Dropbear and `plink` of `PuTTY`, where installed.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what fails here fails the test, and a skip is said"
)]

mod support;

use std::io::{BufReader, Read as _, Write as _};
use std::process::{ChildStderr, ChildStdin, Command, Stdio};

use support::institution::{Institution, PASSWORD, code};
use wardroom::ssh::HostKey;

/// What a client printed and returned.
#[derive(Debug)]
struct Ran {
    out: String,
    err: String,
    status: Option<i32>,
}

/// Whether `program` is there.
fn installed(program: &str) -> bool {
    let there = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()));
    if !there {
        assert!(std::env::var_os("WARDROOM_NO_SKIP").is_none(), "`{program}` is not installed");
        eprintln!("skipped: `{program}` is not installed");
    }
    there
}

/// `program` in a session of its own: without a terminal it prompts on standard error and reads standard input.
fn client(institution: &Institution, program: &str) -> Command {
    let mut client = Command::new("setsid");
    client.args(["--wait", program]).current_dir(institution.at(".")).env("HOME", institution.at("."));
    client.env_remove("SSH_AUTH_SOCK").env_remove("SSH_ASKPASS");
    client
}

fn dbclient(institution: &Institution) -> Command {
    let mut dbclient = client(institution, "dbclient");
    // Twice: the host key is not even written down.
    dbclient.args(["-y", "-y", "-p", &institution.port.to_string()]);
    dbclient
}

fn plink(institution: &Institution) -> Command {
    let fingerprint = HostKey::open(&institution.at("data/keys")).unwrap().fingerprint();
    let mut plink = client(institution, "plink");
    plink.args(["-ssh", "-no-antispoof", "-P", &institution.port.to_string(), "-hostkey", &fingerprint]);
    plink
}

/// Runs a client with these arguments and answers its prompts in turn, then ends its input.
fn answered(mut client: Command, arguments: &[&str], answers: &[&str]) -> Ran {
    let mut child = client
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (input, prompts) = (child.stdin.take().unwrap(), child.stderr.take().unwrap());
    let err = answer(input, prompts, answers);
    let ended = child.wait_with_output().unwrap();
    Ran { out: String::from_utf8(ended.stdout).unwrap(), err, status: ended.status.code() }
}

/// Gives an answer whenever a prompt stands there: all at once, a client would take them for one.
fn answer(input: ChildStdin, prompts: ChildStderr, answers: &[&str]) -> String {
    let (mut input, mut answers) = (Some(input), answers.iter());
    let mut said = String::new();
    for byte in BufReader::new(prompts).bytes() {
        said.push(char::from(byte.unwrap()));
        if !said.ends_with("assword: ") && !said.ends_with("ode: ") {
            continue;
        }
        match answers.next() {
            // A client that has left takes no answer; its status tells.
            Some(answer) => drop(input.as_mut().unwrap().write_all(format!("{answer}\n").as_bytes())),
            None => input = None,
        }
    }
    said
}

/// Every way in, by a client that reads its key from `key`; then words and their codes.
fn enters_with_what_is_right(institution: &Institution, client: impl Fn() -> Command, key: &str) {
    let run = |login: &str, words: &[&str], answers: &[&str]| {
        let target = format!("{login}@127.0.0.1");
        answered(client(), &[&[target.as_str()], words].concat(), answers)
    };
    let by_key = |login: &str, words: &[&str], answers: &[&str]| {
        let target = format!("{login}@127.0.0.1");
        answered(client(), &[&["-i", key, target.as_str()], words].concat(), answers)
    };
    let ran = run("pat", &["whoami"], &[PASSWORD]);
    assert!(ran.status == Some(0) && ran.out.contains("by password"), "{ran:?}");
    let ran = run("paco", &["whoami"], &[PASSWORD, &code().0]);
    assert!(ran.status == Some(0) && ran.out.contains("by password"), "{ran:?}");
    let ran = by_key("kay", &["whoami"], &[&code().0]);
    assert!(ran.status == Some(0) && ran.out.contains("by key SHA256:"), "{ran:?}");
    let ran = by_key("root", &["user", "lock", "zed", "--reason", "lost", "--yes"], &[]);
    assert!(ran.status == Some(3) && ran.err.contains("no user `zed`"), "{ran:?}");
    assert_eq!(by_key("root", &["usres"], &[]).status, Some(64));
    let listed = institution.here(&["users", "list"]).stdout;
    assert_eq!(by_key("root", &["users", "list"], &[]).out.lines().count(), {
        String::from_utf8(listed).unwrap().lines().count()
    });
    let ran = run("paco", &["whoami"], &[PASSWORD, &code().1]);
    // Asked again, they give up; `plink` says 0 then.
    assert!(ran.out.is_empty() && ran.err.matches("ode: ").count() > 1, "{ran:?}");
}

/// Writes `key` as `made`, in the client's own format.
fn converted(institution: &Institution, words: &[&str]) {
    let made = Command::new(words[0])
        .args(&words[1..])
        .current_dir(institution.at("."))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

#[test]
fn dropbears_client_enters_with_what_is_right_and_not_with_what_is_wrong() {
    if !installed("dbclient") || !installed("dropbearconvert") {
        return;
    }
    let institution = Institution::open();
    converted(&institution, &["dropbearconvert", "openssh", "dropbear", "key", "key.dropbear"]);
    enters_with_what_is_right(&institution, || dbclient(&institution), "key.dropbear");
}

#[test]
fn puttys_client_enters_with_what_is_right_and_not_with_what_is_wrong() {
    if !installed("plink") || !installed("puttygen") {
        return;
    }
    let institution = Institution::open();
    converted(&institution, &["puttygen", "key", "-O", "private", "-o", "key.ppk"]);
    enters_with_what_is_right(&institution, || plink(&institution), "key.ppk");
}
