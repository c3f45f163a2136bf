//! Certificates of the institution's authorities, made by `ssh-keygen` and shown by `ssh`; and bastions that tell for whom.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what fails here fails the test, and a skip is said"
)]

mod support;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use support::client::{self, Trusting};
use support::institution::{Institution, PASSWORD};
use support::soon;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

/// Runs `ssh-keygen`; false where there is none.
fn keygen(folder: &Path, words: &[&str]) -> bool {
    let made = Command::new("ssh-keygen").args(words).current_dir(folder).stdin(Stdio::null()).output();
    let Ok(made) = made else {
        assert!(std::env::var_os("WARDROOM_NO_SKIP").is_none(), "`ssh-keygen` is not installed");
        eprintln!("skipped: `ssh-keygen` is not installed");
        return false;
    };
    assert!(made.status.success(), "{words:?}: {}", String::from_utf8_lossy(&made.stderr));
    true
}

/// A certificate on the key of all tests by `authority`, with more words of `ssh-keygen`.
fn certify(institution: &Institution, name: &str, authority: &str, words: &[&str]) {
    fs::copy(institution.at("key.pub"), institution.at(&format!("{name}.pub"))).unwrap();
    let file = format!("{name}.pub");
    let all = [&["-q", "-s", authority, "-I", name][..], words, &[&file]].concat();
    assert!(keygen(&institution.at("."), &all));
}

/// `whoami` of `login` by the certificate `name`: what it says, and the exit code.
fn whoami(institution: &Institution, login: &str, name: &str) -> (String, Option<i32>) {
    let ran = Command::new("ssh")
        .args(["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"])
        .args(["-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-p", &institution.port.to_string()])
        .args(["-i", "key", "-o", &format!("CertificateFile={name}-cert.pub")])
        .args(["-l", login, "127.0.0.1", "whoami"])
        .current_dir(institution.at("."))
        .env_remove("SSH_AUTH_SOCK")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (String::from_utf8(ran.stdout).unwrap(), ran.status.code())
}

/// An institution that trusts `ca` and `rsa_ca`.
fn trusting() -> Option<Institution> {
    let settings =
        [("WARDROOM_SSH_CERTIFICATE_AUTHORITIES", "authorities"), ("WARDROOM_SSH_REVOKED", "revoked")];
    let mut is_there = true;
    let institution = Institution::open_with(&settings, |folder| {
        for (name, kind) in [("ca", "ed25519"), ("other_ca", "ed25519"), ("rsa_ca", "rsa")] {
            is_there &= keygen(folder, &["-q", "-t", kind, "-N", "", "-C", name, "-f", name]);
        }
        let keys =
            ["ca.pub", "rsa_ca.pub"].map(|name| fs::read_to_string(folder.join(name)).unwrap_or_default());
        fs::write(folder.join("authorities"), format!("# ours\n{}", keys.concat())).unwrap();
        fs::write(folder.join("revoked"), "# nobody yet\n").unwrap();
    });
    is_there.then_some(institution)
}

#[test]
fn a_certificate_of_an_authority_signs_in_without_a_code_and_is_told_in_the_audit() {
    let Some(institution) = trusting() else { return };
    let hour = ["-V", "+1h"];
    certify(&institution, "plain", "ca", &[&["-n", "pat,paco", "-z", "5"], &hour[..]].concat());
    certify(&institution, "folded", "ca", &["-n", "PAT"]);
    certify(&institution, "here", "ca", &["-n", "pat", "-O", "source-address=10.0.0.0/8,127.0.0.0/8"]);
    certify(&institution, "by_rsa", "rsa_ca", &["-n", "pat", "-t", "rsa-sha2-512"]);
    for name in ["plain", "folded", "here", "by_rsa"] {
        let (said, code) = whoami(&institution, "pat", name);
        assert_eq!(code, Some(0), "{name}: {said}");
        assert!(said.contains("by certificate"), "{said}");
    }
    // Who has a second factor is not asked for it: the authority has.
    assert_eq!(whoami(&institution, "paco", "plain").1, Some(0));
    let plain = fs::read_to_string(institution.at("plain.pub")).unwrap();
    for (revoked, name) in
        [("serial: 4-6", "plain"), ("id: folded", "folded"), (plain.as_str(), "here"), ("", "nothing")]
    {
        fs::write(institution.at("revoked"), format!("{revoked}\n")).unwrap();
        if revoked.is_empty() {
            assert_eq!(whoami(&institution, "pat", "plain").1, Some(0));
        } else {
            assert_eq!(whoami(&institution, "pat", name).1, Some(255), "{revoked}: at once");
        }
    }
    fs::remove_file(institution.at("revoked")).unwrap();
    assert_eq!(whoami(&institution, "pat", "plain").1, Some(255), "what cannot be looked up lets nobody in");
}

