//! The way out of a program: bytes to its channel, and the channel's end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use russh::ChannelId;
use russh::server::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::ends::Stream;
use super::wire::Line;

/// `SSH_EXTENDED_DATA_STDERR` (RFC 4254 §5.2).
const STDERR: u32 = 1;

/// One channel's way out. Every call waits until the connection has room.
#[derive(Clone, Debug)]
pub(super) struct Post {
    handle: Handle,
    channel: ChannelId,
    line: Arc<Line>,
    left: Arc<AtomicBool>,
}

/// The connection has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

impl Post {
    /// A way out to `channel`.
    pub(super) fn new(handle: Handle, channel: ChannelId, line: Arc<Line>) -> Self {
        Self { handle, channel, line, left: Arc::default() }
    }

    /// The connection's wire.
    pub(super) fn line(&self) -> &Arc<Line> {
        &self.line
    }

    /// Set when the channel is about to be closed: it counts no longer.
    pub(super) fn left(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.left)
    }

    /// Sends bytes.
    pub(super) async fn say(&self, stream: Stream, bytes: Vec<u8>) -> Result<(), Gone> {
        if bytes.is_empty() {
            return Ok(());
        }
        let said = match stream {
            Stream::Out => self.handle.data(self.channel, bytes).await,
            Stream::Err => self.handle.extended_data(self.channel, STDERR, bytes).await,
        };
        said.map_err(|_| Gone)
    }

    /// Sends frames until there are no more.
    pub(super) async fn pour_frames(&self, frames: &mut mpsc::Receiver<Vec<u8>>) -> Result<(), Gone> {
        while let Some(frame) = frames.recv().await {
            self.say(Stream::Out, frame).await?;
        }
        Ok(())
    }

    /// Sends output until there is no more; while it waits, input is read on.
    pub(super) async fn pour_output(
        &self,
        output: &mut mpsc::Receiver<(Stream, Vec<u8>)>,
        ends: LineEnds,
    ) -> Result<(), Gone> {
        while let Some((stream, bytes)) = output.recv().await {
            let bytes = match ends {
                LineEnds::AsWritten => bytes,
                LineEnds::OfTerminal => with_returns(&bytes),
            };
            let _stall = Stall::new(&self.line);
            self.say(stream, bytes).await?;
        }
        Ok(())
    }

    /// Ends the channel: status, end of data, close. Returns when nothing of it waits here any more.
    pub(super) async fn leave(&self, status: u32) -> Result<(), Gone> {
        let gone = |()| Gone;
        self.handle.exit_status_request(self.channel, status).await.map_err(gone)?;
        self.handle.eof(self.channel).await.map_err(gone)?;
        self.left.store(true, Ordering::SeqCst);
        self.handle.close(self.channel).await.map_err(gone)?;
        // Says nothing to a channel that is closed. The mailbox has one place: when this got in, `close` was taken.
        self.handle.channel_success(self.channel).await.map_err(gone)
    }

    /// Gives a program's `parting` so much time; what stalls longer is cut.
    pub(super) async fn within(&self, limit: Duration, parting: impl Future<Output = Result<(), Gone>>) {
        if timeout(limit, parting).await.is_err() {
            self.line.cut();
        }
    }
}

/// How lines end on their way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnds {
    /// For a file or a pipe.
    AsWritten,
    /// For a client's terminal, which is raw: what a pty would do (ONLCR) is done here.
    OfTerminal,
}

fn with_returns(bytes: &[u8]) -> Vec<u8> {
    let mut returned = Vec::with_capacity(bytes.len() + bytes.len() / 16);
    for &byte in bytes {
        if byte == b'\n' {
            returned.push(b'\r');
        }
        returned.push(byte);
    }
    returned
}

/// Counts a one-shot as stalled until it is dropped, wherever its wait ends.
struct Stall<'a>(&'a Line);

impl<'a> Stall<'a> {
    fn new(line: &'a Line) -> Self {
        line.stalls();
        Self(line)
    }
}

impl Drop for Stall<'_> {
    fn drop(&mut self) {
        self.0.flows();
    }
}
