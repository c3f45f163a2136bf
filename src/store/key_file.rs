//! The file of field keys: every key by its number, outside the database.
//!
//! A line of text each, so that a copy can be compared by eye, and a sum at the end: a file that was
//! cut or edited is refused before anything is sealed under half a key. The mark behind a number
//! tells people what the key is for; which key seals is the store's to say, so that every process
//! changes over with one commit.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::base::fault::Fault;
use crate::base::secret::{Secret, random};
use crate::base::time::Timestamp;
use crate::domain::audit::hex;
use crate::store::files;

const FIRST_LINE: &str = "wardroom field keys 1: who has this file reads what the store seals";
const KEY_BYTES: usize = 32;
/// Of the sum; enough for accidents, and nobody is kept from computing it.
const SUM_BYTES: usize = 8;

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileKey {
    /// Its number, from 1; a later key has a greater one.
    pub id: u32,
    /// What it is for.
    pub mark: Mark,
    /// When it was made.
    pub made_at: Timestamp,
    /// The key itself.
    pub key: Secret<[u8; KEY_BYTES]>,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// What is new is sealed under it.
    Current,
    /// Values are still being moved away from it.
    Retiring,
    /// Nothing but old audit entries and backups is sealed under it.
    Retired,
}

impl Mark {
    const ALL: [Self; 3] = [Self::Current, Self::Retiring, Self::Retired];

    /// The word in the file.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }
}

impl FileKey {
    /// A new key, drawn now.
    pub(super) fn draw(id: u32, made_at: Timestamp) -> Self {
        Self { id, mark: Mark::Current, made_at, key: Secret::new(random()) }
    }
}

/// Reads the keys, by ascending number. Refuses a file that others may read, and one that is damaged.
pub(super) fn read(path: &Path) -> Result<Vec<FileKey>, Fault> {
    if !path.exists() {
        let path = path.display();
        return Err(Fault::store(format!(
            "`{path}` is missing: restore it from a backup of the keys; what is sealed cannot be read without"
        )));
    }
    let bytes = files::read_private(path)?;
    let is_cut = FIRST_LINE.as_bytes().starts_with(&bytes);
    if let (Ok(key), false) = (<[u8; KEY_BYTES]>::try_from(bytes.as_slice()), is_cut) {
        // The form before keys had numbers.
        let key = Secret::new(key);
        return Ok(vec![FileKey { id: 1, mark: Mark::Current, made_at: Timestamp(0), key }]);
    }
    let text = String::from_utf8(bytes).ok();
    text.as_deref().and_then(parsed).ok_or_else(|| {
        Fault::store(format!("`{}` is damaged: restore it from a backup of the keys", path.display()))
    })
}

/// Writes a file that must not be there yet, mode 0600.
pub(super) fn create(path: &Path, keys: &[FileKey]) -> Result<(), Fault> {
    files::write_new(path, written(keys).expose().as_bytes())
}

/// Puts `keys` in the place of what is there: a process that is killed finds the one or the other, whole.
pub(super) fn replace(path: &Path, keys: &[FileKey]) -> Result<(), Fault> {
    files::replace(path, written(keys).expose().as_bytes())
}

fn written(keys: &[FileKey]) -> Secret<String> {
    let mut text = format!("{FIRST_LINE}\n");
    for FileKey { id, mark, made_at, key } in keys {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{id} {} {} {}", mark.word(), made_at.0, hex(key.expose()));
    }
    let sum = sum(&text);
    Secret::new(text + &sum + "\n")
}

fn sum(text: &str) -> String {
    format!("sum {}", hex(&Sha256::digest(text.as_bytes())[..SUM_BYTES]))
}

fn parsed(text: &str) -> Option<Vec<FileKey>> {
    let lines = text.strip_suffix('\n')?;
    let (body, last) = lines.rsplit_once('\n')?;
    if last != sum(&format!("{body}\n")) {
        return None;
    }
    let mut lines = body.lines();
    if lines.next()? != FIRST_LINE {
        return None;
    }
    let keys: Vec<FileKey> = lines.map(key).collect::<Option<_>>()?;
    let ascend = keys.windows(2).all(|pair| pair[0].id < pair[1].id);
    (ascend && !keys.is_empty()).then_some(keys)
}

fn key(line: &str) -> Option<FileKey> {
    let mut words = line.split(' ');
    let id = words.next()?.parse().ok()?;
    let mark = words.next()?;
    let mark = Mark::ALL.into_iter().find(|known| known.word() == mark)?;
    let made_at = Timestamp(words.next()?.parse().ok()?);
    let key = Secret::new(unhex(words.next()?)?);
    words.next().is_none().then_some(FileKey { id, mark, made_at, key })
}

fn unhex(text: &str) -> Option<[u8; KEY_BYTES]> {
    let mut bytes = [0; KEY_BYTES];
    if text.len() != 2 * KEY_BYTES || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    fn some() -> Vec<FileKey> {
        let first = FileKey { mark: Mark::Retired, ..FileKey::draw(1, Timestamp(5)) };
        vec![first, FileKey::draw(4, Timestamp(1_780_000_000_000))]
    }

    #[test]
    fn keys_are_read_back_from_a_file_of_the_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/field.key");
        create(&path, &some()[..1]).unwrap();
        assert!(create(&path, &some()).is_err(), "a key file is never made over another");
        let keys = some();
        replace(&path, &keys).unwrap();
        assert_eq!(read(&path).unwrap(), keys);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
        assert!(!format!("{keys:?}").contains(&hex(keys[0].key.expose())));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("field.key");
        create(&path, &some()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let fault = read(&path).unwrap_err();
        assert!(fault.text.contains("chmod 600"), "{fault}");
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_found_and_no_key_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("field.key");
        let (keys, whole) = (some(), written(&some()));
        let whole = whole.expose().as_bytes();
        let damaged = |bytes: &[u8]| {
            let _ = fs::remove_file(&path);
            files::write_new(&path, bytes).unwrap();
            let fault = read(&path).unwrap_err();
            assert!(fault.text.contains("damaged") && !fault.text.contains(&hex(keys[0].key.expose())));
        };
        for at in 0..whole.len() {
            damaged(&whole[..at]);
            let mut changed = whole.to_vec();
            changed[at] ^= 1;
            damaged(&changed);
        }
    }

    #[test]
    fn a_bare_key_of_the_form_before_numbers_is_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("field.key");
        files::write_new(&path, &[7; 32]).unwrap();
        let keys = read(&path).unwrap();
        assert_eq!((keys.len(), keys[0].id, keys[0].key.expose()), (1, 1, &[7; 32]));
    }
}
