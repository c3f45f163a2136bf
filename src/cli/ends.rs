//! The ends of a command: where it reads from and writes to, here or over SSH.

use std::future::Future;
use std::io;

/// Standard input, output and error of one command.
///
/// Writing waits for whoever reads: a list of a million rows takes no more memory than one page.
pub trait Ends: Send {
    /// Writes to standard output.
    fn out(&mut self, bytes: &[u8]) -> impl Future<Output = io::Result<()>> + Send;

    /// Writes to standard error.
    fn err(&mut self, bytes: &[u8]) -> impl Future<Output = io::Result<()>> + Send;

    /// Reads from standard input what is there, at least one byte; 0 is its end.
    fn input(&mut self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send;

    /// Which of them are a terminal.
    fn terminals(&self) -> Terminals;

    /// Waits until the person interrupts the command; for ever where dropping the command is how it is ended.
    fn interrupted() -> impl Future<Output = ()> + Send;
}

/// Which ends are a terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminals {
    /// A person can be asked: standard input and standard error are both terminals.
    pub person: bool,
    /// Standard output is one.
    pub output: bool,
    /// Standard error is one: a line there can be written over.
    pub talk: bool,
}
