//! What a client has asked of a channel before a program runs on it.

use crate::base::limits;
use crate::base::text;

/// The size taken where a client knows none.
const SIZE_UNKNOWN: (u16, u16) = (80, 24);

/// A terminal and variables, as far as they are taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    terminal: Option<Terminal>,
    env: Vec<(String, String)>,
}

/// A client's terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terminal {
    /// Its type, printable, empty where it was not.
    pub(super) term: String,
    /// Columns and rows, clamped.
    pub(super) size: (u16, u16),
}

impl Asked {
    /// Takes a terminal; refused when there is one.
    pub(super) fn pty(&mut self, term: &str, columns: u32, rows: u32) -> bool {
        if self.terminal.is_some() {
            return false;
        }
        let plain = term.len() <= limits::TERM_BYTES_MAX && term.bytes().all(|byte| byte.is_ascii_graphic());
        let term = if plain { term.to_owned() } else { String::new() };
        self.terminal = Some(Terminal { term, size: clamped(columns, rows, SIZE_UNKNOWN) });
        true
    }

    /// Takes a new size, of a terminal that is there.
    pub(super) fn resize(&mut self, columns: u32, rows: u32) -> Option<(u16, u16)> {
        let terminal = self.terminal.as_mut()?;
        terminal.size = clamped(columns, rows, terminal.size);
        Some(terminal.size)
    }

    /// Takes a variable; refused unless it is about colours or language.
    pub(super) fn variable(&mut self, name: &str, value: &str) -> bool {
        let (count_max, bytes_max) = limits::ENV_MAX;
        let known = matches!(name, "COLORTERM" | "NO_COLOR" | "LANG") || name.starts_with("LC_");
        let fits = name.len() <= bytes_max && value.len() <= bytes_max && self.env.len() < count_max;
        let plain = name.bytes().all(|byte| byte.is_ascii_graphic()) && !value.chars().any(text::is_unsafe);
        let taken = known && fits && plain;
        if taken {
            self.env.push((name.to_owned(), value.to_owned()));
        }
        taken
    }

    /// The terminal, if one was asked for.
    pub(super) fn terminal(&self) -> Option<&Terminal> {
        self.terminal.as_ref()
    }

    /// The variables, once.
    pub(super) fn take_env(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.env)
    }
}

/// A size inside the limits. Nought is no size (RFC 4254 §6.2: "MUST be ignored"): `known` stays.
fn clamped(columns: u32, rows: u32, known: (u16, u16)) -> (u16, u16) {
    let side = |asked: u32, known: u16, most: u16| match u16::try_from(asked) {
        Ok(0) => known,
        Ok(asked) => asked.min(most),
        Err(_) => most,
    };
    let (columns_max, rows_max) = limits::TERMINAL_MAX;
    (side(columns, known.0, columns_max), side(rows, known.1, rows_max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_clamped_and_nought_changes_nothing() {
        assert_eq!(clamped(u32::MAX, 65_537, (80, 24)), (500, 200));
        assert_eq!(clamped(1, 1, (80, 24)), (1, 1));
        assert_eq!(clamped(0, 0, (132, 43)), (132, 43));
        assert_eq!(clamped(100, 0, (80, 24)), (100, 24));
    }

    #[test]
    fn a_second_terminal_is_refused_and_a_new_size_needs_the_first() {
        let mut asked = Asked::default();
        assert_eq!(asked.resize(100, 40), None);
        assert!(asked.pty("xterm", 0, 0));
        assert!(!asked.pty("vt100", 100, 40));
        assert_eq!(asked.terminal().unwrap(), &Terminal { term: "xterm".to_owned(), size: (80, 24) });
        assert_eq!(asked.resize(100, 40), Some((100, 40)));
    }

    #[test]
    fn a_type_that_is_not_printable_counts_as_none() {
        for term in ["x\u{1b}[2J", "", &"x".repeat(limits::TERM_BYTES_MAX + 1)] {
            let mut asked = Asked::default();
            assert!(asked.pty(term, 80, 24));
            assert_eq!(asked.terminal().unwrap().term, "");
        }
    }

    #[test]
    fn only_variables_of_colour_and_language_are_taken() {
        let mut asked = Asked::default();
        for name in ["COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE"] {
            assert!(asked.variable(name, "C.UTF-8"), "{name}");
        }
        for name in ["PATH", "LD_PRELOAD", "TERM", "lang", "LANGUAGE", "", "LC_\u{202e}"] {
            assert!(!asked.variable(name, "C"), "{name}");
        }
        assert!(!asked.variable("LANG", "\u{1b}]0;x\u{7}"));
        assert!(!asked.variable("LANG", &"x".repeat(1000)));
        let taken = asked.take_env().len();
        assert_eq!(taken, 5);
        for _ in 0..limits::ENV_MAX.0 {
            assert!(asked.variable("LANG", "C"));
        }
        assert!(!asked.variable("LANG", "C"));
    }
}
