//! Mail servers that refuse, hang, hang up or answer late; each conversation is told to this side.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use wardroom::outbound::Carrier;

use crate::post_office::{delivered_until, lock, plain, sender, world};

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Takes every message.
    Good,
    /// Says at a recipient that there is no such.
    NoSuchRecipient,
    /// Says at a recipient to come again.
    ComeAgain,
    /// Never says a word.
    Hangs,
    /// Takes the whole message, and hangs up without saying so.
    HangsUpAfterData,
}

/// A server; each line that a client says comes out of `heard`.
struct BadServer {
    port: u16,
    heard: mpsc::Receiver<String>,
}

impl BadServer {
    fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (hear, heard) = mpsc::channel();
        // It ends with the process: it only waits for who does not come.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, hear) = (stream.unwrap(), hear.clone());
                thread::spawn(move || converse(stream, manner, &hear));
            }
        });
        Self { port, heard }
    }

    fn carrier(&self) -> Carrier {
        Carrier::smtp(&plain(self.port), sender()).unwrap()
    }

    /// The Message-IDs heard so far.
    fn message_ids(&self) -> Vec<String> {
        self.heard.try_iter().filter(|line| line.starts_with("Message-ID:")).collect()
    }
}

/// A conversation until the client or the manner ends it. What a peer that hangs up breaks off is no fault here.
fn converse(mut stream: TcpStream, manner: Manner, hear: &mpsc::Sender<String>) -> Option<()> {
    if manner == Manner::Hangs {
        thread::sleep(Duration::from_secs(30));
        return None;
    }
    stream.write_all(b"220 ready\r\n").ok()?;
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let mut in_data = false;
    loop {
        let line = lines.next()?.ok()?;
        hear.send(line.clone()).ok()?;
        let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let reply: &[u8] = match word.as_str() {
            "." if manner == Manner::HangsUpAfterData => return None,
            "." => {
                in_data = false;
                b"250 taken\r\n"
            }
            _ if in_data => continue,
            "DATA" => {
                in_data = true;
                b"354 go on\r\n"
            }
            "RCPT" if manner == Manner::NoSuchRecipient => b"550 5.1.1 no such recipient\r\n",
            "RCPT" if manner == Manner::ComeAgain => b"451 4.3.0 come again later\r\n",
            "EHLO" => b"250-here\r\n250 8BITMIME\r\n",
            _ => b"250 well\r\n",
        };
        stream.write_all(reply).ok()?;
    }
}

const STATE: &str = "SELECT state || ' ' || tries FROM outbox";
const ERROR: &str = "SELECT error FROM outbox";

#[test]
fn a_recipient_that_the_server_does_not_know_is_given_up_at_once() {
    let (world, server) = (world(), BadServer::start(Manner::NoSuchRecipient));
    lock(&world);
    delivered_until(&world, || server.carrier(), STATE, "given up 1");
    let error = world.value(ERROR);
    assert!(error.contains("no such recipient") && error.contains("127.0.0.1:"), "{error}");
}

#[test]
fn a_server_that_is_busy_hangs_hangs_up_or_is_away_is_tried_again_later() {
    for manner in [Some(Manner::ComeAgain), Some(Manner::Hangs), Some(Manner::HangsUpAfterData), None] {
        let world = world();
        lock(&world);
        let server = manner.map(BadServer::start);
        let carrier = || {
            if let Some(server) = &server {
                return server.carrier();
            }
            // A port that was free a moment ago, and that nobody listens on.
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            Carrier::smtp(&plain(port), sender()).unwrap()
        };
        let told = "SELECT iif(error <> '', state || ' ' || tries, '') FROM outbox";
        delivered_until(&world, carrier, told, "waiting 1");
        let wait: i64 = world.value("SELECT next_try_at FROM outbox").parse().unwrap();
        assert_eq!(wait - world.clock.now().0, 30_000, "{manner:?}");
    }
}

#[test]
fn what_was_taken_without_a_word_goes_out_again_with_the_same_id() {
    let (world, server) = (world(), BadServer::start(Manner::HangsUpAfterData));
    lock(&world);
    let told = "SELECT iif(error <> '', state || ' ' || tries, '') FROM outbox";
    delivered_until(&world, || server.carrier(), told, "waiting 1");
    let first = server.message_ids();
    world.clock.set(world.clock.now().plus_seconds(30));
    let good = BadServer::start(Manner::Good);
    delivered_until(&world, || good.carrier(), STATE, "sent 2");
    assert_eq!((first.len(), first), (1, good.message_ids()));
}