#[test]
fn a_certificate_that_is_wrong_in_any_way_does_not_sign_in() {
    let Some(institution) = trusting() else { return };
    let wrong: [(&str, &str, &[&str]); 11] = [
        ("of_another", "other_ca", &["-n", "pat"]),
        ("of_a_host", "ca", &["-h", "-n", "pat"]),
        ("for_another", "ca", &["-n", "paco"]),
        ("for_nobody", "ca", &[]),
        ("too_old", "ca", &["-n", "pat", "-V", "20200101:20200102"]),
        ("too_early", "ca", &["-n", "pat", "-V", "+1d:+2d"]),
        ("elsewhere", "ca", &["-n", "pat", "-O", "source-address=10.0.0.0/8"]),
        ("forced", "ca", &["-n", "pat", "-O", "force-command=users list"]),
        ("unknown", "ca", &["-n", "pat", "-O", "critical:strange@bank.example=x"]),
        ("touch", "ca", &["-n", "pat", "-O", "verify-required"]),
        ("by_sha1", "rsa_ca", &["-n", "pat", "-t", "ssh-rsa"]),
    ];
    for (name, authority, words) in wrong {
        certify(&institution, name, authority, words);
        assert_eq!(whoami(&institution, "pat", name).1, Some(255), "{name}");
    }
    certify(&institution, "right", "ca", &["-n", "pat"]);
    assert_eq!(whoami(&institution, "pat", "right").1, Some(0));
    assert_eq!(whoami(&institution, "nobody", "right").1, Some(255));
}

#[test]
fn a_file_of_authorities_with_a_mistake_stops_the_start() {
    let institution = Institution::open();
    fs::write(institution.at("authorities"), "# ours\nssh-ed25519 nonsense\n").unwrap();
    let mut command = institution.command(&["serve", "--listen", "127.0.0.1:0"]);
    let served = command.env("WARDROOM_SSH_CERTIFICATE_AUTHORITIES", "authorities").output().unwrap();
    let said = String::from_utf8_lossy(&served.stderr).into_owned();
    assert!(!served.status.success() && said.contains("`authorities` line 2: is no public key"), "{said}");
}

/// Connects from another address of this machine and says what comes before SSH.
async fn from(source: &str, institution: &Institution, first: &[u8]) -> tokio::net::TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(source.parse().unwrap(), 0)).unwrap();
    let mut stream = socket.connect(([127, 0, 0, 1], institution.port).into()).await.unwrap();
    stream.write_all(first).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bastion_says_for_whom_it_connects_and_nobody_else_does() {
    let institution = Institution::open_with(&[("WARDROOM_SSH_BASTIONS", "127.0.0.2")], |_| {});
    let header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\x0a\0\0\x01\0\x16\0\x16";
    let stream = from("127.0.0.2", &institution, header).await;
    let config = Arc::new(russh::client::Config::default());
    let mut pat = soon("connect", russh::client::connect_stream(config, stream, Trusting)).await.unwrap();
    assert!(pat.authenticate_password("pat", PASSWORD).await.unwrap().success());
    let said = client::run(&pat, "whoami").await;
    assert!(said.out.contains("192.0.2.7"), "{}", said.out);
    // A bastion without a header, and a header of somebody who is none.
    for (source, first) in [("127.0.0.2", b"SSH-2.0-OpenSSH_9.2\r\n".as_slice()), ("127.0.0.3", header)] {
        let mut stream = from(source, &institution, first).await;
        let mut came = Vec::new();
        let _ = soon("the end", stream.read_to_end(&mut came)).await;
        assert!(came.len() < 64, "{source}: no key exchange: {}", String::from_utf8_lossy(&came));
    }
}
