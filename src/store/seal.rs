//! Sealing what must be read back: second-factor seeds and encrypted fields, under keys outside the database.
//!
//! XChaCha20-Poly1305 with a random nonce. Before it stands the number of the key, so that a value is
//! opened under the key that sealed it while another one is current; the place of a value (`totp:17`) is
//! bound to it, so that a sealed value moved to another user or field does not open. Values are found
//! by a keyed hash, whose key is derived from the same key and changes with it.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::base::fault::Fault;
use crate::base::secret::{Secret, random};
use crate::base::time::Timestamp;
use crate::store::key_file::{self, FileKey, Mark};

const ID_BYTES: usize = 4;
const NONCE_BYTES: usize = 24;

/// A keyed hash: equal for equal values of one field, and without the key of no use.
pub(super) type KeyedHash = [u8; 16];

/// The keys of this store's sealed values, and which of them seals. Clones share the keys.
#[derive(Clone)]
pub(super) struct Sealer {
    ring: Arc<Ring>,
    current: u32,
}

/// The keys as they were read last.
struct Ring {
    path: Box<Path>,
    keys: RwLock<Vec<Arc<Key>>>,
}

struct Key {
    id: u32,
    cipher: XChaCha20Poly1305,
    hash: Hmac<Sha256>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("current", &self.current).finish_non_exhaustive()
    }
}

impl Sealer {
    /// Makes a key file with a first key, mode 0600, which must not be there yet.
    pub(super) fn create(path: &Path, now: Timestamp) -> Result<Self, Fault> {
        let keys = [FileKey::draw(1, now)];
        key_file::create(path, &keys)?;
        Ok(Self::of(path, &keys))
    }

    /// Reads the key file; refuses one that others may read, and a damaged one. What the file marks as current seals.
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        key_file::read(path).map(|keys| Self::of(path, &keys))
    }

    fn of(path: &Path, keys: &[FileKey]) -> Self {
        let current = keys.iter().filter(|key| key.mark == Mark::Current).map(|key| key.id).max();
        let keys: Vec<Arc<Key>> = keys.iter().map(|key| Arc::new(Key::of(key))).collect();
        let current = current.or(keys.last().map(|key| key.id)).unwrap_or_default();
        Self { ring: Arc::new(Ring { path: path.into(), keys: RwLock::new(keys) }), current }
    }

    /// The same keys, sealing under the one with the number `id`; the file is read anew for a key not known yet.
    pub(super) fn under(&self, id: u32) -> Result<Self, Fault> {
        self.ring.key(id)?;
        Ok(Self { ring: Arc::clone(&self.ring), current: id })
    }

    /// The number of the key that seals.
    pub(super) const fn current(&self) -> u32 {
        self.current
    }

    /// Where the keys are kept.
    pub(super) fn path(&self) -> &Path {
        &self.ring.path
    }

    /// Seals `plain` for `place`.
    pub(super) fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let nonce = random::<NONCE_BYTES>();
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = self
            .ring
            .key(self.current)?
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Fault::machine("cannot seal a value".to_owned()))?;
        Ok([self.current.to_be_bytes().as_slice(), &nonce, &sealed].concat())
    }

    /// Opens what [`Sealer::seal`] made for the same place, under whichever key it was.
    pub(super) fn open_sealed(&self, place: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Fault> {
        let wrong = || {
            Fault::store(format!("the sealed value `{place}` does not open: is `field.key` the right one?"))
        };
        let id = key_of(sealed).ok_or_else(wrong)?;
        let (nonce, text) = sealed[ID_BYTES..].split_first_chunk::<NONCE_BYTES>().ok_or_else(wrong)?;
        let payload = Payload { msg: text, aad: place.as_bytes() };
        let key = self.ring.key(id)?;
        key.cipher.decrypt(&XNonce::from(*nonce), payload).map(Secret::new).map_err(|_| wrong())
    }

    /// The keyed hash of `form`, a value of `field` in the form in which it is compared, under the key that seals.
    ///
    /// The field is hashed as well: equal values of two fields cannot be told to be equal.
    pub(super) fn keyed_hash(&self, field: &str, form: &str) -> Result<KeyedHash, Fault> {
        let mut hash = self.ring.key(self.current)?.hash.clone();
        hash.update(&(field.len() as u64).to_be_bytes());
        hash.update(field.as_bytes());
        hash.update(form.as_bytes());
        let all = hash.finalize().into_bytes();
        let mut half = KeyedHash::default();
        half.copy_from_slice(&all[..size_of::<KeyedHash>()]);
        Ok(half)
    }
}

