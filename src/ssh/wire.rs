//! The socket of one connection, held from both sides: the library reads and
//! writes it, we can cut it, stop reading it, and see what went over it.
//!
//! Cutting is the only sure end: `close`, `exit_status` and `disconnect` of the
//! library wait behind data that a stalled client does not take. Not reading is
//! the only pressure: the library opens the window again as soon as data has
//! come, and a handler that waits would stop the output as well.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use rustix::net::{Shutdown, shutdown, sockopt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::base::limits;

/// Our side of a connection's socket.
#[derive(Debug)]
pub(super) struct Line {
    socket: TcpStream,
    source: IpAddr,
    /// Woken when reading may go on.
    reader: AtomicWaker,
    /// Whether the reader waits for `held` to fall.
    waiting: AtomicBool,
    /// Bytes of input that no program has taken yet.
    held: AtomicUsize,
    /// One-shots that wait for their output to be taken.
    stalled: AtomicUsize,
    cut: AtomicBool,
    received: AtomicU64,
    sent: AtomicU64,
}

impl Line {
    /// Takes over an accepted socket.
    pub(super) fn new(socket: TcpStream, source: IpAddr) -> io::Result<Arc<Self>> {
        socket.set_nodelay(true)?;
        // A peer that is gone is found by the kernel, whether we have something to send or not.
        sockopt::set_tcp_user_timeout(&socket, limits::TCP_USER_TIMEOUT_MS)?;
        sockopt::set_socket_keepalive(&socket, true)?;
        sockopt::set_tcp_keepidle(&socket, Duration::from_secs(limits::TCP_KEEPALIVE_S))?;
        sockopt::set_tcp_keepintvl(&socket, Duration::from_secs(10))?;
        Ok(Arc::new(Self {
            socket,
            source,
            reader: AtomicWaker::new(),
            waiting: AtomicBool::new(false),
            held: AtomicUsize::new(0),
            stalled: AtomicUsize::new(0),
            cut: AtomicBool::new(false),
            received: AtomicU64::new(0),
            sent: AtomicU64::new(0),
        }))
    }

    /// The address it comes from; IPv4 as IPv4, however the socket was bound.
    pub(super) fn source(&self) -> IpAddr {
        self.source
    }

    /// Ends the connection, whatever both sides are doing.
    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        // It may be closed already; then there is nothing to end.
        let _ = shutdown(&self.socket, Shutdown::Both);
        self.reader.wake();
    }

    /// Counts input that waits for a program, until [`Line::release`].
    pub(super) fn hold(&self, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::SeqCst);
    }

    /// Counts such input as taken.
    pub(super) fn release(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::SeqCst);
        self.wake_reader();
    }

    /// Counts a one-shot that waits for its output, until [`Line::flows`].
    pub(super) fn stalls(&self) {
        self.stalled.fetch_add(1, Ordering::SeqCst);
        self.wake_reader();
    }

    /// Counts such a one-shot as no longer waiting.
    pub(super) fn flows(&self) {
        self.stalled.fetch_sub(1, Ordering::SeqCst);
    }

    /// Bytes received and sent so far.
    pub(super) fn traffic(&self) -> (u64, u64) {
        (self.received.load(Ordering::Relaxed), self.sent.load(Ordering::Relaxed))
    }

    fn is_full(&self) -> bool {
        let stalled = self.stalled.load(Ordering::SeqCst) > 0;
        let limit = if stalled { limits::INPUT_HELD_STALLED_BYTES_MAX } else { limits::INPUT_HELD_BYTES_MAX };
        self.held.load(Ordering::SeqCst) > limit
    }

    fn wake_reader(&self) {
        if !self.is_full() && self.waiting.swap(false, Ordering::SeqCst) {
            self.reader.wake();
        }
    }

    /// Whether reading has to wait. Says so before it looks, so that no waking is lost.
    fn must_wait(&self, context: &Context<'_>) -> bool {
        self.reader.register(context.waker());
        self.waiting.store(true, Ordering::SeqCst);
        if self.is_full() {
            return true;
        }
        self.waiting.store(false, Ordering::SeqCst);
        false
    }
}

/// The library's side of a connection's socket.
#[derive(Debug)]
pub(super) struct Wire(pub(super) Arc<Line>);

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let line = &self.0;
        let full = line.must_wait(context);
        if line.cut.load(Ordering::SeqCst) {
            return Poll::Ready(Ok(()));
        }
        if full {
            return Poll::Pending;
        }
        loop {
            ready!(line.socket.poll_read_ready(context))?;
            match line.socket.try_read(buffer.initialize_unfilled()) {
                Ok(count) => {
                    buffer.advance(count);
                    line.received.fetch_add(count as u64, Ordering::Relaxed);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let line = &self.0;
        loop {
            ready!(line.socket.poll_write_ready(context))?;
            match line.socket.try_write(bytes) {
                Ok(count) => {
                    line.sent.fetch_add(count as u64, Ordering::Relaxed);
                    return Poll::Ready(Ok(count));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match shutdown(&self.0.socket, Shutdown::Write) {
            Ok(()) | Err(rustix::io::Errno::NOTCONN) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(Err(error.into())),
        }
    }
}
