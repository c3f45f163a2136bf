//! Where keys come from: bytes of an SSH client, decoded; or the local terminal's own events.

use std::future::Future;

use crossterm::event::Event;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::base::limits;
use crate::terminal::Decoder;

/// A source of terminal events.
pub trait Keys: Send {
    /// The next events, at least one and at most [`limits::EVENTS_TOGETHER_MAX`]: what is there already makes one frame.
    ///
    /// `None` when the terminal is gone. May be dropped while it waits: nothing is lost.
    fn next(&mut self) -> impl Future<Output = Option<Vec<Event>>> + Send;
}

/// Bytes of a client, decoded.
#[derive(Debug)]
pub struct Decoded {
    bytes: mpsc::Receiver<Vec<u8>>,
    decoder: Decoder,
    /// Decoded and not taken yet: one chunk may hold thousands of keys.
    events: Vec<Event>,
    /// When what waits in the decoder counts as it stands: a lone Esc.
    deadline: Option<Instant>,
}

impl Decoded {
    /// Decodes what comes out of `bytes`.
    pub fn new(bytes: mpsc::Receiver<Vec<u8>>) -> Self {
        Self { bytes, decoder: Decoder::new(), events: Vec::new(), deadline: None }
    }

    fn feed(&mut self, chunk: &[u8]) {
        self.decoder.feed(chunk, &mut self.events);
        self.deadline = self.decoder.patience().map(|patience| Instant::now() + patience);
    }
}

impl Keys for Decoded {
    async fn next(&mut self) -> Option<Vec<Event>> {
        while self.events.is_empty() {
            let deadline = self.deadline;
            let waited = async {
                match deadline {
                    Some(deadline) => sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                chunk = self.bytes.recv() => self.feed(&chunk?),
                () = waited => {
                    self.deadline = None;
                    self.decoder.flush(&mut self.events);
                }
            }
        }
        while self.events.len() < limits::EVENTS_TOGETHER_MAX
            && let Ok(chunk) = self.bytes.try_recv()
        {
            self.feed(&chunk);
        }
        let rest = self.events.split_off(self.events.len().min(limits::EVENTS_TOGETHER_MAX));
        Some(std::mem::replace(&mut self.events, rest))
    }
}
