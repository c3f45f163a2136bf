//! The one place that writes to the ends: data to standard output, talk to standard error, nothing raw.

use std::fmt::Write as _;

use serde_json::Value;

use crate::base::text;
use crate::cli::ends::{Ends, Terminals};
use crate::cli::stop::Stop;

/// Writes for one command.
#[derive(Debug)]
pub struct Printer<'e, E> {
    ends: &'e mut E,
}

impl<'e, E: Ends> Printer<'e, E> {
    /// Writes to `ends`.
    pub fn new(ends: &'e mut E) -> Self {
        Self { ends }
    }

    /// Which ends are a terminal.
    pub fn terminals(&self) -> Terminals {
        self.ends.terminals()
    }

    /// A line of data; what a terminal would obey is made visible.
    pub async fn line(&mut self, line: &str) -> Result<(), Stop> {
        let line = format!("{}\n", text::visible(line));
        Ok(self.ends.out(line.as_bytes()).await?)
    }

    /// A line of talk.
    pub async fn talk(&mut self, line: &str) -> Result<(), Stop> {
        let line = format!("{}\n", text::visible(line));
        Ok(self.ends.err(line.as_bytes()).await?)
    }

    /// A line of talk in place of the one before, on a terminal; an empty one takes it away.
    pub async fn over(&mut self, line: &str) -> Result<(), Stop> {
        let line = format!("\r{}\x1b[K", text::visible(line));
        Ok(self.ends.err(line.as_bytes()).await?)
    }

    /// Waits until the person interrupts the command.
    pub fn interrupted() -> impl Future<Output = ()> + Send {
        E::interrupted()
    }

    /// Text of the program's own making in several lines, as data.
    pub async fn page(&mut self, page: &str) -> Result<(), Stop> {
        Ok(self.ends.out(lines_visible(page).as_bytes()).await?)
    }

    /// Text of the program's own making in several lines, as talk.
    pub async fn talk_page(&mut self, page: &str) -> Result<(), Stop> {
        Ok(self.ends.err(lines_visible(page).as_bytes()).await?)
    }

    /// A question on standard error, and the line that is typed.
    pub async fn ask(&mut self, question: &str) -> Result<String, Stop> {
        self.ends.err(text::visible(question).as_bytes()).await?;
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < 64 && self.ends.input(&mut byte).await? == 1 && byte[0] != b'\n' {
            line.push(byte[0]);
        }
        Ok(String::from_utf8_lossy(&line).trim().to_owned())
    }

    /// One JSON value on a line.
    pub async fn json(&mut self, value: &Value) -> Result<(), Stop> {
        let line = format!("{}\n", escaped(&value.to_string()));
        Ok(self.ends.out(line.as_bytes()).await?)
    }

    /// Bytes of a file format that must be read back as they are: CSV. A terminal gets them made visible.
    pub async fn format(&mut self, lines: &str) -> Result<(), Stop> {
        if self.terminals().output {
            return self.page(&lines.replace("\r\n", "\n")).await;
        }
        Ok(self.ends.out(lines.as_bytes()).await?)
    }

    /// The next piece of standard input; empty at its end.
    pub async fn input(&mut self, buffer: &mut [u8]) -> Result<usize, Stop> {
        Ok(self.ends.input(buffer).await?)
    }

    /// All of standard input, at most `bytes_max`.
    pub async fn whole_input(&mut self, bytes_max: usize) -> Result<Vec<u8>, Stop> {
        let (mut whole, mut buffer) = (Vec::new(), vec![0; 8192]);
        loop {
            let count = self.ends.input(&mut buffer).await?;
            if count == 0 {
                return Ok(whole);
            }
            whole.extend_from_slice(&buffer[..count]);
            if whole.len() > bytes_max {
                return Err(Stop::usage(format!("standard input: at most {bytes_max} bytes are read")));
            }
        }
    }
}

/// Each line made visible, the ends of lines kept.
fn lines_visible(page: &str) -> String {
    let mut shown: String =
        page.lines().map(text::visible).fold(String::new(), |shown, line| shown + &line + "\n");
    if page.is_empty() {
        shown.clear();
    }
    shown
}

/// JSON in which also C1, bidi and invisible characters are escapes; serde escapes C0 only.
fn escaped(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for character in json.chars() {
        if text::is_unsafe(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(line, "\\u{unit:04x}");
            }
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_holds_every_character_and_no_raw_one_that_a_terminal_obeys() {
        let name = "Ann\u{1b}[2J\u{9b}\u{202e}\u{7f}\u{E0041}\n金";
        let line = escaped(&serde_json::json!({ "name": name }).to_string());
        assert!(!line.chars().any(text::is_unsafe), "{line}");
        let back: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(back["name"], name);
    }

    #[test]
    fn a_page_keeps_its_lines_and_nothing_else_that_is_raw() {
        assert_eq!(lines_visible("a\nb\u{1b}c\n"), "a\nb<U+001B>c\n");
        assert_eq!(lines_visible(""), "");
    }
}
