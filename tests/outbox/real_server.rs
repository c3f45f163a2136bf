//! A real mail server of another make: STARTTLS with a certificate that is trusted, and one that is not.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wardroom::outbound::{Carrier, Security, SmtpSettings};

use crate::post_office::{delivered_until, lock, plain, sender, world};

/// The server of the machine's own Python.
const PYTHON: &str = "/usr/bin/python3";

/// Whether what these tests need is there; where it is not, that is said.
fn is_there(test: &str) -> bool {
    let runs = |program: &str, words: &[&str]| {
        let quiet = Command::new(program).args(words).stdout(Stdio::null()).stderr(Stdio::null()).status();
        quiet.is_ok_and(|status| status.success())
    };
    let there = runs(PYTHON, &["-c", "import aiosmtpd"]) && runs("openssl", &["version"]);
    assert!(there || std::env::var_os("WARDROOM_NO_SKIP").is_none(), "aiosmtpd or openssl is missing");
    if !there {
        eprintln!("skipped: {test}: no aiosmtpd (python3-aiosmtpd) or no openssl on this machine");
    }
    there
}

struct Server {
    process: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Starts one that puts each message into the maildir `folder/mails`.
    fn start(folder: &Path) -> Self {
        let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
            ])
            .args(["2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .args(["-keyout", &at("key.pem"), "-out", &at("certificate.pem")])
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(PYTHON)
            .args(["-m", "aiosmtpd", "-n", "-l", &format!("localhost:{port}")])
            .args(["--tlscert", &at("certificate.pem"), "--tlskey", &at("key.pem")])
            .args(["-c", "aiosmtpd.handlers.Mailbox", &at("mails")])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { process, port };
        let begun = Instant::now();
        while std::net::TcpStream::connect(("localhost", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the mail server does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    fn settings(&self, trusted: Option<&Path>) -> SmtpSettings {
        SmtpSettings {
            host: "localhost".to_owned(),
            security: Security::StartTls,
            trusted: trusted.map(Path::to_owned),
            patience: Duration::from_secs(5),
            ..plain(self.port)
        }
    }
}

#[test]
fn a_mail_server_takes_a_message_behind_starttls() {
    if !is_there("a mail server takes a message behind STARTTLS") {
        return;
    }
    let (world, folder) = (world(), tempfile::tempdir().unwrap());
    let server = Server::start(folder.path());
    lock(&world);
    let settings = server.settings(Some(&folder.path().join("certificate.pem")));
    let carrier = || Carrier::smtp(&settings, sender()).unwrap();
    delivered_until(&world, carrier, "SELECT state || ' ' || tries || error FROM outbox", "sent 1");
    let mails: Vec<_> = std::fs::read_dir(folder.path().join("mails/new")).unwrap().collect();
    assert_eq!(mails.len(), 1);
    let text = std::fs::read_to_string(mails[0].as_ref().unwrap().path()).unwrap();
    assert!(
        text.contains("Subject: Your sign-in is locked") && text.contains("no-reply@bank.example"),
        "{text}"
    );
}

#[test]
fn a_server_whose_certificate_nobody_trusts_gets_nothing() {
    if !is_there("a server whose certificate nobody trusts gets nothing") {
        return;
    }
    let (world, folder) = (world(), tempfile::tempdir().unwrap());
    let server = Server::start(folder.path());
    lock(&world);
    let carrier = || Carrier::smtp(&server.settings(None), sender()).unwrap();
    delivered_until(&world, carrier, "SELECT iif(error <> '', state, '') FROM outbox", "waiting");
    let mails = std::fs::read_dir(folder.path().join("mails/new"));
    assert_eq!(mails.map_or(0, Iterator::count), 0);
}
