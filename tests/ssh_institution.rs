//! The whole program over SSH: the binary serves an institution of its own, real clients sign in and work.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what fails here fails the test, and a skip is said"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use russh::Channel;
use russh::client::Msg;
use support::institution::{Institution, PASSWORD, code};
use support::{client, soon};

/// `whoami` as `login` through OpenSSH, answering prompts with `password` and `code`; `None` where there is no `ssh`.
fn whoami(
    institution: &Institution,
    login: &str,
    options: &[&str],
    password: &str,
    code: &str,
) -> Option<(String, Option<i32>)> {
    let answer = answering(institution, password, code);
    let ran = Command::new("ssh")
        .args(["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"])
        .args([
            "-o",
            "IdentitiesOnly=yes",
            "-o",
            "NumberOfPasswordPrompts=1",
            "-p",
            &institution.port.to_string(),
        ])
        .args(options)
        .args(["-l", login, "127.0.0.1", "whoami"])
        .current_dir(institution.at("."))
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

/// A program that answers prompts for a code with `code` and others with `password`.
fn answering(institution: &Institution, password: &str, code: &str) -> PathBuf {
    let path = institution.at("answer");
    let script = format!("#!/bin/sh\ncase \"$1\" in *ode*) echo '{code}';; *) echo '{password}';; esac\n");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}

#[test]
fn every_way_of_signing_in_enters_with_what_is_right_and_not_with_what_is_wrong() {
    let institution = Institution::open();
    let (right, wrong) = code();
    let by_key = ["-i", "key"];
    let by_password = ["-o", "PubkeyAuthentication=no"];
    let Some(entered) = whoami(&institution, "root", &by_key, "", "") else { return };
    assert!(entered.1 == Some(0) && entered.0.contains("by key SHA256:"), "{entered:?}");
    let status = |login: &str, options: &[&str], password: &str, code: &str| {
        whoami(&institution, login, options, password, code).unwrap().1
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
async fn a_person_is_deleted_over_the_wire_with_a_fresh_code_typed_into_the_window() {
    let institution = Institution::open();
    let told = |words: &[&str]| String::from_utf8(institution.here(words).stdout).unwrap();
    let shown: serde_json::Value =
        serde_json::from_str(&told(&["users", "show", "c.kim", "--json"])).unwrap();
    let id = shown["id"].as_str().unwrap();
    let mut ria = client::connect(([127, 0, 0, 1], institution.port).into()).await;
    let entered = soon("sign-in", ria.authenticate_publickey("ria", client::key(7))).await.unwrap();
    assert!(entered.success(), "a trusted key enters without a code");
    let mut console = client::console(&ria).await;
    client::until(&mut console, "c.kim").await;
    type_in(&console, "/c.kim\r").await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    type_in(&console, "aD").await;
    client::until(&mut console, "Reason").await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    let (right, wrong) = code();
    type_in(&console, &format!("left the bank\tc.kim\t{wrong}\t\t")).await;
    // Nobody confirms before it is looked up what it would do.
    tokio::time::sleep(Duration::from_millis(600)).await;
    type_in(&console, "\r").await;
    // A frame leaves out blanks that stand there already: a word without one.
    client::until(&mut console, "taken:").await;
    assert!(institution.here(&["users", "show", "c.kim"]).status.success());
    type_in(&console, &format!("{right}\t\t\r")).await;
    client::until(&mut console, "ok:").await;
    assert_eq!(institution.here(&["users", "show", "c.kim"]).status.code(), Some(3));
    assert!(told(&["history", "list", id]).contains("user.delete"), "the archive is read by the id");
    assert!(told(&["audit", "list", "--json"]).contains("user.delete"));
    assert!(institution.here(&["audit", "verify"]).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_is_undone_over_the_wire_also_after_signing_in_again() {
    let institution = Institution::open();
    let pat = institution.pat().await;
    let status =
        || String::from_utf8(institution.here(&["users", "show", "c.kim", "--json"]).stdout).unwrap();
    let locked = client::run(&pat, "user lock c.kim --reason 'card lost' --yes").await;
    assert_eq!(locked.status, Some(0), "{}", locked.err);
    assert!(status().contains("LOCKED_BY_ADMIN"));
    let mut console = client::console(&pat).await;
    client::until(&mut console, "c.kim").await;
    type_in(&console, "u").await;
    client::until(&mut console, "Undo: Lock").await;
    // Keys typed before a confirmation is painted do not count.
    tokio::time::sleep(Duration::from_millis(400)).await;
    type_in(&console, "the wrong person\t\t\r").await;
    client::until(&mut console, "ok:").await;
    assert!(status().contains("\"ACTIVE\""), "{}", status());
    let again = client::run(&pat, "undo").await;
    assert_eq!((again.status, again.out.as_str()), (Some(4), ""), "an undo is not undone: {}", again.err);
    assert!(institution.here(&["audit", "verify"]).status.success());
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

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_words_nobody_reads_serves_on() {
    let mut institution = Institution::open_unread();
    for _ in 0..2 {
        let pat = institution.pat().await;
        let mut console = client::console(&pat).await;
        client::until(&mut console, "c.kim").await;
        type_in(&console, "qy").await;
        assert_eq!(client::rest(&mut console).await.status, Some(0));
        assert_eq!(client::run(&pat, "whoami").await.status, Some(0));
    }
    assert!(institution.lives());
}
