//! Input on its way from a channel to its program: never dropped, never waited
//! for in the handler, bounded by not reading the socket.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::base::limits;

use super::wire::Line;

/// What a queued chunk costs beside its bytes: chunks of one byte are counted honestly.
const CHUNK_OVERHEAD_BYTES: usize = 64;

/// Makes a backlog on `line`: the handler's end and the program's.
pub(super) fn backlog(line: &Arc<Line>) -> (Inlet, Outlet) {
    let (chunks, queue) = mpsc::unbounded_channel();
    let (here, gone) = oneshot::channel();
    (Inlet { line: Arc::clone(line), chunks: Some(chunks), _here: here }, Outlet { queue, gone })
}

/// The handler's end. Dropped before [`Inlet::end`], it says that the client left.
#[derive(Debug)]
pub(super) struct Inlet {
    line: Arc<Line>,
    chunks: Option<mpsc::UnboundedSender<Delivery>>,
    _here: oneshot::Sender<()>,
}

/// The program's end.
#[derive(Debug)]
pub(super) struct Outlet {
    queue: mpsc::UnboundedReceiver<Delivery>,
    gone: oneshot::Receiver<()>,
}

/// How input ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InputEnd {
    /// The client said that this was all.
    Whole,
    /// The client left in the middle.
    Lost,
}

#[derive(Debug)]
enum Delivery {
    Chunk(Held),
    End,
}

/// Bytes that count against the line until they are dropped, wherever that happens.
#[derive(Debug)]
struct Held {
    line: Arc<Line>,
    bytes: Vec<u8>,
    cost: usize,
}

impl Held {
    fn new(line: &Arc<Line>, bytes: &[u8]) -> Self {
        let cost = bytes.len() + CHUNK_OVERHEAD_BYTES;
        line.hold(cost);
        Self { line: Arc::clone(line), bytes: bytes.to_vec(), cost }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.line.release(self.cost);
    }
}

impl Inlet {
    /// Queues `bytes`; returns at once.
    pub(super) fn deliver(&self, bytes: &[u8]) {
        let Some(chunks) = &self.chunks else { return };
        for piece in bytes.chunks(limits::INPUT_CHUNK_BYTES_MAX) {
            // A program that has ended takes nothing more.
            let _ = chunks.send(Delivery::Chunk(Held::new(&self.line, piece)));
        }
    }

    /// Says that nothing more comes.
    pub(super) fn end(&mut self) {
        if let Some(chunks) = self.chunks.take() {
            let _ = chunks.send(Delivery::End);
        }
    }
}

impl Outlet {
    /// Moves chunks into `input` until they end; then `input` closes.
    pub(super) async fn carry(mut self, input: mpsc::Sender<Vec<u8>>) -> InputEnd {
        while let Some(delivery) = self.queue.recv().await {
            let mut held = match delivery {
                Delivery::Chunk(held) => held,
                Delivery::End => return InputEnd::Whole,
            };
            let bytes = std::mem::take(&mut held.bytes);
            tokio::select! {
                // A program that reads no input still learns that its client left, so an error goes on.
                _ = input.send(bytes) => {}
                _ = &mut self.gone => return InputEnd::Lost,
            }
        }
        InputEnd::Lost
    }
}
