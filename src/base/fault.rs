//! A fault: the machine failed, not a rule. Logged in full, shown as what to do.

use std::fmt;
use std::io;
use std::path::Path;

/// Where a fault comes from, which decides the exit code and the words shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The store cannot be read or written: missing, locked, full, newer, corrupt.
    Store,
    /// Too much is going on; the same request may pass later.
    Busy,
    /// The input is not what it should be: a file, a setting, a word.
    Input,
    /// Anything else of the machine: a socket, a key file, a thread.
    Machine,
}

/// A failure of the machine, in words for an operator: what failed, why, what to do.
///
/// Never holds a secret: it is logged and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it comes from.
    pub origin: Origin,
    /// Lower case, no full stop, input in backticks.
    pub text: String,
}

impl Fault {
    /// A fault of the store.
    pub fn store(text: impl Into<String>) -> Self {
        Self { origin: Origin::Store, text: text.into() }
    }

    /// A fault that passes by itself.
    pub fn busy(text: impl Into<String>) -> Self {
        Self { origin: Origin::Busy, text: text.into() }
    }

    /// A fault of what was put in.
    pub fn input(text: impl Into<String>) -> Self {
        Self { origin: Origin::Input, text: text.into() }
    }

    /// A fault of the machine.
    pub fn machine(text: impl Into<String>) -> Self {
        Self { origin: Origin::Machine, text: text.into() }
    }

    /// A fault of a file or folder: what the system says of it, and what to do.
    pub fn file(origin: Origin, path: &Path, error: &io::Error) -> Self {
        let known = [
            (io::ErrorKind::NotFound, "there is no such file or folder"),
            (
                io::ErrorKind::PermissionDenied,
                "permission denied: run this as its owner, or look at its owner and mode",
            ),
            (io::ErrorKind::NotADirectory, "a part of this path is a file, not a folder"),
        ];
        // Everything else the system says better.
        let told = known.into_iter().find(|(kind, _)| *kind == error.kind());
        let told = told.map_or_else(|| error.to_string(), |(_, told)| told.to_owned());
        Self { origin, text: format!("`{}`: {told}", path.display()) }
    }

    /// The same fault, told from one layer further up: `doing: cause`.
    #[must_use]
    pub fn during(mut self, doing: &str) -> Self {
        self.text = format!("{doing}: {}", self.text);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Fault {}