/// The number of the key under which a value is sealed.
pub(super) fn key_of(sealed: &[u8]) -> Option<u32> {
    sealed.first_chunk::<ID_BYTES>().map(|id| u32::from_be_bytes(*id))
}

impl Ring {
    fn key(&self, id: u32) -> Result<Arc<Key>, Fault> {
        let known = |keys: &[Arc<Key>]| keys.iter().find(|key| key.id == id).map(Arc::clone);
        if let Some(key) = known(&self.keys.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(key);
        }
        // Another process has made a new key: the file is read while the program runs.
        let keys: Vec<Arc<Key>> =
            key_file::read(&self.path)?.iter().map(|key| Arc::new(Key::of(key))).collect();
        let found = known(&keys);
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        found.ok_or_else(|| {
            let path = self.path.display();
            Fault::store(format!("`{path}` has no key {id}: restore the newest copy of the keys"))
        })
    }
}

impl Key {
    fn of(key: &FileKey) -> Self {
        let bytes = key.key.expose();
        // A key of its own for the hash: what is learnt of the one tells nothing of the other.
        let derived =
            mac(bytes).chain_update(b"wardroom keyed hash of sealed fields").finalize().into_bytes();
        Self { id: key.id, cipher: XChaCha20Poly1305::new(bytes.into()), hash: mac(&derived) }
    }
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key)
        .expect("HMAC takes keys of every length (RFC 2104 §3)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sealer(key: u8) -> Sealer {
        let key = FileKey { key: Secret::new([key; 32]), ..FileKey::draw(1, Timestamp(0)) };
        Sealer::of(Path::new("/nowhere/field.key"), &[key])
    }

    #[test]
    fn a_sealed_value_opens_in_its_place_and_under_its_key_only() {
        let sealer = sealer(7);
        let sealed = sealer.seal("totp:1", b"seed").unwrap();
        assert_eq!(sealer.open_sealed("totp:1", &sealed).unwrap().expose(), b"seed");
        assert!(sealer.open_sealed("totp:2", &sealed).is_err());
        assert!(self::sealer(8).open_sealed("totp:1", &sealed).is_err());
        for cut in 0..sealed.len() {
            assert!(sealer.open_sealed("totp:1", &sealed[..cut]).is_err());
        }
    }

    #[test]
    fn equal_values_have_equal_hashes_in_one_field_under_one_key_only() {
        let sealer = sealer(7);
        let hash = |field, form| sealer.keyed_hash(field, form).unwrap();
        assert_eq!(hash("tax_id", "000123456"), hash("tax_id", "000123456"));
        assert_ne!(hash("tax_id", "000123456"), hash("tax_id", "000123457"));
        assert_ne!(hash("tax_id", "000123456"), hash("account_number", "000123456"));
        assert_ne!(hash("ab", "c"), hash("a", "bc"));
        assert_ne!(hash("tax_id", "1"), self::sealer(8).keyed_hash("tax_id", "1").unwrap());
    }

    #[test]
    fn a_key_that_another_process_made_is_read_when_it_is_needed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("field.key");
        let here = Sealer::create(&path, Timestamp(0)).unwrap();
        let mut keys = key_file::read(&path).unwrap();
        keys.push(FileKey::draw(2, Timestamp(1)));
        key_file::replace(&path, &keys).unwrap();
        let there = Sealer::open(&path).unwrap();
        assert_eq!(there.current(), 2);
        let sealed = there.seal("user:1:tax_id", b"000-12-3456").unwrap();
        assert_eq!(key_of(&sealed), Some(2));
        assert_eq!(here.open_sealed("user:1:tax_id", &sealed).unwrap().expose(), b"000-12-3456");
        let missing = here.under(3).unwrap_err();
        assert!(missing.text.contains("has no key 3"), "{missing}");
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens_and_no_two_are_alike(plain: Vec<u8>, place in "[a-z]{1,8}:[0-9]{1,6}") {
            let sealer = sealer(7);
            let (one, other) = (sealer.seal(&place, &plain).unwrap(), sealer.seal(&place, &plain).unwrap());
            let opened = sealer.open_sealed(&place, &one).unwrap();
            prop_assert_eq!(opened.expose(), &plain);
            prop_assert_ne!(&one, &other);
            for at in [0, 5, one.len() - 1] {
                let mut changed = one.clone();
                changed[at] ^= 1;
                prop_assert!(sealer.open_sealed(&place, &changed).is_err());
            }
        }
    }
}
