//! What a program on a channel gets: the ends of a terminal, or of a one-shot.

use tokio::sync::{mpsc, watch};

/// The ends of a client's terminal.
#[derive(Debug)]
pub struct TerminalEnds {
    /// The terminal's type, printable; empty where the client gave none.
    pub term: String,
    /// `COLORTERM`, `NO_COLOR`, `LANG` and `LC_*`, as far as the client sent them.
    pub env: Vec<(String, String)>,
    /// Columns and rows, inside `limits::TERMINAL_MAX`; the newest counts.
    pub size: watch::Receiver<(u16, u16)>,
    /// Bytes typed; closed when no more come, which is a wish to leave.
    pub input: mpsc::Receiver<Vec<u8>>,
    /// Frames, one waiting at most; closed when the client is gone.
    pub output: mpsc::Sender<Vec<u8>>,
    /// The words after `open`: where to start.
    pub start: Vec<String>,
    /// True: leave now.
    pub closing: watch::Receiver<bool>,
}

/// How a console was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farewell {
    /// One line for the terminal that the console has given back; may be empty.
    pub line: String,
    /// For the program that started the client.
    pub exit_status: u32,
}

/// The ends of a one-shot.
#[derive(Debug)]
pub struct ExecEnds {
    /// Standard input; closed at its end, and only there.
    pub input: mpsc::Receiver<Vec<u8>>,
    /// Standard output and error; closed when the client is gone.
    pub output: mpsc::Sender<(Stream, Vec<u8>)>,
    /// Whether the client has a terminal around it.
    pub terminal: bool,
}

/// One of the two ways out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output: data.
    Out,
    /// Standard error: talk.
    Err,
}
