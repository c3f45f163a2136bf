//! Why a command stops before its end: a code, and what is said.

use std::io;

use crate::authz::refusal::Refusal;
use crate::base::fault::Fault;
use crate::cli::exit;
use crate::protocol::{Reply, Trouble};

/// Why a command stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The exit code.
    pub exit: u8,
    /// What is said on standard error; empty where nobody listens any more.
    pub text: String,
}

impl Stop {
    /// The words are not as they should be.
    pub fn usage(text: impl Into<String>) -> Self {
        Self { exit: exit::USAGE, text: text.into() }
    }

    /// It failed.
    pub fn failed(text: impl Into<String>) -> Self {
        Self { exit: exit::FAILED, text: text.into() }
    }

    /// What a reply says instead of what was asked for.
    pub(super) fn instead(reply: &Reply) -> Self {
        let trouble = reply.trouble();
        trouble.map_or_else(|| Self::failed("the answer is to another question"), Self::from)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        let exit = exit::of_refusal(&refusal);
        Self { exit, text: with_hint(refusal.text, &refusal.satisfied_by) }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self { exit: exit::of_fault(&fault), text: fault.text }
    }
}

impl From<Trouble> for Stop {
    fn from(error: Trouble) -> Self {
        match error {
            Trouble::Refused(refusal) => refusal.into(),
            Trouble::Failed(fault) => fault.into(),
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        // Whoever read is gone (`| head`): nobody to tell.
        let text = if error.kind() == io::ErrorKind::BrokenPipe { String::new() } else { error.to_string() };
        Self { exit: exit::FAILED, text }
    }
}

/// A refusal in one line: why, and in brackets what would satisfy it where that says more.
pub(super) fn with_hint(text: String, hint: &str) -> String {
    if hint.is_empty() || text.ends_with(hint) { text } else { format!("{text} ({hint})") }
}
