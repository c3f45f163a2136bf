//! What the library calls: every request of a client, answered and never waited for.
//!
//! Whatever is not answered here is refused by the library's own defaults:
//! forwarding of every kind, agents, unknown requests and channel types.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use russh::keys::Certificate;
use russh::server::{
    self, Auth, ChannelOpenHandle, Msg, PublicKeyOffer, Response, Session, VerifiedPublicKey,
};
use russh::{Channel, ChannelId, ChannelOpenFailure, Pty, Sig};
use tokio::sync::{mpsc, watch};

use crate::base::limits;
use crate::base::secret::Secret;

use super::admission::Place;
use super::asked::Asked;
use super::console;
use super::house::House;
use super::last_words;
use super::one_shot;
use super::post::{LineEnds, Post};
use super::program::{self, Program, Running, Stage};
use super::sign_in::{HungUp, SignIn, clipped};
use super::wire::Line;

/// Why the library's task ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// The gate has had enough.
    HungUp,
    /// The connection, or what came over it.
    Wire(russh::Error),
}

impl From<russh::Error> for Ended {
    fn from(error: russh::Error) -> Self {
        Self::Wire(error)
    }
}

impl From<HungUp> for Ended {
    fn from(HungUp: HungUp) -> Self {
        Self::HungUp
    }
}

/// One connection, as the library sees it.
#[derive(Debug)]
pub(super) struct Handler<H: House> {
    pub(super) house: Arc<H>,
    pub(super) sign_in: SignIn<H::Visit>,
    pub(super) line: Arc<Line>,
    pub(super) place: Place,
    pub(super) farewell: Duration,
    /// True: the server stops.
    pub(super) closing: watch::Receiver<bool>,
    /// How many programs run.
    pub(super) programs: watch::Sender<usize>,
    /// Held by whatever still has to end.
    pub(super) alive: mpsc::Sender<()>,
    pub(super) channels: HashMap<ChannelId, Slot>,
    /// Channels opened so far.
    pub(super) opened: usize,
}

/// One channel.
#[derive(Debug, Default)]
pub(super) struct Slot {
    asked: Asked,
    program: Option<Program>,
}

impl<H: House> Handler<H> {
    /// Whether one more channel may be opened.
    fn has_room(&mut self) -> bool {
        // A channel that we closed first is not heard of again.
        self.channels.retain(|_, slot| slot.program.as_ref().is_none_or(|program| !program.has_left()));
        self.channels.len() < limits::CHANNELS_MAX
            && self.opened < limits::CHANNELS_PER_CONNECTION_MAX
            && !*self.closing.borrow()
    }

    /// The channel, where nothing runs on it yet.
    fn idle(&mut self, channel: ChannelId) -> Option<&mut Slot> {
        self.channels.get_mut(&channel).filter(|slot| slot.program.is_none())
    }

    fn program(&mut self, channel: ChannelId) -> Option<&mut Program> {
        self.channels.get_mut(&channel)?.program.as_mut()
    }

    /// Starts what `choose` gives on a channel where nothing runs yet; refuses on any other.
    fn start(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
        choose: impl FnOnce(Stage<H>, &mut Asked) -> Program,
    ) -> Result<(), Ended> {
        let Some(entry) = self.sign_in.entry().cloned() else {
            return Ok(session.channel_failure(channel)?);
        };
        let stage = Stage {
            house: Arc::clone(&self.house),
            entry,
            post: Post::new(session.handle(), channel, Arc::clone(&self.line)),
            farewell: self.farewell,
            closing: self.closing.clone(),
            running: Running::new(&self.programs, &self.alive),
        };
        let Some(slot) = self.idle(channel) else {
            return Ok(session.channel_failure(channel)?);
        };
        session.channel_success(channel)?;
        slot.program = Some(choose(stage, &mut slot.asked));
        Ok(())
    }
}

/// The console, where there is a terminal for it.
fn open<H: House>(stage: Stage<H>, asked: &mut Asked, start: Vec<String>) -> Program {
    let env = asked.take_env();
    match asked.terminal() {
        Some(terminal) => console::start(stage, terminal.clone(), env, start),
        None => program::sentence(
            stage,
            last_words::NO_TERMINAL,
            last_words::NO_TERMINAL_STATUS,
            LineEnds::AsWritten,
        ),
    }
}

/// What the words of an exec request ask for.
fn words<H: House>(stage: Stage<H>, asked: &mut Asked, line: &[u8]) -> Program {
    let ends = if asked.terminal().is_some() { LineEnds::OfTerminal } else { LineEnds::AsWritten };
    let refused = |stage, said| program::sentence(stage, said, last_words::BAD_WORDS_STATUS, ends);
    if line.len() > limits::EXEC_BYTES_MAX {
        return refused(stage, last_words::TOO_LONG);
    }
    let Ok(line) = std::str::from_utf8(line) else {
        return refused(stage, last_words::NOT_TEXT);
    };
    match shlex::split(line) {
        None => refused(stage, last_words::BAD_QUOTING),
        Some(words) if words.is_empty() => refused(stage, last_words::NO_WORDS),
        Some(mut words) if words[0] == "open" => open(stage, asked, words.split_off(1)),
        // The dialogue without screens wants the keys of a terminal where there is one, and does without.
        Some(words) if words[0] == "plain" && asked.terminal().is_some() => open(stage, asked, words),
        Some(words) => one_shot::start(stage, words, ends),
    }
}

