//! The whole program over SSH: the binary serves an institution of its own, real clients sign in and work.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what fails here fails the test, and a skip is said"
)]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use russh::Channel;
use russh::client::{Handle, Msg};
use russh::keys::ssh_key::LineEnding;
use support::client::{self, Trusting};
use support::soon;
use tempfile::TempDir;
use wardroom::credential::totp::{Seed, code_of_step};

const PASSWORD: &str = "tall ship 41 and more";
const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// A served institution; the server ends with it.
struct Institution {
    files: TempDir,
    port: u16,
    server: Child,
    /// Kept open: what it says at the start is more than a line.
    _said: BufReader<ChildStdout>,
}

impl Drop for Institution {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Institution {
    /// `root` by key; `pat` by password; `kay` by key and code; `paco` by password and code; one customer, `c.kim`.
    fn open() -> Self {
        let files = tempfile::tempdir().unwrap();
        let at = |name: &str| files.path().join(name);
        fs::write(at("password"), PASSWORD).unwrap();
        fs::write(at("seed"), SEED).unwrap();
        fs::write(at("people.csv"), "login,first_name,last_name,kind\nc.kim,Chloe,Kim,customer\n").unwrap();
        let private = client::private_key(7);
        fs::write(at("key"), private.to_openssh(LineEnding::LF).unwrap().as_bytes()).unwrap();
        fs::set_permissions(at("key"), fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(at("key.pub"), private.public_key().to_openssh().unwrap()).unwrap();
        let made = |words: &[&str]| {
            let made = program(files.path(), words);
            assert!(made.status.success(), "{words:?}: {}", String::from_utf8_lossy(&made.stderr));
        };
        let (key, password, seed) =
            (["--ssh-key", "key.pub"], ["--password-file", "password"], ["--totp-secret-file", "seed"]);
        made(&[&["init", "--admin", "root", "--email", "root@bank.example", "--no-mfa"], &key[..]].concat());
        let add = |login: &str, how: &[&str]| {
            made(&[&["operators", "add", login, "--email", "x@bank.example", "--level", "UA"], how].concat());
        };
        add("pat", &[&password[..], &["--no-mfa"]].concat());
        add("kay", &[&key[..], &seed[..]].concat());
        add("paco", &[&password[..], &seed[..]].concat());
        made(&["import", "users", "people.csv"]);
        let mut server = command(files.path(), &["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut said = BufReader::new(server.stdout.take().unwrap());
        said.read_line(&mut first).unwrap();
        let port = first.trim().rsplit(':').next().unwrap().parse().unwrap();
        Self { files, port, server, _said: said }
    }

    /// Runs words on this machine.
    fn here(&self, words: &[&str]) -> Output {
        program(self.files.path(), words)
    }

    /// `whoami` as `login` through OpenSSH, answering prompts with `password` and `code`; `None` where there is no `ssh`.
    fn whoami(
        &self,
        login: &str,
        options: &[&str],
        password: &str,
        code: &str,
    ) -> Option<(String, Option<i32>)> {
        let answer = self.answering(password, code);
        let ran = Command::new("ssh")
            .args(["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"])
            .args([
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "NumberOfPasswordPrompts=1",
                "-p",
                &self.port.to_string(),
            ])
            .args(options)
            .args(["-l", login, "127.0.0.1", "whoami"])
            .current_dir(self.files.path())
            .env_remove("SSH_AUTH_SOCK")
            .env("SSH_ASKPASS_REQUIRE", "force")
            .env("SSH_ASKPASS", answer)
            .stdin(Stdio::null())
            .output();
        match ran {
            Ok(ran) => Some((String::from_utf8(ran.stdout).unwrap(), ran.status.code())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                assert!(std::env::var_os("WARDROOM_NO_SKIP").is_none(), "`ssh` is not installed");
                eprintln!("skipped: `ssh` is not installed");
                None
            }
            Err(error) => panic!("ssh: {error}"),
        }
    }

    fn answering(&self, password: &str, code: &str) -> PathBuf {
        let path = self.files.path().join("answer");
        let script =
            format!("#!/bin/sh\ncase \"$1\" in *ode*) echo '{code}';; *) echo '{password}';; esac\n");
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        path
    }

    /// `pat` signs in by password with the library's client.
    async fn pat(&self) -> Handle<Trusting> {
        let mut handle = client::connect(([127, 0, 0, 1], self.port).into()).await;
        let entered = soon("sign-in", handle.authenticate_password("pat", PASSWORD)).await.unwrap();
        assert!(entered.success());
        handle
    }
}

fn command(files: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
    command.args(["--data", "data"]).args(words).current_dir(files).stdin(Stdio::null());
    command
}

fn program(files: &Path, words: &[&str]) -> Output {
    command(files, words).output().unwrap()
}

/// The code of now; there is none that is wrong for sure, but this one with another last digit is.
fn code() -> (String, String) {
    let seed = Seed::from_base32(SEED).unwrap();
    let now = wardroom::base::time::Clock::system().now().unix_seconds();
    let right = code_of_step(&seed, u64::try_from(now / 30).unwrap());
    let digit = (right.as_bytes()[0] - b'0' + 5) % 10;
    let wrong = format!("{digit}{}", &right[1..]);
    (right, wrong)
}

#[test]
fn every_way_of_signing_in_enters_with_what_is_right_and_not_with_what_is_wrong() {
    let institution = Institution::open();
    let (right, wrong) = code();
    let by_key = ["-i", "key"];
    let by_password = ["-o", "PubkeyAuthentication=no"];
    let Some(entered) = institution.whoami("root", &by_key, "", "") else { return };
    assert!(entered.1 == Some(0) && entered.0.contains("by key SHA256:"), "{entered:?}");
    let status = |login: &str, options: &[&str], password: &str, code: &str| {
        institution.whoami(login, options, password, code).unwrap().1
    };
    assert_eq!(status("pat", &by_password, PASSWORD, ""), Some(0));
    assert_eq!(status("pat", &by_password, "a wrong password", ""), Some(255));
    assert_eq!(status("kay", &by_key, "", &wrong), Some(255));
    assert_eq!(status("kay", &by_key, "", &right), Some(0));
    assert_eq!(status("kay", &by_key, "", &right), Some(255), "each code works once");
    assert_eq!(status("paco", &by_password, PASSWORD, &wrong), Some(255));
    assert_eq!(status("paco", &by_password, PASSWORD, &right), Some(0));
    assert_eq!(status("nobody", &by_password, PASSWORD, &right), Some(255));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_and_locked_over_the_wire_and_the_operator_sent_away_when_locked() {
    let institution = Institution::open();
    let pat = institution.pat().await;
    let mut console = client::console(&pat).await;
    client::until(&mut console, "c.kim").await;
    console.window_change(160, 50, 0, 0).await.unwrap();
    client::until(&mut console, "Preview").await;
    type_in(&console, "/c.kim\r").await;
    // A frame says only what is new, so there is no word to wait for.
    tokio::time::sleep(Duration::from_millis(600)).await;
    type_in(&console, "ak").await;
    client::until(&mut console, "Reason").await;
    // Keys typed before a confirmation is painted do not count.
    tokio::time::sleep(Duration::from_millis(400)).await;
    type_in(&console, "card lost\t\t\r").await;
    client::until(&mut console, "ok:").await;
    let shown = institution.here(&["users", "show", "c.kim", "--json"]);
    assert!(String::from_utf8(shown.stdout).unwrap().contains("LOCKED_BY_ADMIN"));
    assert!(institution.here(&["audit", "verify"]).status.success());
    let locked = institution.here(&["user", "lock", "pat", "--reason", "left the bank", "--yes"]);
    assert!(locked.status.success());
    let end = client::rest(&mut console).await;
    assert_eq!(end.status, Some(1));
    assert!(end.out.contains("\x1b[?1049l") && end.out.contains("signed out"), "{}", end.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_session_ends_in_the_moment_in_which_a_window_without_access_begins() {
    let institution = Institution::open();
    let pat = institution.pat().await;
    let mut console = client::console(&pat).await;
    client::until(&mut console, "c.kim").await;
    let from = (wardroom::base::time::Clock::system().now().plus_seconds(3)).rfc3339();
    let words =
        ["user", "deactivate-for", "pat", "--from", &from, "--to", "+2h", "--reason", "on leave", "--yes"];
    let set = institution.here(&words);
    assert!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
    let end = client::rest(&mut console).await;
    assert_eq!(end.status, Some(1));
    assert!(end.out.contains("signed out: you are INACTIVE"), "{}", end.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn hanging_up_closes_the_session_and_words_answer_with_their_codes() {
    let institution = Institution::open();
    let pat = institution.pat().await;
    let mut console = client::console(&pat).await;
    client::until(&mut console, "c.kim").await;
    drop((console, pat));
    let pat = institution.pat().await;
    let status = async |words: &str| client::run(&pat, words).await.status;
    assert_eq!(status("users list").await, Some(0));
    assert_eq!(status("user lock root --reason 'try this' --yes").await, Some(4));
    assert_eq!(status("user lock zed --reason 'try this' --yes").await, Some(3));
    assert_eq!(status("user lock c.kim").await, Some(2));
    assert_eq!(status("usres").await, Some(64));
    let closed =
        || String::from_utf8(institution.here(&["audit", "list"]).stdout).unwrap().contains("session.close");
    for _ in 0..50 {
        if closed() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the session of a client that hung up was not closed");
}

async fn type_in(console: &Channel<Msg>, keys: &str) {
    console.data_bytes(keys.as_bytes().to_vec()).await.unwrap();
}
