//! What stands behind the wire in its tests: operators by name, programs by key and word.
//!
//! Operators: `ann` has the password `right`, or any key; `cora` has a key and then the code `123456`.
//! After six wrong guesses the gate hangs up. Keys of the console: `q` leaves, `p` panics, `f` draws without end,
//! `e` the same until nobody takes it, `s` stops reading, anything else is told back. Words: see [`Playhouse::remote`].

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use russh::keys::PublicKey;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use wardroom::base::ids::UserId;
use wardroom::domain::operator::Entry;
use wardroom::service::gate::{Answer, Attempt, Method};
use wardroom::ssh::{ExecEnds, Farewell, House, Stream, TerminalEnds, Visit};

#[derive(Debug, Default)]
pub(crate) struct Playhouse {
    /// Consoles and words that run now.
    pub(crate) running: AtomicUsize,
    pub(crate) panics: AtomicUsize,
    /// Bytes that a drawing console got rid of.
    pub(crate) drawn: AtomicUsize,
    /// Words that came to their end.
    pub(crate) ended: AtomicUsize,
}

#[derive(Debug)]
pub(crate) struct Guest {
    source: IpAddr,
    wrong: usize,
    proved: Option<PublicKey>,
    entry: Option<Entry>,
}

impl House for Playhouse {
    type Visit = Guest;

    fn visit(&self, source: IpAddr) -> Guest {
        assert_ne!(source, IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Guest { source, wrong: 0, proved: None, entry: None }
    }

    async fn terminal(&self, _entry: Entry, mut ends: TerminalEnds) -> Farewell {
        let _here = Here::new(&self.running);
        let (columns, rows) = *ends.size.borrow();
        say(
            &ends,
            format!("term={} size={columns}x{rows} start={:?} env={:?}\r\n", ends.term, ends.start, ends.env),
        )
        .await;
        loop {
            tokio::select! {
                biased;
                () = raised(&mut ends.closing) => return farewell("asked to close", 0),
                chunk = ends.input.recv() => match chunk {
                    None => return farewell("input ended", 0),
                    Some(keys) => match keys.as_slice() {
                        b"q" => return farewell("goodbye", 3),
                        b"p" => panic!("a play about a panic"),
                        b"f" => return self.draw_for_ever(ends).await,
                        b"e" => return draw_until_stalled(&ends).await,
                        b"s" => {
                            say(&ends, "not reading\r\n".to_owned()).await;
                            raised(&mut ends.closing).await;
                        }
                        keys => say(&ends, format!("got {}\r\n", String::from_utf8_lossy(keys))).await,
                    }
                },
                _ = ends.size.changed() => {
                    let (columns, rows) = *ends.size.borrow_and_update();
                    say(&ends, format!("size={columns}x{rows}\r\n")).await;
                }
            }
        }
    }

    /// `exit N`; `echo WORDS`; `swell N` (each chunk N times); `count`; `lines N`; `panic`; `wait`.
    async fn remote(&self, _entry: Entry, words: Vec<String>, mut ends: ExecEnds) -> u32 {
        let _here = Here::new(&self.running);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let status = match words.as_slice() {
            ["exit", status] => status.parse().unwrap(),
            ["echo", rest @ ..] => {
                for word in rest {
                    tell(&ends, format!("{word}\n")).await;
                }
                0
            }
            ["swell", times] => swell(&mut ends, times.parse().unwrap()).await,
            ["count"] => count(&mut ends.input, &ends.output).await,
            ["lines", lines] => {
                for line in 0..lines.parse().unwrap() {
                    tell(&ends, format!("line {line}\n")).await;
                }
                0
            }
            ["panic"] => panic!("a play about a panic"),
            ["wait"] => std::future::pending().await,
            _ => {
                let _ = ends.output.send((Stream::Err, format!("unknown: {words:?}\n").into_bytes())).await;
                64
            }
        };
        self.ended.fetch_add(1, Ordering::SeqCst);
        status
    }

    fn session_panicked(&self, entry: &Entry) {
        assert_eq!(entry.login, "ann");
        self.panics.fetch_add(1, Ordering::SeqCst);
    }
}

impl Playhouse {
    async fn draw_for_ever(&self, mut ends: TerminalEnds) -> Farewell {
        let frame = vec![b'.'; 16 * 1024];
        loop {
            tokio::select! {
                biased;
                () = raised(&mut ends.closing) => return farewell("asked to close", 0),
                key = ends.input.recv() => if key.is_none_or(|key| key == b"q") {
                    return farewell("goodbye", 3);
                },
                room = ends.output.reserve() => {
                    let Ok(room) = room else { return farewell("nobody there", 0) };
                    room.send(frame.clone());
                    self.drawn.fetch_add(frame.len(), Ordering::SeqCst);
                }
            }
        }
    }
}

impl Visit for Guest {
    async fn answer(&mut self, user: &str, attempt: Attempt) -> Answer {
        let answer = match (user, attempt) {
            ("ann", Attempt::Password(password)) if password.expose() == "right" => Answer::Accept,
            ("ann", Attempt::Key { signed: true, .. }) => Answer::Accept,
            (_, Attempt::None) => return no(),
            (_, Attempt::Key { signed: false, .. }) => return Answer::ShowProof,
            ("cora", Attempt::Key { key, signed: true }) => {
                self.proved = Some(key);
                Answer::Partial { methods: &[Method::KeyboardInteractive] }
            }
            ("cora", Attempt::CodePrompt) if self.proved.is_some() => Answer::Prompt {
                instructions: "a code".to_owned(),
                prompts: vec![("Code: ".to_owned(), false)],
            },
            ("ann", Attempt::CodePrompt) => Answer::Prompt {
                instructions: String::new(),
                prompts: vec![("Password: ".to_owned(), false)],
            },
            ("cora", Attempt::Code(codes)) if self.proved.is_some() && codes[0].expose() == "123456" => {
                Answer::Accept
            }
            ("ann", Attempt::Code(codes)) if codes[0].expose() == "right" => Answer::Accept,
            _ => no(),
        };
        self.settle(user, answer)
    }

