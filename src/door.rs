//! What stands behind the wire: sign-in by the gate, and the program's words.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use crate::base::limits;
use crate::cli::ends::{Ends, Terminals};
use crate::cli::words;
use crate::cli::{exit, run};
use crate::domain::operator::Entry;
use crate::protocol::Trouble;
use crate::service::Service;
use crate::service::gate::{self, Answer, Attempt};
use crate::session::keys::Decoded;
use crate::session::{self, Look, Terminal, Terms};
use crate::ssh::{ExecEnds, Farewell, House, Stream, TerminalEnds, Visit};
use crate::terminal::Capabilities;
use crate::ui::Place;
use crate::ui::plain::Reads;

/// The console as the wire sees it.
#[derive(Debug)]
pub struct Door {
    service: Service,
    terms: Terms,
}

impl Door {
    /// A door to `service`, whose sessions run on `terms`.
    pub const fn new(service: Service, terms: Terms) -> Self {
        Self { service, terms }
    }
}

/// The word of the dialogue without screens.
const PLAIN: &str = "plain";

impl Door {
    /// A dialogue with a client that has no terminal: whole lines come, and a client that goes ends it at once.
    async fn dialogue(&self, entry: Entry, words: &[String], ends: ExecEnds) -> u32 {
        let said = ends.output;
        let tell = async |line: String| {
            // A client that is gone needs no last words; the exit code says it, too.
            let _ = said.send((Stream::Err, format!("{line}\n").into_bytes())).await;
        };
        let place = match Place::parse(words) {
            Ok(place) => place,
            Err(line) => {
                tell(line).await;
                return exit::UNKNOWN_WORD.into();
            }
        };
        let actor = match self.service.actor_over_ssh(&entry).await {
            Ok(actor) => actor,
            Err(fault) => {
                tell(format!("no session was opened: {fault}")).await;
                return exit::of_fault(&fault).into();
            }
        };
        let (output, mut lines) = mpsc::channel(limits::FRAMES_WAITING_MAX);
        let (_resize, size) = watch::channel(limits::TERMINAL_MIN);
        // Dropped with this future, it tells the session to end: lines that came are not obeyed for nobody.
        let (_leaves, closing) = watch::channel(false);
        let (service, terms) = (self.service.clone(), self.terms);
        let session = tokio::spawn(async move {
            let look = Look::Plain(Reads::Lines);
            let terminal = Terminal { keys: Decoded::new(ends.input), size, output, look, closing };
            session::run(&service, actor, entry, place, terms, terminal).await
        });
        while let Some(bytes) = lines.recv().await {
            if said.send((Stream::Out, bytes)).await.is_err() {
                break;
            }
        }
        drop(lines);
        match session.await {
            Ok(session::Farewell { line, exit_status }) => {
                tell(line).await;
                exit_status
            }
            Err(panic) => match panic.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => exit::FAILED.into(),
            },
        }
    }
}

impl Door {
    /// Whether `entry` owes nothing that is set on a terminal first; else what to do, and the exit code.
    async fn owes_nothing(&self, entry: &Entry) -> Result<(), (String, u8)> {
        let owes = match self.service.owes(entry).await {
            Ok(owes) => owes,
            Err(Trouble::Refused(refusal)) => return Err((refusal.to_string(), exit::NOT_SIGNED_IN)),
            Err(Trouble::Failed(fault)) => return Err((fault.to_string(), exit::of_fault(&fault))),
        };
        let line = if owes.password {
            "your password is due: set your new password first: ssh -t HOST"
        } else if owes.second_factor {
            "you have no second factor yet: set it up first: ssh -t HOST"
        } else {
            return Ok(());
        };
        Err((line.to_owned(), exit::NOT_SIGNED_IN))
    }
}

impl House for Door {
    type Visit = gate::Visit;

    fn visit(&self, source: IpAddr) -> gate::Visit {
        gate::Visit::begin(Arc::clone(self.service.gate()), source)
    }

