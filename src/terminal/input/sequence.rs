//! What a whole control sequence (`CSI … letter`) says; `None` for everything that is no input.
//!
//! Answers of a terminal (device attributes, cursor position, modes, window size)
//! end here as `None`: nobody asked, and they must not be typed.

use crossterm::event::{Event, KeyCode, KeyModifiers};

use super::{key, mouse};

/// The event of `CSI parameters last`, with `parameters` of 0x20 to 0x3f and `last` of 0x40 to 0x7e.
pub(super) fn event_of(parameters: &[u8], last: u8) -> Option<Event> {
    if let Some(numbers) = parameters.strip_prefix(b"<") {
        let numbers = Numbers(numbers);
        return match last {
            b'M' | b'm' => mouse::event_of_sgr(numbers.at(0)?, numbers.at(1)?, numbers.at(2)?, last),
            _ => None,
        };
    }
    // A private mark or an intermediate byte: an answer, never a key.
    if !parameters.iter().all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')) {
        return None;
    }
    let numbers = Numbers(parameters);
    let pressed = Pressed::read(numbers, 1)?;
    match last {
        b'I' if parameters.is_empty() => Some(Event::FocusGained),
        b'O' if parameters.is_empty() => Some(Event::FocusLost),
        b'M' => mouse::event_of_urxvt(numbers.at(0)?, numbers.at(1)?, numbers.at(2)?),
        b'Z' => Some(pressed.key(KeyCode::BackTab, KeyModifiers::SHIFT)),
        b'~' if numbers.at(0) == Some(27) && numbers.at(2).is_some() => {
            pressed.code_point(numbers.at(2)?, None)
        }
        b'~' => Some(pressed.key(key::code_of_number(numbers.at(0)?)?, KeyModifiers::NONE)),
        b'u' => pressed.code_point(numbers.at(0)?, numbers.part(0, 1)),
        // With numbers it is a cursor position that nobody asked for (or F3 with a modifier: the two look
        // alike, and terminals that care send `13~`).
        b'R' if !parameters.is_empty() => None,
        // rxvt: Shift and an arrow.
        b'a'..=b'd' if parameters.is_empty() => {
            Some(pressed.key(key::code_of_letter(last.to_ascii_uppercase())?, KeyModifiers::SHIFT))
        }
        _ => Some(pressed.key(key::code_of_letter(last)?, KeyModifiers::NONE)),
    }
}

/// Modifiers of a key, and whether it is held down.
#[derive(Clone, Copy, Debug)]
struct Pressed {
    modifiers: KeyModifiers,
    again: bool,
}

impl Pressed {
    /// Reads `modifiers:kind` at `index`; `None` for the release of a key, which is no input.
    fn read(numbers: Numbers<'_>, index: usize) -> Option<Self> {
        let modifiers = key::modifiers_of(numbers.at(index).unwrap_or(1));
        match numbers.part(index, 1) {
            Some(3) => None,
            kind => Some(Self { modifiers, again: kind == Some(2) }),
        }
    }

    fn key(self, code: KeyCode, more: KeyModifiers) -> Event {
        key::event(code, self.modifiers | more, self.again)
    }

    /// A key told by its Unicode value (kitty's `CSI u`, xterm's `modifyOtherKeys`), with what Shift makes of it.
    fn code_point(self, number: u32, shifted: Option<u32>) -> Option<Event> {
        key::of_code_point(number, shifted, self.modifiers, self.again)
    }
}

/// Numbers parted by `;`, each with parts parted by `:`.
#[derive(Clone, Copy, Debug)]
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    /// The number at `index`; `None` when it is missing, empty or too large.
    fn at(self, index: usize) -> Option<u32> {
        self.part(index, 0)
    }

    /// A part of the number at `index`.
    fn part(self, index: usize, part: usize) -> Option<u32> {
        let number = self.0.split(|&byte| byte == b';').nth(index)?;
        let digits = number.split(|&byte| byte == b':').nth(part)?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }
}
