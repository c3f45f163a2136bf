//! Tokens: invite, reset and verification links as random bytes, stored as a hash.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::base::secret::Secret;
use crate::credential::base32::{Letters, grouped};

/// Bytes of a token. 160 bits: more than the 128 promised, and no letter is half empty.
pub const TOKEN_BYTES: usize = 20;

/// A token as the person holds it. Shown once, never stored.
#[derive(Clone, Debug)]
pub struct Token(Secret<[u8; TOKEN_BYTES]>);

/// What is stored of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl Token {
    /// A token of bytes drawn from the system.
    pub const fn new(random: [u8; TOKEN_BYTES]) -> Self {
        Self(Secret::new(random))
    }

    /// Four groups of eight letters, as in a mail.
    pub fn shown(&self) -> Secret<String> {
        Secret::new(grouped(&Letters::Crockford.encode(self.0.expose()), 8, "-"))
    }

    /// Reads the form that is shown; case, spaces and hyphens do not matter.
    /// `None` for anything that cannot be a token.
    pub fn parse(text: &str) -> Option<Self> {
        let short = text.len() <= 4 * TOKEN_BYTES;
        let bytes = short.then(|| Letters::Crockford.decode(text).ok())??;
        Some(Self::new(bytes.try_into().ok()?))
    }

    /// What is stored, and looked up by.
    ///
    /// A plain hash is enough: nobody tries 2^160 tokens. Looking a row up by it
    /// leaks nothing by time, since nobody can steer the hash.
    pub fn hash(&self) -> TokenHash {
        let hash = Sha256::new_with_prefix(b"wardroom token\0").chain_update(self.0.expose());
        TokenHash(hash.finalize().into())
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_is_shown() {
        let token = Token::new(std::array::from_fn(|place| u8::try_from(place * 11).unwrap()));
        let shown = token.shown();
        assert_eq!(shown.expose().len(), 35);
        for text in [shown.expose().clone(), shown.expose().to_uppercase(), shown.expose().replace('-', "  ")]
        {
            assert_eq!(Token::parse(&text).unwrap().hash(), token.hash());
        }
    }

    #[test]
    fn what_is_no_token_is_none() {
        let long = "a".repeat(4 * TOKEN_BYTES + 1);
        for text in
            ["", "abc", "00000000-00000000-00000000-0000000", "u0000000-00000000-00000000-00000000", &long]
        {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn different_tokens_have_different_hashes_and_none_is_printed() {
        let token = Token::new([7; TOKEN_BYTES]);
        assert_ne!(token.hash(), Token::new([8; TOKEN_BYTES]).hash());
        assert_eq!(format!("{token:?}"), "Token(Secret(..))");
        assert_eq!(token.hash().to_string().len(), 64);
    }
}
