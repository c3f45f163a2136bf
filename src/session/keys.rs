//! Where keys come from: bytes of an SSH client, decoded; or the local terminal's own events.

use std::future::Future;

use crossterm::event::Event;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::terminal::Decoder;

/// A source of terminal events.
pub trait Keys: Send {
    /// The next events, at least one; `None` when the terminal is gone. May be dropped while it waits: nothing is lost.
    fn next(&mut self) -> impl Future<Output = Option<Vec<Event>>> + Send;

    /// What is there already, without waiting: drawn as one frame.
    fn drain(&mut self) -> Vec<Event>;
}

/// Bytes of a client, decoded.
#[derive(Debug)]
pub struct Decoded {
    bytes: mpsc::Receiver<Vec<u8>>,
    decoder: Decoder,
    /// When what waits in the decoder counts as it stands: a lone Esc.
    deadline: Option<Instant>,
}

impl Decoded {
    /// Decodes what comes out of `bytes`.
    pub fn new(bytes: mpsc::Receiver<Vec<u8>>) -> Self {
        Self { bytes, decoder: Decoder::new(), deadline: None }
    }

    fn feed(&mut self, chunk: &[u8], events: &mut Vec<Event>) {
        self.decoder.feed(chunk, events);
        self.deadline = self.decoder.patience().map(|patience| Instant::now() + patience);
    }
}

impl Keys for Decoded {
    async fn next(&mut self) -> Option<Vec<Event>> {
        let mut events = Vec::new();
        while events.is_empty() {
            let deadline = self.deadline;
            let waited = async {
                match deadline {
                    Some(deadline) => sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                chunk = self.bytes.recv() => self.feed(&chunk?, &mut events),
                () = waited => {
                    self.deadline = None;
                    self.decoder.flush(&mut events);
                }
            }
        }
        Some(events)
    }

    fn drain(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Ok(chunk) = self.bytes.try_recv() {
            self.feed(&chunk, &mut events);
        }
        events
    }
}
