//! Base 32: bytes as letters that people copy by hand.

/// The letters in use, in the order of their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// RFC 4648 §6: what authenticator apps read.
    Rfc4648,
    /// Crockford's: no I, L, O, U, so that nothing is misread; tokens and backup codes.
    Crockford,
}

impl Letters {
    const fn table(self) -> &'static [u8; 32] {
        match self {
            Self::Rfc4648 => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            Self::Crockford => b"0123456789abcdefghjkmnpqrstvwxyz",
        }
    }

    /// The value of a letter in either case; what is commonly misread counts as what was meant.
    fn value(self, letter: u8) -> Option<u8> {
        let letter = match (self, letter.to_ascii_lowercase()) {
            (Self::Crockford, b'o') => b'0',
            (Self::Crockford, b'i' | b'l') => b'1',
            (Self::Crockford | Self::Rfc4648, letter) => letter,
        };
        let place = self.table().iter().position(|known| known.eq_ignore_ascii_case(&letter))?;
        u8::try_from(place).ok()
    }

    /// `bytes` in letters, without padding.
    pub fn encode(self, bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
        let (mut held, mut bits) = (0_u32, 0);
        for byte in bytes {
            held = (held << 8) | u32::from(*byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                text.push(self.letter(held >> bits));
            }
            held &= (1 << bits) - 1;
        }
        if bits > 0 {
            text.push(self.letter(held << (5 - bits)));
        }
        text
    }

    /// The bytes that `text` stands for, or the first character that is no letter of these.
    ///
    /// Spaces and hyphens are skipped, `=` at the end as well; upper and lower
    /// case are the same. Bits left over at the end are dropped.
    pub fn decode(self, text: &str) -> Result<Vec<u8>, char> {
        let text = text.trim().trim_end_matches('=');
        let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
        let (mut held, mut bits) = (0_u32, 0);
        for character in text.chars().filter(|character| !matches!(character, ' ' | '-')) {
            let letter = u8::try_from(character).map_err(|_| character)?;
            let value = self.value(letter).ok_or(character)?;
            held = ((held << 5) | u32::from(value)) & 0xFFFF;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push((held >> bits).to_le_bytes()[0]);
            }
        }
        Ok(bytes)
    }

    fn letter(self, value: u32) -> char {
        char::from(self.table()[(value & 31) as usize])
    }
}

/// `text` cut into groups of `letters`, joined by `by`.
pub fn grouped(text: &str, letters: usize, by: &str) -> String {
    let letters: Vec<&[u8]> = text.as_bytes().chunks(letters).collect();
    let groups: Vec<_> = letters.into_iter().map(String::from_utf8_lossy).collect();
    groups.join(by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4648_examples_are_met() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(Letters::Rfc4648.encode(bytes.as_bytes()), text);
            assert_eq!(Letters::Rfc4648.decode(text).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn spaces_case_padding_and_misread_letters_do_not_matter() {
        assert_eq!(Letters::Rfc4648.decode("mzxw 6ytb-oi======").unwrap(), b"foobar");
        assert_eq!(Letters::Crockford.decode("O1il-0").unwrap(), Letters::Crockford.decode("01110").unwrap());
        assert_eq!(Letters::Rfc4648.decode("MZ1W"), Err('1'));
        assert_eq!(Letters::Crockford.decode("ab\u{e9}"), Err('\u{e9}'));
    }

    #[test]
    fn every_length_comes_back() {
        let bytes: Vec<u8> = (0..=70).map(|number: u8| number.wrapping_mul(37)).collect();
        for length in 0..bytes.len() {
            for letters in [Letters::Rfc4648, Letters::Crockford] {
                assert_eq!(letters.decode(&letters.encode(&bytes[..length])).unwrap(), &bytes[..length]);
            }
        }
        assert_eq!(grouped("abcdefgh", 4, "-"), "abcd-efgh");
    }
}
