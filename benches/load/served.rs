//! The programs that are measured, each in a process of its own: the console on a store of its own, and the echo.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use russh::keys::PrivateKey;
use russh::keys::ssh_key::private::Ed25519Keypair;
use tempfile::TempDir;

use crate::echo;
use crate::figures::say;

/// Whatever ends the run.
pub(crate) type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// What the log says when searches are answered in memory.
const READY: &str = "search index is ready";

/// A process that serves SSH; it ends with this.
#[derive(Debug)]
pub(crate) struct Served {
    child: Child,
    address: SocketAddr,
    key: Arc<PrivateKey>,
    log: Option<BufReader<ChildStderr>>,
    _files: Option<TempDir>,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// The bare echo.
    pub(crate) fn echo() -> Result<Self, Trouble> {
        let child = Command::new(std::env::current_exe()?).arg(echo::WORD).stdout(Stdio::piped()).spawn()?;
        Self::listening(child, None)
    }

    /// The console on a new store with `users` made-up people, whose operators `root` and `boss` have the key.
    pub(crate) fn console(users: u32) -> Result<Self, Trouble> {
        let files = tempfile::tempdir()?;
        let public = files.path().join("key.pub");
        std::fs::write(&public, key().public_key().to_openssh()?)?;
        let public = public.display().to_string();
        let begun = std::time::Instant::now();
        run(files.path(), &["demo", "--users", &users.to_string(), "--seed", "7"])?;
        let took = begun.elapsed().as_secs_f64();
        say(&format!("store of {users} made-up users: {:.0} per second", f64::from(users) / took));
        for operator in ["root", "boss"] {
            let email = format!("{operator}@bank.example");
            let who = ["operators", "add", operator, "--organisation", "retail", "--email", &email];
            let how = ["--level", "MA", "--no-mfa", "--ssh-key", &public];
            run(files.path(), &[&who[..], &how].concat())?;
        }
        let child = program(files.path(), &["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        Self::listening(child, Some(files))
    }

    fn listening(mut child: Child, files: Option<TempDir>) -> Result<Self, Trouble> {
        let out = child.stdout.take().ok_or("no standard output")?;
        let mut first = String::new();
        let mut out = BufReader::new(out);
        out.read_line(&mut first)?;
        let address = first.trim().rsplit(' ').next().unwrap_or_default().parse()?;
        // What else it says is read and forgotten, so that it never waits for us.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let log = child.stderr.take().map(BufReader::new);
        Ok(Self { child, address, key: Arc::new(key()), log, _files: files })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn key(&self) -> Arc<PrivateKey> {
        Arc::clone(&self.key)
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits until searches are answered in memory.
    pub(crate) fn wait_for_index(&mut self) -> Result<(), Trouble> {
        let Some(mut log) = self.log.take() else { return Ok(()) };
        let mut line = String::new();
        while !line.contains(READY) {
            line.clear();
            if log.read_line(&mut line)? == 0 {
                return Err("the server ended before it was ready".into());
            }
        }
        say(&format!("  {}", line.trim()));
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        // The memory of what it was made from is given back.
        std::thread::sleep(Duration::from_secs(1));
        Ok(())
    }
}

fn key() -> PrivateKey {
    PrivateKey::from(Ed25519Keypair::from_seed(&[7; 32]))
}

fn program(files: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardroom"));
    command.arg("--data").arg(files.join("data")).args(words).current_dir(files).stdin(Stdio::null());
    command
}

fn run(files: &Path, words: &[&str]) -> Result<(), Trouble> {
    let ran = program(files, words).output()?;
    if ran.status.success() {
        return Ok(());
    }
    Err(format!("{words:?}: {}", String::from_utf8_lossy(&ran.stderr)).into())
}
