//! Keys of one byte: letters, and what Ctrl makes of them.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::key;

/// The key behind one ASCII byte, named as crossterm names it on a terminal in raw mode.
///
/// `modifiers` is Alt when ESC stood before the byte.
pub(super) fn key_of(byte: u8, modifiers: KeyModifiers) -> Event {
    let with_ctrl = modifiers | KeyModifiers::CONTROL;
    let (code, modifiers) = match byte {
        b'\r' => (KeyCode::Enter, modifiers),
        b'\t' => (KeyCode::Tab, modifiers),
        0x1b => (KeyCode::Esc, modifiers),
        // Backspace sends either, depending on the terminal and its settings.
        0x08 | 0x7f => (KeyCode::Backspace, modifiers),
        0x00 => (KeyCode::Char(' '), with_ctrl),
        0x01..=0x1a => (KeyCode::Char(char::from(byte - 0x01 + b'a')), with_ctrl),
        0x1c..=0x1f => (KeyCode::Char(char::from(byte - 0x1c + b'4')), with_ctrl),
        _ => return key::of_character(char::from(byte), modifiers),
    };
    Event::Key(KeyEvent::new(code, modifiers))
}
