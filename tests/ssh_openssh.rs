//! The wire under the client that people have: `ssh` of OpenSSH, where it is installed.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]
#![expect(clippy::print_stderr, reason = "a test that cannot run says so")]

mod support;

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use russh::keys::ssh_key::LineEnding;
use russh::keys::{HashAlg, PrivateKeyWithHashAlg};
use support::{Server, quick, soon};
use wardroom::ssh::{HostKey, Settings};

/// What an `ssh` printed and returned.
#[derive(Debug)]
struct Ran {
    out: String,
    err: String,
    status: Option<i32>,
}

/// Runs `ssh` as `user`, by a key of its own, with nothing on standard input; `None` where there is no `ssh`.
async fn ssh(server: &Server, user: &str, words: &[&str]) -> Option<Ran> {
    run(command(server, user, &own_key(server), words), Vec::new()).await
}

/// `ssh` towards `server` with nothing of this machine's settings.
fn command(server: &Server, user: &str, key: &Path, words: &[&str]) -> Command {
    let known_hosts = server.keys.path().join("known_hosts");
    let host_key = HostKey::open(server.keys.path()).unwrap().public_line();
    fs::write(&known_hosts, format!("[127.0.0.1]:{} {host_key}\n", server.address.port())).unwrap();
    let mut ssh = Command::new("ssh");
    ssh.args(["-F", "none", "-o", "StrictHostKeyChecking=yes", "-o", "IdentitiesOnly=yes"])
        .args(["-o", &format!("UserKnownHostsFile={}", known_hosts.display())])
        .args(["-o", "HostName=127.0.0.1", "-p", &server.address.port().to_string(), "-l", user, "-i"])
        .arg(key)
        .args(words)
        .env_remove("SSH_AUTH_SOCK")
        .env("SSH_ASKPASS_REQUIRE", "force")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    ssh
}

/// A key that every run against `server` has.
fn own_key(server: &Server) -> PathBuf {
    let path = server.keys.path().join("client_key");
    if !path.exists() {
        let mut file = fs::File::create(&path).unwrap();
        file.set_permissions(fs::Permissions::from_mode(0o600)).unwrap();
        file.write_all(support::client::private_key(7).to_openssh(LineEnding::LF).unwrap().as_bytes())
            .unwrap();
    }
    path
}

/// Runs `ssh` with `input` on its standard input, which is closed afterwards.
async fn run(mut ssh: Command, input: Vec<u8>) -> Option<Ran> {
    let ran = tokio::task::spawn_blocking(move || {
        let mut child = ssh.spawn()?;
        let mut stdin = child.stdin.take().unwrap();
        // Whoever does not read its input closes it.
        let writing = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output();
        writing.join().unwrap();
        output
    });
    let ran = soon("ssh", ran).await.unwrap();
    if ran.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        assert!(std::env::var_os("WARDROOM_NO_SKIP").is_none(), "`ssh` is not installed");
        eprintln!("skipped: `ssh` is not installed");
        return None;
    }
    let ran = ran.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Some(Ran { out: text(ran.stdout), err: text(ran.stderr), status: ran.status.code() })
}

