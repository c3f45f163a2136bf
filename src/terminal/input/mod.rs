//! The decoder: bytes of a client become key, mouse, focus and paste events.
//!
//! It works byte by byte, so that it does not matter where a link cuts. Whatever
//! comes, it neither panics nor grows, and after [`Decoder::flush`] the next byte
//! starts afresh. Local use has crossterm's own event stream instead; both meet
//! at [`Event`].

mod control;
mod key;
#[cfg(test)]
mod laws;
mod mouse;
mod paste;
mod sequence;
#[cfg(test)]
mod table;
mod utf8;

use std::time::Duration;

use crossterm::event::{Event, KeyModifiers};

use crate::base::limits;
use paste::Paste;
use utf8::{Partial, Step};

/// What has begun and is not finished.
#[derive(Debug)]
enum State {
    /// Nothing: the next byte begins something.
    Ground,
    /// A character of several bytes, and whether ESC stood before it.
    Character(Partial, KeyModifiers),
    /// ESC, which may be the key or the begin of a sequence.
    Escape,
    /// `ESC [` and the bytes kept in `Decoder::sequence`; how many came, kept or not.
    Control(usize),
    /// `ESC [ [`, by which the Linux console begins F1 to F5.
    Console,
    /// `ESC [ M` and up to two of the three bytes of an X10 mouse report.
    Mouse,
    /// `ESC O` and the bytes kept in `Decoder::sequence`.
    Shift3,
    /// A string that only answers begin (OSC, DCS, APC, PM, SOS): its letter, and how many bytes came.
    Answer(u8, usize),
    /// The same, and an ESC that may end it.
    AnswerEscape,
    /// Between `CSI 200~` and `CSI 201~`.
    Paste(Paste),
}

