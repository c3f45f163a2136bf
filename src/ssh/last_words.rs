//! What a terminal is told when its program ends, and how it is put back.

use crate::base::text;
use crate::terminal::LEAVE;

use super::post::LineEnds;

/// Said after a bug. The exit status is `EX_SOFTWARE` of `sysexits.h`.
pub(super) const PANIC_STATUS: u32 = 70;

/// For a console without a terminal.
pub(super) const NO_TERMINAL_STATUS: u32 = 1;

/// For words that cannot be read.
pub(super) const BAD_WORDS_STATUS: u32 = 64;

/// For a one-shot that its operator interrupted: 128 and the signal's number, as a shell has it.
pub(super) const INTERRUPTED_STATUS: u32 = 130;

/// Said where a console was asked for without a terminal.
pub(super) const NO_TERMINAL: &str =
    "the console needs a terminal: `ssh -t`; or give words, such as `users list`";

/// Said where the words are not words.
pub(super) const BAD_QUOTING: &str =
    "a quotation mark or backslash is not closed; words are split as a POSIX shell would";

/// Said where the words are not text.
pub(super) const NOT_TEXT: &str = "the words are not UTF-8";

/// Said where the words are too many.
pub(super) const TOO_LONG: &str = "the words are too long; give targets on standard input, with `-`";

/// Said where there are no words.
pub(super) const NO_WORDS: &str = "no words given, such as `users list`";

/// Said where a session ended by a bug.
pub(super) const PANICKED: &str =
    "this session ended by a fault of the program; it is noted, other sessions go on";

/// Said to a connection that the server closes because it stops.
pub(super) const STOPPING: &str = "the console is stopping";

/// Said to a connection that the server closes because nothing runs on it.
pub(super) const UNUSED: &str = "nothing runs on this connection: sign in again when you need it";

/// A sentence of ours, for a file or a terminal.
pub(super) fn sentence(said: &str, ends: LineEnds) -> Vec<u8> {
    match ends {
        LineEnds::AsWritten => format!("{said}\n").into_bytes(),
        LineEnds::OfTerminal => format!("{said}\r\n").into_bytes(),
    }
}

/// A line at the end of a session, for a terminal that its session has left; empty stays empty.
pub(super) fn line(said: &str) -> Vec<u8> {
    if said.is_empty() { Vec::new() } else { format!("{}\r\n", text::visible(said)).into_bytes() }
}

/// The same for a terminal that its session could not leave.
pub(super) fn restored(said: &str) -> Vec<u8> {
    [LEAVE, &line(said)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_line_shows_what_it_holds() {
        assert_eq!(line("goodbye"), b"goodbye\r\n");
        assert_eq!(line("a\x1b[2J\nb"), b"a<U+001B>[2J<U+000A>b\r\n");
        assert_eq!(line(""), b"");
    }

    #[test]
    fn a_terminal_is_put_back_before_it_is_told() {
        let said = restored("sorry");
        assert!(said.starts_with(LEAVE) && said.ends_with(b"sorry\r\n"));
    }
}
