//! Backup codes: ten codes for the day the telephone is gone, each good once.

use sha2::{Digest, Sha256};

use crate::base::limits::BACKUP_CODES;
use crate::base::secret::{Secret, equal_in_constant_time};
use crate::credential::base32::{Letters, grouped};

/// Bytes of one code: 80 bits, so that a plain hash of it cannot be searched.
pub const BACKUP_CODE_BYTES: usize = 10;

/// What is stored of a backup code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BackupCodeHash(pub [u8; 32]);

/// A fresh set: the codes as shown once (`abcd-efgh-jkmn-pqrs`), and what is stored of each, in the same order.
pub fn fresh_set(
    random: &[[u8; BACKUP_CODE_BYTES]; BACKUP_CODES],
) -> (Vec<Secret<String>>, Vec<BackupCodeHash>) {
    let shown =
        |bytes: &[u8; BACKUP_CODE_BYTES]| Secret::new(grouped(&Letters::Crockford.encode(bytes), 4, "-"));
    (random.iter().map(shown).collect(), random.iter().map(|bytes| hash(bytes)).collect())
}

/// The stored hash that `code` belongs to.
///
/// Case, spaces and hyphens do not matter. Compares with all of `stored` in
/// constant time; the caller removes the one that matched, in the transaction
/// that accepts it, so that no code works twice.
pub fn matching(code: &str, stored: &[BackupCodeHash]) -> Option<BackupCodeHash> {
    let short = code.len() <= 8 * BACKUP_CODE_BYTES;
    let bytes = short.then(|| Letters::Crockford.decode(code).ok())??;
    let given = hash(&bytes);
    let right_length = bytes.len() == BACKUP_CODE_BYTES;
    let mut found = None;
    for hash in stored {
        if equal_in_constant_time(&given.0, &hash.0) && right_length {
            found = Some(*hash);
        }
    }
    found
}

fn hash(bytes: &[u8]) -> BackupCodeHash {
    let hash = Sha256::new_with_prefix(b"wardroom backup code\0").chain_update(bytes);
    BackupCodeHash(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> (Vec<Secret<String>>, Vec<BackupCodeHash>) {
        fresh_set(&std::array::from_fn(|place| [u8::try_from(place).unwrap() + 1; BACKUP_CODE_BYTES]))
    }

    #[test]
    fn each_of_ten_codes_matches_its_own_hash_in_any_case_and_grouping() {
        let (codes, stored) = set();
        assert_eq!((codes.len(), stored.len()), (10, 10));
        for (code, hash) in codes.iter().zip(&stored) {
            assert_eq!(code.expose().len(), 19);
            assert_eq!(matching(code.expose(), &stored), Some(*hash));
            assert_eq!(matching(&code.expose().to_uppercase().replace('-', " "), &stored), Some(*hash));
        }
    }

    #[test]
    fn a_used_code_a_wrong_one_and_a_piece_of_one_match_nothing() {
        let (codes, stored) = set();
        assert_eq!(matching(codes[0].expose(), &stored[1..]), None);
        for wrong in ["", "000000", "abcd-efgh-jkmn-pqrs", &codes[0].expose()[..14], &"0".repeat(100)] {
            assert_eq!(matching(wrong, &stored), None, "{wrong}");
        }
    }
}
