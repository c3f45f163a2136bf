//! The ends of a command on this machine: the process's own.

use std::io::{self, IsTerminal, Write};

use tokio::io::AsyncReadExt;

use crate::cli::ends::{Ends, Terminals};

/// Standard input, output and error of the process.
#[derive(Debug)]
pub struct Here {
    input: tokio::io::Stdin,
}

impl Here {
    /// The ends of this process.
    pub fn new() -> Self {
        Self { input: tokio::io::stdin() }
    }
}

impl Default for Here {
    fn default() -> Self {
        Self::new()
    }
}

impl Ends for Here {
    // One command runs in this process: nobody else waits while the pipe is full.
    async fn out(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    async fn err(&mut self, bytes: &[u8]) -> io::Result<()> {
        io::stderr().lock().write_all(bytes)
    }

    async fn input(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.input.read(buffer).await
    }

    fn terminals(&self) -> Terminals {
        Terminals {
            person: io::stdin().is_terminal() && io::stderr().is_terminal(),
            output: io::stdout().is_terminal(),
            talk: io::stderr().is_terminal(),
        }
    }

    fn interrupted() -> impl Future<Output = ()> + Send {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
        async move {
            // A signal that cannot be listened to ends the process, as it does without this.
            let all = signals
                .into_iter()
                .filter_map(Result::ok)
                .map(|mut signal| Box::pin(async move { signal.recv().await }));
            futures_util::future::select_all(all).await;
        }
    }
}
