//! A core: a service on this machine that speaks HTTP/1.1, well or badly.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use wardroom::base::limits;

/// How the service behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Knows everybody, each with so many open accounts.
    Knows(u64),
    /// Answers 404.
    KnowsNobody,
    /// Answers with this status and nothing else.
    Status(u16),
    /// Sends whoever asks to itself, where the person is known.
    Redirects,
    /// Answers with something that is no JSON.
    Garbage,
    /// Answers for another person than the one asked for.
    AnotherPerson,
    /// Answers with more than anybody should read.
    TooLong,
    /// Never answers.
    Hangs,
    /// Hangs up in the middle of an answer.
    HangsUp,
}

/// A core; it ends with the process.
pub(crate) struct PeopleService {
    port: u16,
    manner: Arc<Mutex<Manner>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl PeopleService {
    pub(crate) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (manner, heard) = (Arc::new(Mutex::new(manner)), Arc::new(Mutex::new(Vec::new())));
        let service = Self { port, manner: Arc::clone(&manner), heard: Arc::clone(&heard) };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, manner, heard) = (stream.unwrap(), Arc::clone(&manner), Arc::clone(&heard));
                thread::spawn(move || converse(stream, &manner, &heard));
            }
        });
        service
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// From now on it behaves otherwise.
    pub(crate) fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The first words of each question so far.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// A connection with as many questions as the client likes. What a peer that hangs up breaks off is no fault here.
fn converse(mut stream: TcpStream, manner: &Mutex<Manner>, heard: &Mutex<Vec<String>>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    loop {
        let first = lines.next()?.ok()?;
        while !lines.next()?.ok()?.is_empty() {}
        let asked = first.strip_suffix(" HTTP/1.1")?;
        heard.lock().unwrap().push(asked.to_owned());
        let id = unescaped(asked.rsplit('/').next()?);
        let manner = *manner.lock().unwrap();
        let person = |id: &str, accounts| {
            serde_json::json!({ "core_id": id, "name": "Ada", "open_accounts": accounts }).to_string()
        };
        let (status, body) = match manner {
            Manner::Knows(accounts) => (200, person(&id, accounts)),
            Manner::KnowsNobody => (404, String::new()),
            Manner::Status(status) => (status, String::new()),
            Manner::Redirects => (302, String::new()),
            Manner::Garbage => (200, "<html>".to_owned()),
            Manner::AnotherPerson => (200, person("somebody else", 1)),
            Manner::TooLong => {
                (200, " ".repeat(usize::try_from(limits::CORE_ANSWER_BYTES_MAX).unwrap()) + &person(&id, 1))
            }
            Manner::Hangs => {
                thread::sleep(Duration::from_secs(60));
                return None;
            }
            Manner::HangsUp => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").ok()?;
                return None;
            }
        };
        let head = format!(
            "HTTP/1.1 {status} as it is\r\ncontent-type: application/json\r\nlocation: /people/elsewhere\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).ok()?;
    }
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first == b'%' {
            let (digits, behind) = rest.split_at(2);
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
            rest = behind;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}