/// Turns the bytes of one client into events.
///
/// Cutting the input differently changes nothing, as long as [`Decoder::flush`] is not called in between.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    /// Bytes of the sequence so far, at most [`limits::SEQUENCE_BYTES_MAX`].
    sequence: Vec<u8>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A decoder at the begin of its input.
    pub const fn new() -> Self {
        Self { state: State::Ground, sequence: Vec::new() }
    }

    /// Decodes `bytes` and appends what they say to `out`: in order, never more events than bytes.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Event>) {
        for &byte in bytes {
            self.take(byte, out);
        }
    }

    /// Whether something unfinished waits for [`Decoder::flush`]; see [`Decoder::patience`].
    pub fn waiting(&self) -> bool {
        self.patience().is_some()
    }

    /// How long after the last chunk of bytes to call [`Decoder::flush`]; `None` when nothing waits.
    ///
    /// Half a character does not wait: it says nothing yet, and its other half may be late.
    pub const fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Ground | State::Character(..) => None,
            State::Paste(_) => Some(Duration::from_millis(limits::PASTE_WAIT_MS)),
            State::Escape
            | State::Control(_)
            | State::Console
            | State::Mouse
            | State::Shift3
            | State::Answer(..)
            | State::AnswerEscape => Some(Duration::from_millis(limits::ESCAPE_WAIT_MS)),
        }
    }

    /// Ends what waits, because nothing came for [`Decoder::patience`].
    ///
    /// A lone ESC was the key Esc, `ESC [` was Alt-[, a paste ends where it is; the rest of an
    /// unfinished sequence is dropped rather than typed.
    pub fn flush(&mut self, out: &mut Vec<Event>) {
        if self.waiting() {
            self.abandon(out);
        }
    }

    fn take(&mut self, byte: u8, out: &mut Vec<Event>) {
        match &mut self.state {
            State::Ground => self.begin(byte, KeyModifiers::NONE, out),
            State::Character(partial, modifiers) => {
                let (step, modifiers) = (partial.push(byte), *modifiers);
                self.spell(step, byte, modifiers, out);
            }
            State::Escape => self.take_after_escape(byte, out),
            State::Control(_) => self.take_control(byte, out),
            State::Console => match key::of_console(byte) {
                Some(event) => self.finish(Some(event), out),
                None => self.retry(byte, out),
            },
            State::Mouse => self.take_mouse(byte, out),
            State::Shift3 => self.take_shift3(byte, out),
            State::Answer(..) | State::AnswerEscape => self.take_answer(byte, out),
            State::Paste(paste) => {
                if let Some(text) = paste.push(byte) {
                    self.finish(Some(Event::Paste(text)), out);
                }
            }
        }
    }

    /// The first byte of something; `modifiers` holds Alt when ESC stood before it.
    fn begin(&mut self, byte: u8, modifiers: KeyModifiers, out: &mut Vec<Event>) {
        match byte {
            0x1b => self.state = State::Escape,
            0x00..=0x7f => self.finish(Some(control::key_of(byte, modifiers)), out),
            0x80.. => {
                let mut partial = Partial::default();
                let step = partial.push(byte);
                self.state = State::Character(partial, modifiers);
                self.spell(step, byte, modifiers, out);
            }
        }
    }

    /// Acts on what one more byte made of a character.
    fn spell(&mut self, step: Step, byte: u8, modifiers: KeyModifiers, out: &mut Vec<Event>) {
        match step {
            Step::More => {}
            Step::Whole(character) => self.finish(Some(key::of_character(character, modifiers)), out),
            Step::Broken { used } => {
                self.finish(Some(key::of_character(char::REPLACEMENT_CHARACTER, modifiers)), out);
                if !used {
                    self.begin(byte, KeyModifiers::NONE, out);
                }
            }
        }
    }

    fn take_after_escape(&mut self, byte: u8, out: &mut Vec<Event>) {
        self.sequence.clear();
        match byte {
            // Esc pressed twice, or Esc and then an arrow: never Alt-Esc, which nobody sends.
            0x1b => out.push(key::escape()),
            b'[' => self.state = State::Control(0),
            b'O' => self.state = State::Shift3,
            b']' | b'P' | b'_' | b'^' | b'X' => self.state = State::Answer(byte, 0),
            _ => self.begin(byte, KeyModifiers::ALT, out),
        }
    }

    fn take_control(&mut self, byte: u8, out: &mut Vec<Event>) {
        let State::Control(before) = self.state else { return };
        let (first, count) = (before == 0, before + 1);
        match byte {
            b'[' if first => self.state = State::Console,
            b'M' if first => self.state = State::Mouse,
            0x40..=0x7e if count > limits::SEQUENCE_BYTES_MAX => self.finish(None, out),
            b'~' if self.sequence == b"200" => self.state = State::Paste(Paste::default()),
            0x40..=0x7e => self.finish(sequence::event_of(&self.sequence, byte), out),
            0x20..=0x3f if count >= limits::STRING_BYTES_MAX => self.finish(None, out),
            0x20..=0x3f => {
                self.state = State::Control(count);
                if count < limits::SEQUENCE_BYTES_MAX {
                    self.sequence.push(byte);
                }
            }
            0x00..=0x1f | 0x7f.. => self.retry(byte, out),
        }
    }

    fn take_mouse(&mut self, byte: u8, out: &mut Vec<Event>) {
        if byte < 0x20 {
            return self.retry(byte, out);
        }
        self.sequence.push(byte);
        if let [button, column, row] = self.sequence[..] {
            self.finish(mouse::event_of_x10(button, column, row), out);
        }
    }

    fn take_shift3(&mut self, byte: u8, out: &mut Vec<Event>) {
        match byte {
            b'0'..=b'9' | b';' if self.sequence.len() < 8 => self.sequence.push(byte),
            _ => match key::of_shift3(&self.sequence, byte) {
                Some(event) => self.finish(Some(event), out),
                None => self.retry(byte, out),
            },
        }
    }

    fn take_answer(&mut self, byte: u8, out: &mut Vec<Event>) {
        match (&mut self.state, byte) {
            // BEL and ST (`ESC \`) end a string.
            (State::Answer(..), 0x07) | (State::AnswerEscape, b'\\') => self.finish(None, out),
            (State::Answer(..), 0x1b) => self.state = State::AnswerEscape,
            (State::AnswerEscape, _) => {
                self.state = State::Escape;
                self.take_after_escape(byte, out);
            }
            // No answer holds a control character: somebody presses keys.
            (_, 0x00..=0x1f | 0x7f) => self.retry(byte, out),
            (State::Answer(_, count), _) if *count + 1 < limits::STRING_BYTES_MAX => *count += 1,
            _ => self.finish(None, out),
        }
    }

    /// Ends what was begun without `byte`, which begins something else.
    fn retry(&mut self, byte: u8, out: &mut Vec<Event>) {
        self.abandon(out);
        self.begin(byte, KeyModifiers::NONE, out);
    }

    /// Ends what was begun. Where only its first bytes came, they were keys; more than that is dropped.
    fn abandon(&mut self, out: &mut Vec<Event>) {
        let alt = |letter: u8| Some(control::key_of(letter, KeyModifiers::ALT));
        let event = match std::mem::replace(&mut self.state, State::Ground) {
            State::Escape | State::AnswerEscape => Some(key::escape()),
            State::Control(0) => alt(b'['),
            State::Console => {
                out.extend(alt(b'['));
                Some(control::key_of(b'[', KeyModifiers::NONE))
            }
            State::Shift3 if self.sequence.is_empty() => alt(b'O'),
            State::Answer(letter, 0) => alt(letter),
            State::Paste(paste) => Some(Event::Paste(paste.into_text())),
            State::Ground
            | State::Character(..)
            | State::Control(_)
            | State::Mouse
            | State::Shift3
            | State::Answer(..) => None,
        };
        self.finish(event, out);
    }

    fn finish(&mut self, event: Option<Event>, out: &mut Vec<Event>) {
        self.state = State::Ground;
        self.sequence.clear();
        out.extend(event);
    }
}
