//! One character of several bytes, put together byte by byte.

/// What one more byte made of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Bytes are missing.
    More,
    /// A whole character.
    Whole(char),
    /// Not UTF-8; whether the last byte belongs to what is broken.
    Broken {
        /// When not, the last byte begins something else.
        used: bool,
    },
}

/// The bytes so far of a character, one to four.
#[derive(Debug, Default)]
pub(super) struct Partial {
    bytes: [u8; 4],
    count: usize,
}

impl Partial {
    /// Adds `byte`; after anything but [`Step::More`] the character is over.
    pub(super) fn push(&mut self, byte: u8) -> Step {
        let Some(place) = self.bytes.get_mut(self.count) else { return Step::Broken { used: false } };
        *place = byte;
        self.count += 1;
        match std::str::from_utf8(&self.bytes[..self.count]) {
            // C1 controls have no key: whoever sends them means to steer a terminal.
            Ok(text) => match text.chars().next() {
                Some(character) if !character.is_control() => Step::Whole(character),
                _ => Step::Broken { used: true },
            },
            Err(error) if error.error_len().is_none() => Step::More,
            Err(_) => Step::Broken { used: self.count == 1 },
        }
    }
}
