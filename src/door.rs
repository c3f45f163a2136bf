//! What stands behind the wire: sign-in by the gate, and the program's words.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use crate::cli::ends::{Ends, Terminals};
use crate::cli::words;
use crate::cli::{exit, run};
use crate::domain::operator::Entry;
use crate::service::Service;
use crate::service::gate::{self, Answer, Attempt};
use crate::session::keys::Decoded;
use crate::session::{self, Terminal, Terms};
use crate::ssh::{ExecEnds, Farewell, House, Stream, TerminalEnds, Visit};
use crate::terminal::Capabilities;
use crate::ui::Place;

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

impl House for Door {
    type Visit = gate::Visit;

    fn visit(&self, source: IpAddr) -> gate::Visit {
        gate::Visit::begin(Arc::clone(self.service.gate()), source)
    }

    async fn terminal(&self, entry: Entry, ends: TerminalEnds) -> Farewell {
        let place = match Place::parse(&ends.start) {
            Ok(place) => place,
            Err(line) => return Farewell { line, exit_status: exit::UNKNOWN_WORD.into() },
        };
        let variable =
            |name: &str| ends.env.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let capabilities = match Capabilities::of(&ends.term, variable) {
            Ok(capabilities) => capabilities,
            Err(fault) => return Farewell { line: fault.text, exit_status: exit::FAILED.into() },
        };
        let actor = match self.service.actor_over_ssh(&entry).await {
            Ok(actor) => actor,
            Err(fault) => {
                let exit_status = exit::of_fault(&fault).into();
                return Farewell { line: format!("no session was opened: {fault}"), exit_status };
            }
        };
        let terminal = Terminal {
            keys: Decoded::new(ends.input),
            size: ends.size,
            output: ends.output,
            capabilities,
            closing: ends.closing,
        };
        let session::Farewell { line, exit_status } =
            session::run(&self.service, actor, entry, place, self.terms, terminal).await;
        Farewell { line, exit_status }
    }

    async fn remote(&self, entry: Entry, words: Vec<String>, ends: ExecEnds) -> u32 {
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