impl<H: House> server::Handler for Handler<H> {
    type Error = Ended;

    async fn auth_none(&mut self, user: &str) -> Result<Auth, Ended> {
        Ok(self.sign_in.none(user).await?)
    }

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Ended> {
        Ok(self.sign_in.password(user, password).await?)
    }

    async fn auth_publickey_offered(&mut self, user: &str, offer: PublicKeyOffer<'_>) -> Result<Auth, Ended> {
        Ok(self.sign_in.offered(user, offer.public_key, offer.algorithm).await?)
    }

    async fn auth_publickey(&mut self, user: &str, key: VerifiedPublicKey<'_>) -> Result<Auth, Ended> {
        Ok(self.sign_in.proved(user, key.public_key, key.algorithm).await?)
    }

    async fn auth_openssh_certificate(
        &mut self,
        user: &str,
        certificate: &Certificate,
    ) -> Result<Auth, Ended> {
        Ok(self.sign_in.certified(user, certificate).await?)
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _submethods: &str,
        responses: Option<Response<'a>>,
    ) -> Result<Auth, Ended> {
        let responses = responses.map(|given| {
            given
                .take(limits::RESPONSES_MAX)
                .map(|bytes| Secret::new(clipped(&String::from_utf8_lossy(&bytes)).to_owned()))
                .collect()
        });
        Ok(self.sign_in.prompted(user, responses).await?)
    }

    async fn auth_succeeded(&mut self, _session: &mut Session) -> Result<(), Ended> {
        self.place.signed_in();
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Ended> {
        if !self.has_room() {
            reply.reject(ChannelOpenFailure::ResourceShortage).await;
            return Ok(());
        }
        self.opened += 1;
        self.channels.insert(channel.id(), Slot::default());
        reply.accept().await;
        // The channel itself is dropped: one that is kept and not read stops the connection (russh #571).
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        term: &str,
        columns: u32,
        rows: u32,
        _width: u32,
        _height: u32,
        _modes: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Ended> {
        let taken = self.idle(channel).is_some_and(|slot| slot.asked.pty(term, columns, rows));
        answer(session, channel, taken)
    }

    async fn env_request(
        &mut self,
        channel: ChannelId,
        name: &str,
        value: &str,
        session: &mut Session,
    ) -> Result<(), Ended> {
        let taken = self.idle(channel).is_some_and(|slot| slot.asked.variable(name, value));
        answer(session, channel, taken)
    }

    async fn x11_request(
        &mut self,
        channel: ChannelId,
        _single: bool,
        _protocol: &str,
        _cookie: &str,
        _screen: u32,
        session: &mut Session,
    ) -> Result<(), Ended> {
        answer(session, channel, false)
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        _name: &str,
        session: &mut Session,
    ) -> Result<(), Ended> {
        answer(session, channel, false)
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Ended> {
        self.start(channel, session, |stage, asked| open(stage, asked, Vec::new()))
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        line: &[u8],
        session: &mut Session,
    ) -> Result<(), Ended> {
        self.start(channel, session, |stage, asked| words(stage, asked, line))
    }

    async fn window_change_request(
        &mut self,
        channel: ChannelId,
        columns: u32,
        rows: u32,
        _width: u32,
        _height: u32,
        session: &mut Session,
    ) -> Result<(), Ended> {
        let size = self.channels.get_mut(&channel).and_then(|slot| slot.asked.resize(columns, rows));
        if let (Some(size), Some(program)) = (size, self.program(channel)) {
            program.resize(size);
        }
        answer(session, channel, size.is_some())
    }

    async fn signal(&mut self, channel: ChannelId, signal: Sig, session: &mut Session) -> Result<(), Ended> {
        let program = self.program(channel).filter(|_| matches!(signal, Sig::HUP | Sig::TERM | Sig::INT));
        if let Some(program) = &program {
            program.quit();
        }
        let taken = program.is_some();
        answer(session, channel, taken)
    }

    async fn data(&mut self, channel: ChannelId, bytes: &[u8], _session: &mut Session) -> Result<(), Ended> {
        if let Some(program) = self.program(channel) {
            program.deliver(bytes);
        }
        Ok(())
    }

    async fn channel_eof(&mut self, channel: ChannelId, _session: &mut Session) -> Result<(), Ended> {
        if let Some(program) = self.program(channel) {
            program.end_input();
        }
        Ok(())
    }

    async fn channel_close(&mut self, channel: ChannelId, _session: &mut Session) -> Result<(), Ended> {
        self.channels.remove(&channel);
        Ok(())
    }
}

fn answer(session: &mut Session, channel: ChannelId, taken: bool) -> Result<(), Ended> {
    if taken {
        session.channel_success(channel)?;
    } else {
        session.channel_failure(channel)?;
    }
    Ok(())
}
