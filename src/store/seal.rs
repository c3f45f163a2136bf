//! Sealing what must be read back: second-factor seeds, under a key outside the database.
//!
//! XChaCha20-Poly1305 with a random nonce before the ciphertext; the place of a value (`totp:17`) is bound to it,
//! so that a sealed value moved to another user does not open.

use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::base::fault::Fault;
use crate::base::secret::{Secret, random};

const NONCE_BYTES: usize = 24;

/// The key of this store's sealed values.
#[derive(Clone)]
pub(super) struct Sealer {
    cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(..)")
    }
}

impl Sealer {
    /// Makes a key file, mode 0600, which must not be there yet.
    pub(super) fn create(path: &Path) -> Result<Self, Fault> {
        let key = random::<32>();
        crate::store::files::write_new(path, &key)?;
        Ok(Self::of(key))
    }

    /// Reads the key file; refuses one that others may read.
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let bytes = crate::store::files::read_private(path)?;
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| {
            Fault::store(format!("`{}` is not a key of 32 bytes: restore it from a backup", path.display()))
        })?;
        Ok(Self::of(key))
    }

    fn of(key: [u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&key.into()) }
    }

    /// Seals `plain` for `place`.
    pub(super) fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let nonce = random::<NONCE_BYTES>();
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Fault::machine("cannot seal a value".to_owned()))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Sealer::seal`] made for the same place.
    pub(super) fn open_sealed(&self, place: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Fault> {
        let wrong = || {
            Fault::store(format!("the sealed value `{place}` does not open: is `field.key` the right one?"))
        };
        let (nonce, text) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(wrong)?;
        let payload = Payload { msg: text, aad: place.as_bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map(Secret::new).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_in_its_place_only() {
        let sealer = Sealer::of([7; 32]);
        let sealed = sealer.seal("totp:1", b"seed").unwrap();
        assert_eq!(sealer.open_sealed("totp:1", &sealed).unwrap().expose(), b"seed");
        assert!(sealer.open_sealed("totp:2", &sealed).is_err());
        assert!(Sealer::of([8; 32]).open_sealed("totp:1", &sealed).is_err());
        assert!(sealer.open_sealed("totp:1", &sealed[..10]).is_err());
    }
}