    fn has_proved(&self) -> bool {
        self.proved.is_some()
    }

    fn entry(&self) -> Option<Entry> {
        self.entry.clone()
    }
}

impl Guest {
    fn settle(&mut self, user: &str, answer: Answer) -> Answer {
        if self.wrong == 6 {
            return Answer::HangUp;
        }
        self.wrong += usize::from(answer == no());
        if answer == Answer::Accept {
            self.entry = Some(Entry {
                operator: UserId(1),
                login: user.to_owned(),
                source: self.source,
                proof: "key".to_owned(),
                code_at: None,
            });
        }
        answer
    }
}

fn no() -> Answer {
    Answer::Reject { methods: &[Method::PublicKey, Method::Password, Method::KeyboardInteractive] }
}

/// Counts what runs, until it is dropped.
struct Here<'a>(&'a AtomicUsize);

impl<'a> Here<'a> {
    fn new(running: &'a AtomicUsize) -> Self {
        running.fetch_add(1, Ordering::SeqCst);
        Self(running)
    }
}

impl Drop for Here<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn count(input: &mut mpsc::Receiver<Vec<u8>>, output: &mpsc::Sender<(Stream, Vec<u8>)>) -> u32 {
    let mut bytes = 0;
    while let Some(chunk) = input.recv().await {
        bytes += chunk.len();
        tokio::task::yield_now().await;
    }
    let _ = output.send((Stream::Out, format!("{bytes}\n").into_bytes())).await;
    0
}

async fn swell(ends: &mut ExecEnds, times: usize) -> u32 {
    while let Some(chunk) = ends.input.recv().await {
        for _ in 0..times {
            if ends.output.send((Stream::Out, chunk.clone())).await.is_err() {
                return 1;
            }
        }
    }
    0
}

async fn draw_until_stalled(ends: &TerminalEnds) -> Farewell {
    let frame = vec![b'.'; 16 * 1024];
    while let Ok(Ok(room)) = timeout(Duration::from_millis(300), ends.output.reserve()).await {
        room.send(frame.clone());
    }
    farewell("nobody looks", 0)
}

async fn say(ends: &TerminalEnds, text: String) {
    let _ = ends.output.send(text.into_bytes()).await;
}

async fn tell(ends: &ExecEnds, text: String) {
    let _ = ends.output.send((Stream::Out, text.into_bytes())).await;
}

async fn raised(flag: &mut watch::Receiver<bool>) {
    let _ = flag.wait_for(|raised| *raised).await;
}

fn farewell(line: &str, exit_status: u32) -> Farewell {
    Farewell { line: line.to_owned(), exit_status }
}
