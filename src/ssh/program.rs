//! What runs on a channel, as its handler holds it: input, size, a wish to end.
//!
//! What runs is a `console`, a `one_shot` or a sentence. The first two run in a
//! task of their own beside one that carries their bytes, so that a panic ends
//! one of them alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinError;

use crate::domain::operator::Entry;

use super::backlog::{Inlet, backlog};
use super::ends::Stream;
use super::house::House;
use super::last_words;
use super::post::{LineEnds, Post};

/// The handler's hold on what runs.
#[derive(Debug)]
pub(super) struct Program {
    inlet: Inlet,
    input: Input,
    size: watch::Sender<(u16, u16)>,
    quit: watch::Sender<bool>,
    left: Arc<AtomicBool>,
}

/// What input means to a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Bytes as they come: keys for a console, a file for a one-shot.
    Raw,
    /// Keys for a one-shot: some of them a pty would act upon.
    Keys,
}

/// Ctrl-C and Ctrl-D, as a raw terminal sends them.
const INTERRUPT: u8 = 0x03;
const END_OF_INPUT: u8 = 0x04;

impl Program {
    /// A hold on what runs at `post`; `size` and `quit` are what it watches.
    pub(super) fn new(
        post: &Post,
        inlet: Inlet,
        input: Input,
        size: watch::Sender<(u16, u16)>,
        quit: watch::Sender<bool>,
    ) -> Self {
        Self { inlet, input, size, quit, left: post.left() }
    }

    /// Gives it input; returns at once.
    pub(super) fn deliver(&mut self, bytes: &[u8]) {
        match self.input {
            Input::Raw => self.inlet.deliver(bytes),
            Input::Keys => self.deliver_keys(bytes),
        }
    }

    /// Says that its input has ended.
    pub(super) fn end_input(&mut self) {
        self.inlet.end();
    }

    /// Asks it to end.
    pub(super) fn quit(&self) {
        self.quit.send_replace(true);
    }

    /// Gives its terminal a new size; only the newest counts.
    pub(super) fn resize(&self, size: (u16, u16)) {
        self.size.send_if_modified(|now| std::mem::replace(now, size) != size);
    }

    fn deliver_keys(&mut self, bytes: &[u8]) {
        let end = bytes.iter().position(|byte| matches!(*byte, INTERRUPT | END_OF_INPUT));
        let typed: Vec<u8> = bytes[..end.unwrap_or(bytes.len())]
            .iter()
            .map(|&byte| if byte == b'\r' { b'\n' } else { byte })
            .collect();
        self.inlet.deliver(&typed);
        match end.map(|end| bytes[end]) {
            Some(INTERRUPT) => self.quit(),
            Some(_) => self.inlet.end(),
            None => {}
        }
    }

    /// Whether its channel is closed, or about to be.
    pub(super) fn has_left(&self) -> bool {
        self.left.load(Ordering::SeqCst)
    }
}

/// What every program needs.
#[derive(Debug)]
pub(super) struct Stage<H> {
    pub(super) house: Arc<H>,
    pub(super) entry: Entry,
    pub(super) post: Post,
    /// For the last words, and to notice that the client left.
    pub(super) farewell: Duration,
    /// True: the server stops.
    pub(super) closing: watch::Receiver<bool>,
    /// Held as long as it runs.
    pub(super) running: Running,
}

/// Counts a running program until it is dropped.
#[derive(Debug)]
pub(super) struct Running {
    count: watch::Sender<usize>,
    _alive: mpsc::Sender<()>,
}

impl Running {
    /// Counts one more.
    pub(super) fn new(count: &watch::Sender<usize>, alive: &mpsc::Sender<()>) -> Self {
        count.send_modify(|count| *count += 1);
        Self { count: count.clone(), _alive: alive.clone() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.count.send_modify(|count| *count -= 1);
    }
}

/// Says one sentence and ends the channel.
pub(super) fn sentence<H: House>(
    stage: Stage<H>,
    said: &'static str,
    status: u32,
    ends: LineEnds,
) -> Program {
    let (inlet, outlet) = backlog(stage.post.line());
    // It listens to nobody.
    drop(outlet);
    let program =
        Program::new(&stage.post, inlet, Input::Raw, watch::Sender::default(), watch::Sender::default());
    let line = last_words::sentence(said, ends);
    tokio::spawn(async move {
        let parting = async {
            stage.post.say(Stream::Err, line).await?;
            stage.post.leave(status).await
        };
        stage.post.within(stage.farewell, parting).await;
        drop(stage.running);
    });
    program
}

/// What came of a task: its value, or what to say where it has none.
pub(super) fn outcome<H: House, T>(
    house: &H,
    entry: &Entry,
    ended: Result<T, JoinError>,
) -> Result<T, &'static str> {
    ended.map_err(|error| {
        if error.is_panic() {
            house.session_panicked(entry);
        }
        last_words::PANICKED
    })
}
