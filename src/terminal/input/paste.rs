//! A bracketed paste: text that may be anything, and the one sequence that ends it.

use crate::base::limits::PASTE_BYTES_MAX;

/// Ends a paste; nothing else does, whatever ESC is pasted.
const END: &[u8] = b"\x1b[201~";

/// Kept beyond the limit: enough for the rest of a character that crosses it.
const SLACK: usize = 4;

/// The text pasted so far, and how much of [`END`] was seen behind it.
#[derive(Debug, Default)]
pub(super) struct Paste {
    kept: Vec<u8>,
    matched: usize,
}

impl Paste {
    /// Adds `byte`; gives the text when it was the last byte of the end.
    pub(super) fn push(&mut self, byte: u8) -> Option<String> {
        if byte == END[self.matched] {
            self.matched += 1;
            return (self.matched == END.len()).then(|| std::mem::take(self).into_text());
        }
        // ESC stands in the end only at its begin, so a mismatch can only start over there.
        self.keep(&END[..self.matched]);
        self.matched = usize::from(byte == END[0]);
        if self.matched == 0 {
            self.keep(&[byte]);
        }
        None
    }

    /// The text without what stood behind the limit; bytes that are not UTF-8 are replaced.
    ///
    /// Controls stay in it: only the field that takes it knows what a line feed means there.
    pub(super) fn into_text(self) -> String {
        let mut text = String::from_utf8_lossy(&self.kept).into_owned();
        let end = (0..=PASTE_BYTES_MAX.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
        text.truncate(end.unwrap_or(0));
        text
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = (PASTE_BYTES_MAX + SLACK).saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

#[cfg(test)]
impl Paste {
    /// Bytes in memory.
    pub(super) fn kept(&self) -> usize {
        self.kept.len()
    }
}
