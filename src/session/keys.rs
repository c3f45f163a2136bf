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
    /// Nothing comes behind a paste, which is as much work as all of them.
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
        let together = &self.events[..self.events.len().min(limits::EVENTS_TOGETHER_MAX)];
        let paste = together.iter().position(|event| matches!(event, Event::Paste(_)));
        let rest = self.events.split_off(paste.map_or(together.len(), |paste| paste + 1));
        Some(std::mem::replace(&mut self.events, rest))
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent};

    use super::*;

    /// How many events come together of each of `chunks`, all of them there already.
    async fn together(chunks: &[&str]) -> Vec<usize> {
        let (keys, bytes) = mpsc::channel(limits::INPUT_CHUNKS_MAX);
        for chunk in chunks {
            keys.send(chunk.as_bytes().to_vec()).await.unwrap();
        }
        drop(keys);
        let mut decoded = Decoded::new(bytes);
        let mut counts = Vec::new();
        while let Some(events) = decoded.next().await {
            counts.push(events.len());
        }
        counts
    }

    #[tokio::test]
    async fn what_is_there_already_comes_together_and_a_flood_a_little_at_a_time() {
        assert_eq!(together(&["a", "bc", "d"]).await, [4]);
        let most = limits::EVENTS_TOGETHER_MAX;
        assert_eq!(together(&[&"x".repeat(2 * most), "yz"]).await, [most, most, 2]);
    }

    #[tokio::test]
    async fn a_paste_comes_last() {
        let pasted = "\x1b[200~text\x1b[201~";
        assert_eq!(together(&["a", pasted, pasted, "b"]).await, [2, 1, 1]);
    }

    #[tokio::test]
    async fn no_key_of_a_flood_is_lost() {
        let (keys, bytes) = mpsc::channel(1);
        let typed: String = ('a'..='z').cycle().take(1_000).collect();
        keys.send(typed.clone().into_bytes()).await.unwrap();
        drop(keys);
        let (mut decoded, mut came) = (Decoded::new(bytes), Vec::new());
        while let Some(events) = decoded.next().await {
            came.extend(events);
        }
        let expected = typed.chars().map(|key| Event::Key(KeyEvent::from(KeyCode::Char(key))));
        assert_eq!(came, expected.collect::<Vec<_>>());
    }
}
