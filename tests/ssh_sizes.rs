//! The promise of the wire about memory under a flood of sizes, kept by the real program in a process of its own.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use russh::ChannelMsg;
use russh::client::Handle;
use support::client::{self, Trusting};
use support::soon;
use tempfile::TempDir;
use tokio::time::sleep;

/// Sessions at once.
const SESSIONS: usize = 20;

/// Sizes that each of them sends.
const SIZES: u32 = 100;

/// A made-up institution that is served; it ends with the test.
struct Demo {
    port: u16,
    password: String,
    server: Child,
    /// Kept open: what it says at the start is more than is read here.
    _said: BufReader<ChildStdout>,
    _files: TempDir,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Demo {
    fn open() -> Self {
        let files = tempfile::tempdir().unwrap();
        let mut server = Command::new(env!("CARGO_BIN_EXE_wardroom"))
            .args(["serve", "--demo", "--data", "data", "--listen", "127.0.0.1:0"])
            .current_dir(files.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(server.stdout.take().unwrap());
        let mut behind = |label: &str| loop {
            let mut line = String::new();
            assert!(said.read_line(&mut line).unwrap() > 0, "it ended before it said `{label}`");
            if line.starts_with(label) {
                return line.trim().rsplit([':', ' ']).next().unwrap().to_owned();
            }
        };
        let port = behind("wardroom listens on").parse().unwrap();
        let password = behind("password of all of them");
        Self { port, password, server, _said: said, _files: files }
    }

    async fn sign_in(&self) -> Handle<Trusting> {
        let mut client = client::connect(([127, 0, 0, 1], self.port).into()).await;
        let entered = soon("sign-in", client.authenticate_password("m.okafor", &self.password)).await;
        assert!(entered.unwrap().success());
        client
    }

    /// Resident memory of the server, in bytes.
    fn resident(&self) -> usize {
        let pages = fs::read_to_string(format!("/proc/{}/statm", self.server.id())).unwrap();
        pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    }
}

/// Waits until nothing was drawn for a while, and gives the most memory that was seen meanwhile.
async fn peak_until_rest(demo: &Demo, drawn: &AtomicUsize) -> usize {
    let (mut peak, mut still, mut before) = (0, 0, 0);
    while still < 50 {
        sleep(Duration::from_millis(20)).await;
        peak = peak.max(demo.resident());
        let now = drawn.load(Ordering::SeqCst);
        still = if now == before { still + 1 } else { 0 };
        before = now;
    }
    peak
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_sizes_and_the_largest_screens_cost_under_48_mib_together() {
    let demo = Demo::open();
    let drawn = Arc::new(AtomicUsize::new(0));
    let mut terminals = Vec::new();
    for _ in 0..SESSIONS {
        let client = demo.sign_in().await;
        let (mut reading, writing) = client::console(&client).await.split();
        let counting = Arc::clone(&drawn);
        tokio::spawn(async move {
            while let Some(message) = reading.wait().await {
                if let ChannelMsg::Data { data } = message {
                    counting.fetch_add(data.len(), Ordering::SeqCst);
                }
            }
        });
        terminals.push((client, writing));
    }
    peak_until_rest(&demo, &drawn).await;
    let before = demo.resident();
    let flood = async {
        for number in 1..=SIZES {
            for (_, terminal) in &terminals {
                terminal.window_change(number * 7 % 500 + 1, number * 11 % 200 + 1, 0, 0).await.unwrap();
            }
        }
        for (_, terminal) in &terminals {
            terminal.window_change(500, 200, 0, 0).await.unwrap();
        }
    };
    let first = drawn.load(Ordering::SeqCst);
    let ((), peak) = tokio::join!(flood, peak_until_rest(&demo, &drawn));
    let grown = peak.max(demo.resident()).saturating_sub(before);
    let painted = drawn.load(Ordering::SeqCst) - first;
    assert!(painted > SESSIONS * 20_000, "only {painted} bytes were drawn");
    assert!(grown < 48 << 20, "grew by {} MiB", grown >> 20);
}
