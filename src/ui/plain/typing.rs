//! What is typed: keys become lines, and lines wait for their turn.

use std::collections::VecDeque;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::base::limits;
use crate::base::text::{is_unsafe, visible};

/// How lines come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Key by key from a terminal that shows nothing by itself: what is typed is echoed.
    Keys,
    /// Whole lines, from a terminal that edits them itself or from a script.
    Lines,
}

/// What a key came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Typed {
    /// Nothing further.
    Nothing,
    /// A line waits.
    Line,
    /// What was typed is given up (Ctrl-c).
    Cancel,
    /// Nothing more is wanted (Ctrl-d on an empty line).
    End,
}

/// The line that is typed, and those before it that wait.
#[derive(Debug)]
pub(in crate::ui) struct Typing {
    pub(in crate::ui) reads: Reads,
    line: String,
    waiting: VecDeque<String>,
}

impl Typing {
    pub(in crate::ui) fn new(reads: Reads) -> Self {
        Self { reads, line: String::new(), waiting: VecDeque::new() }
    }

    /// Whether more may come: a script waits in its pipe, not in memory.
    pub(in crate::ui) fn has_room(&self) -> bool {
        self.waiting.len() < limits::LINES_WAITING_MAX
    }

    /// A key; what it echoes goes to `echo`, or stars where it is `secret`.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the list of keys is the terminal library's")]
    pub(in crate::ui) fn key(&mut self, key: KeyEvent, secret: bool, echo: &mut String) -> Typed {
        let echoes = self.reads == Reads::Keys;
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => self.enter(echo),
            KeyCode::Char('j' | 'm') if ctrl => self.enter(echo),
            KeyCode::Char('c') if ctrl => {
                self.line.clear();
                Typed::Cancel
            }
            KeyCode::Char('d') if ctrl && self.line.is_empty() => Typed::End,
            KeyCode::Char('u') if ctrl => {
                while self.erase(echo) {}
                Typed::Nothing
            }
            KeyCode::Char('h') if ctrl => {
                self.erase(echo);
                Typed::Nothing
            }
            KeyCode::Backspace => {
                self.erase(echo);
                Typed::Nothing
            }
            KeyCode::Char(character) if !ctrl => {
                self.put(character, echoes, secret, echo);
                Typed::Nothing
            }
            _ => Typed::Nothing,
        }
    }

    /// Pasted text: into the line, up to the end of its first line.
    pub(in crate::ui) fn paste(&mut self, text: &str, secret: bool, echo: &mut String) {
        let echoes = self.reads == Reads::Keys;
        for character in text.lines().next().unwrap_or_default().chars() {
            self.put(character, echoes, secret, echo);
        }
    }

    fn put(&mut self, character: char, echoes: bool, secret: bool, echo: &mut String) {
        if self.line.chars().count() >= limits::NOTE_CHARS_MAX {
            return;
        }
        self.line.push(character);
        if echoes {
            if secret {
                echo.push('*');
            } else if is_unsafe(character) {
                echo.push('?');
            } else {
                echo.push(character);
            }
        }
    }

    /// Takes the last character back; by its columns, so that wide ones go whole.
    fn erase(&mut self, echo: &mut String) -> bool {
        let Some(character) = self.line.pop() else { return false };
        if self.reads == Reads::Keys {
            let columns = crate::base::text::width(&visible(&character.to_string())).clamp(1, 2);
            echo.push_str(&"\u{8} \u{8}".repeat(columns));
        }
        true
    }

    fn enter(&mut self, echo: &mut String) -> Typed {
        if self.reads == Reads::Keys {
            echo.push('\n');
        }
        self.waiting.push_back(std::mem::take(&mut self.line));
        Typed::Line
    }

    /// Whether a line waits for its turn.
    pub(in crate::ui) fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The next line whose turn it is.
    pub(in crate::ui) fn next(&mut self) -> Option<String> {
        self.waiting.pop_front()
    }

    /// Forgets what a person typed before a question was asked: it cannot be meant as its answer. A script's lines stay.
    pub(in crate::ui) fn forget(&mut self) {
        if self.reads == Reads::Keys {
            self.waiting.clear();
            self.line.clear();
        }
    }

    /// The end of what comes in: what was typed without an end of line is a line as well.
    pub(in crate::ui) fn finish(&mut self) {
        if !self.line.is_empty() {
            self.waiting.push_back(std::mem::take(&mut self.line));
        }
    }

    /// What is typed so far.
    pub(in crate::ui) fn line(&self) -> &str {
        &self.line
    }
}