/// A program that answers every prompt with `answer`.
fn answering(server: &Server, answer: &str) -> PathBuf {
    let path = server.keys.path().join(format!("answer_{answer}"));
    let script = format!("#!/bin/sh\necho {answer}\n");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn words_run_by_key_with_output_and_status() {
    let server = Server::start().await;
    let Some(ran) = ssh(&server, "ann", &["host", "echo", "'two  words'"]).await else { return };
    assert_eq!((ran.out.as_str(), ran.err.as_str(), ran.status), ("two  words\n", "", Some(0)));
    assert_eq!(ssh(&server, "ann", &["host", "exit", "75"]).await.unwrap().status, Some(75));
    let ran = ssh(&server, "ann", &["host", "echo 'x"]).await.unwrap();
    assert!(ran.err.contains("is not closed"), "{ran:?}");
    assert_eq!(ran.status, Some(64));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_through_whole_in_both_directions_and_through_new_keys() {
    let server = Server::start().await;
    let key = own_key(&server);
    let input = vec![b'x'; 5 << 20];
    let Some(ran) = run(command(&server, "ann", &key, &["host", "count"]), input.clone()).await else {
        return;
    };
    assert_eq!(ran.out, "5242880\n");
    let ran = run(command(&server, "ann", &key, &["host", "swell", "1"]), input.clone()).await.unwrap();
    assert_eq!((ran.out.len(), ran.status), (input.len(), Some(0)));
    let ran = ssh(&server, "ann", &["-o", "RekeyLimit=64K", "host", "lines", "50000"]).await.unwrap();
    assert!(ran.out.ends_with("line 49999\n"));
    assert_eq!(ran.status, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_needs_a_terminal_and_ends_with_its_line_and_status() {
    let server = Server::start().await;
    let key = own_key(&server);
    let Some(ran) = ssh(&server, "ann", &["host"]).await else { return };
    assert!(ran.err.contains("needs a terminal"), "{ran:?}");
    assert_eq!(ran.status, Some(1));
    let ran =
        run(command(&server, "ann", &key, &["-tt", "host", "open", "users"]), b"q".to_vec()).await.unwrap();
    assert!(ran.out.contains(r#"start=["users"]"#) && ran.out.ends_with("goodbye\r\n"), "{ran:?}");
    assert_eq!(ran.status, Some(3));
    let ran = run(command(&server, "ann", &key, &["-tt", "host"]), b"p".to_vec()).await.unwrap();
    assert!(ran.out.contains("\x1b[?1049l"), "{ran:?}");
    assert_eq!(ran.status, Some(70));
    assert_eq!(server.house.panics.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn forwarding_and_subsystems_are_refused_and_words_still_run() {
    let server = Server::start().await;
    let Some(ran) = ssh(&server, "ann", &["-A", "-X", "-R", "0:127.0.0.1:22", "host", "echo", "lives"]).await
    else {
        return;
    };
    assert_eq!((ran.out.as_str(), ran.status), ("lives\n", Some(0)));
    let ran = ssh(&server, "ann", &["-W", "127.0.0.1:22", "host"]).await.unwrap();
    assert!(ran.err.contains("administratively prohibited"), "{ran:?}");
    assert_eq!(ran.status, Some(255));
    let ran = ssh(&server, "ann", &["-s", "host", "sftp"]).await.unwrap();
    assert!(ran.err.contains("subsystem request failed"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_followed_by_a_code() {
    let server = Server::start().await;
    let mut right = command(&server, "cora", &own_key(&server), &["host", "echo", "in"]);
    right.env("SSH_ASKPASS", answering(&server, "123456"));
    let Some(ran) = run(right, Vec::new()).await else { return };
    assert_eq!((ran.out.as_str(), ran.status), ("in\n", Some(0)));
    let mut wrong = command(&server, "cora", &own_key(&server), &["host", "echo", "in"]);
    wrong.env("SSH_ASKPASS", answering(&server, "000000"));
    assert_eq!(run(wrong, Vec::new()).await.unwrap().status, Some(255));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_rsa_key_is_taken_with_sha2_and_not_with_sha1() {
    let server = Server::start().await;
    let key = server.keys.path().join("rsa");
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f"]).arg(&key).stdin(Stdio::piped());
    if run(keygen, Vec::new()).await.is_none() {
        return;
    }
    let ran = run(command(&server, "ann", &key, &["host", "echo", "in"]), Vec::new()).await.unwrap();
    assert_eq!((ran.out.as_str(), ran.status), ("in\n", Some(0)));
    let private = Arc::new(russh::keys::load_secret_key(&key, None).unwrap());
    for (hash, taken) in [(None, false), (Some(HashAlg::Sha256), true)] {
        let mut client = support::client::connect(server.address).await;
        let key = PrivateKeyWithHashAlg::new(Arc::clone(&private), hash);
        assert_eq!(client.authenticate_publickey("ann", key).await.unwrap().success(), taken, "{hash:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_refused_without_a_prompt_in_a_batch() {
    let server = Server::start().await;
    let Some(ran) = ssh(&server, "bob", &["-o", "BatchMode=yes", "host", "echo"]).await else { return };
    assert!(ran.err.contains("Permission denied (publickey,password,keyboard-interactive)"), "{ran:?}");
    assert_eq!(ran.status, Some(255));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_nobody_uses_ends_with_a_sentence() {
    let settings = Settings { unused_grace: Duration::from_millis(300), ..quick() };
    let server = Server::start_with(settings).await;
    let Some(ran) = ssh(&server, "ann", &["-N", "host"]).await else { return };
    assert!(ran.err.contains("nothing runs on this connection"), "{ran:?}");
    assert_eq!(ran.status, Some(255));
}