    async fn terminal(&self, mut entry: Entry, ends: TerminalEnds) -> Farewell {
        let is_plain = ends.start.first().is_some_and(|word| word == PLAIN);
        let place = match Place::parse(&ends.start[usize::from(is_plain)..]) {
            Ok(place) => place,
            Err(line) => return Farewell { line, exit_status: exit::UNKNOWN_WORD.into() },
        };
        let variable =
            |name: &str| ends.env.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let look = if is_plain {
            // A dialogue works on whatever terminal there is.
            Look::Plain(Reads::Keys)
        } else {
            match Capabilities::of(&ends.term, variable) {
                Ok(capabilities) => Look::Screens(capabilities),
                Err(fault) => return Farewell { line: fault.text, exit_status: exit::FAILED.into() },
            }
        };
        let mut terminal = Terminal {
            keys: Decoded::new(ends.input),
            size: ends.size,
            output: ends.output,
            look,
            closing: ends.closing,
        };
        let set_up = session::set_up(&self.service, &mut entry, self.terms, &mut terminal).await;
        if let Err(session::Farewell { line, exit_status }) = set_up {
            return Farewell { line, exit_status };
        }
        let actor = match self.service.actor_over_ssh(&entry).await {
            Ok(actor) => actor,
            Err(fault) => {
                let exit_status = exit::of_fault(&fault).into();
                return Farewell { line: format!("no session was opened: {fault}"), exit_status };
            }
        };
        let session::Farewell { line, exit_status } =
            session::run(&self.service, actor, entry, place, self.terms, terminal).await;
        Farewell { line, exit_status }
    }

    async fn remote(&self, entry: Entry, words: Vec<String>, ends: ExecEnds) -> u32 {
        if let Err((line, exit_status)) = self.owes_nothing(&entry).await {
            // The client may be gone; the code says it, too.
            let _ = ends.output.send((Stream::Err, format!("wardroom: {line}\n").into_bytes())).await;
            return exit_status.into();
        }
        if words.first().is_some_and(|word| word == PLAIN) {
            return self.dialogue(entry, &words[1..], ends).await;
        }
        let mut ends = Piped { ends, rest: Vec::new() };
        let mut actor = match self.service.actor_over_ssh(&entry).await {
            Ok(actor) => actor,
            Err(fault) => {
                // The client may be gone; the code says it, too.
                let _ = ends.err(format!("wardroom: {fault}\n").as_bytes()).await;
                return exit::of_fault(&fault).into();
            }
        };
        run::run(&self.service, &mut actor, &words, &mut ends, words::Place::Ssh).await.into()
    }

    fn session_panicked(&self, entry: &Entry) {
        tracing::error!(login = %entry.login, source = %entry.source, "a session ended by a panic");
    }
}

impl Visit for gate::Visit {
    async fn answer(&mut self, user: &str, attempt: Attempt) -> Answer {
        self.answer(user, attempt).await
    }

    fn has_proved(&self) -> bool {
        self.has_proved()
    }

    fn entry(&self) -> Option<Entry> {
        self.entry().cloned()
    }
}

/// A channel as the ends of a command.
#[derive(Debug)]
struct Piped {
    ends: ExecEnds,
    /// What has come in and was not asked for yet.
    rest: Vec<u8>,
}

impl Piped {
    async fn send(&self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        self.ends.output.send((stream, bytes.to_vec())).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Ends for Piped {
    async fn out(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send(Stream::Out, bytes).await
    }

    async fn err(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send(Stream::Err, bytes).await
    }

    async fn input(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            self.rest = self.ends.input.recv().await.unwrap_or_default();
        }
        let taken = self.rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&self.rest[..taken]);
        self.rest.drain(..taken);
        Ok(taken)
    }

    fn terminals(&self) -> Terminals {
        // Nobody is asked over SSH: a raw terminal shows nothing of what is typed, and a command has no lines of it.
        Terminals { person: false, output: self.ends.terminal, talk: self.ends.terminal }
    }

    fn interrupted() -> impl Future<Output = ()> + Send {
        // The wire drops a command that is interrupted or cut off.
        std::future::pending()
    }
}
