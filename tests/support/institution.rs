//! The whole program serving an institution of its own, for clients that know nothing of it.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _, pipe};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use russh::client::Handle;
use russh::keys::ssh_key::LineEnding;
use tempfile::TempDir;
use wardroom::credential::totp::{Seed, code_of_step};

use super::client::{self, Trusting};
use super::soon;

pub(crate) const PASSWORD: &str = "tall ship 41 and more";
const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// A served institution; the server ends with it.
pub(crate) struct Institution {
    files: TempDir,
    pub(crate) port: u16,
    server: Child,
    /// Kept open: what it says at the start is more than a line.
    said: Option<BufReader<ChildStdout>>,
}

impl Drop for Institution {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Institution {
    /// `root` by key; `pat` by password; `kay` by key and code; `paco` by password and code; `ria` by a trusted key,
    /// with a second factor; one customer, `c.kim`.
    pub(crate) fn open() -> Self {
        let files = founded();
        let (server, port, said) = serve(files.path());
        Self { files, port, server, said }
    }

    /// The same, served with these settings, as variables, after `prepare` has put into the folder what they name.
    pub(crate) fn open_with(settings: &[(&str, &str)], prepare: impl FnOnce(&Path)) -> Self {
        let files = founded();
        prepare(files.path());
        let (server, port, said) = serve_with(files.path(), settings);
        Self { files, port, server, said }
    }

    /// The same, served by a program whose words nobody reads: neither what it prints nor its log.
    pub(crate) fn open_unread() -> Self {
        let files = founded();
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        // A port that is free now: the one that the program would choose cannot be read.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = command(files.path(), &["serve", "--listen", &format!("127.0.0.1:{port}")])
            .stdout(writer.try_clone().unwrap())
            .stderr(writer)
            .spawn()
            .unwrap();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert_eq!(server.try_wait().unwrap(), None, "the server ended before anybody came");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { files, port, server, said: None }
    }

    /// Stops the server and waits for its end.
    pub(crate) fn stop(&mut self) {
        let process = i32::try_from(self.server.id()).ok().and_then(rustix::process::Pid::from_raw).unwrap();
        rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
        assert!(self.server.wait().unwrap().success());
    }

    /// Kills the server as a power cut would, and serves the same store anew at another port.
    pub(crate) fn kill_and_serve_again(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
        (self.server, self.port, self.said) = serve(self.files.path());
    }

    /// Whether the server still runs.
    pub(crate) fn lives(&mut self) -> bool {
        self.server.try_wait().unwrap().is_none()
    }

    /// How many sockets the server holds.
    pub(crate) fn sockets(&self) -> usize {
        let open = fs::read_dir(format!("/proc/{}/fd", self.server.id())).unwrap();
        let targets = open.flatten().filter_map(|file| fs::read_link(file.path()).ok());
        targets.filter(|target| target.to_string_lossy().starts_with("socket:")).count()
    }

    /// OpenSSH's client as `root`, by key, with nothing of this machine's settings.
    pub(crate) fn ssh(&self, words: &[&str]) -> Vec<String> {
        self.ssh_as("root", words)
    }

    /// The same as `login`, whose key `root`'s is.
    pub(crate) fn ssh_as(&self, login: &str, words: &[&str]) -> Vec<String> {
        let port = self.port.to_string();
        let key = self.at("key");
        let settings = ["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
        let whom = ["-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR", "-p", &port, "-l", login, "-i"];
        let where_to = [key.to_str().unwrap(), "127.0.0.1"];
        let all = [&["ssh"][..], &settings, &whom, &where_to[..1]].concat();
        let options: Vec<&str> = words.iter().copied().take_while(|word| word.starts_with('-')).collect();
        let all = [&all[..], &options, &where_to[1..], &words[options.len()..]].concat();
        all.into_iter().map(str::to_owned).collect()
    }

    /// A file beside the store: `key`, `key.pub`, `data`.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    /// Runs words on this machine.
    pub(crate) fn here(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// The program with words, on this machine.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        command(self.files.path(), words)
    }

    /// `pat` signs in by password with the library's client.
    pub(crate) async fn pat(&self) -> Handle<Trusting> {
        let mut handle = client::connect(([127, 0, 0, 1], self.port).into()).await;
        let entered = soon("sign-in", handle.authenticate_password("pat", PASSWORD)).await.unwrap();
        assert!(entered.success());
        handle
    }
}

/// Serves what lies in `files` at a free port.
fn serve(files: &Path) -> (Child, u16, Option<BufReader<ChildStdout>>) {
    serve_with(files, &[])
}

fn serve_with(files: &Path, settings: &[(&str, &str)]) -> (Child, u16, Option<BufReader<ChildStdout>>) {
    let mut server = command(files, &["serve", "--listen", "127.0.0.1:0"])
        .envs(settings.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut said = BufReader::new(server.stdout.take().unwrap());
    said.read_line(&mut first).unwrap();
    let port = first.trim().rsplit(':').next().unwrap().parse().unwrap();
    (server, port, Some(said))
}

/// The files of an institution that nobody serves yet.
fn founded() -> TempDir {
    let files = tempfile::tempdir().unwrap();
    let at = |name: &str| files.path().join(name);
    fs::write(at("password"), PASSWORD).unwrap();
    fs::write(at("seed"), SEED).unwrap();
    fs::write(at("people.csv"), "login,first_name,last_name,kind\nc.kim,Chloe,Kim,customer\n").unwrap();
    let private = client::private_key(7);
    let mut file = fs::File::create(at("key")).unwrap();
    file.set_permissions(fs::Permissions::from_mode(0o600)).unwrap();
    file.write_all(private.to_openssh(LineEnding::LF).unwrap().as_bytes()).unwrap();
    fs::write(at("key.pub"), private.public_key().to_openssh().unwrap()).unwrap();
    let made = |words: &[&str]| {
        let made = command(files.path(), words).output().unwrap();
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
    add("ria", &[&key[..], &seed[..]].concat());
    trust(&at("data/wardroom.db"), "ria");
    made(&["import", "users", "people.csv"]);
    files
}

/// Signing in with the key of `login` asks no code from now on: no words do that yet.
fn trust(store: &Path, login: &str) {
    let trusted = rusqlite::Connection::open(store).unwrap().execute(
        "INSERT INTO trusted_keys (user, fingerprint, until)
         SELECT k.user, k.fingerprint, 9000000000000000 FROM ssh_keys k JOIN users u ON u.id = k.user WHERE u.login = ?1",
        [login],
    );
    assert_eq!(trusted.unwrap(), 1);
}

fn command(files: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
    command.args(["--data", "data"]).args(words).current_dir(files).stdin(Stdio::null());
    // What is said to the tests is no setting of the program, which tells of names that it does not know.
    command.env_remove("WARDROOM_NO_SKIP");
    command
}

/// The code of now; there is none that is wrong for sure, but this one with another last digit is.
pub(crate) fn code() -> (String, String) {
    let seed = Seed::from_base32(SEED).unwrap();
    let now = wardroom::base::time::Clock::system().now().unix_seconds();
    let right = code_of_step(&seed, u64::try_from(now / 30).unwrap());
    let digit = (right.as_bytes()[0] - b'0' + 5) % 10;
    let wrong = format!("{digit}{}", &right[1..]);
    (right, wrong)
}
