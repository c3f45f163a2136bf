//! A key that a client shows, as the sign-in machine knows it.

use russh::keys::ssh_key::{self, HashAlg, PublicKey};

use crate::credential::account::{Certificate, KeyKind, ShownKey};

/// A key as the machine knows it. Kinds that are never taken were turned away by the wire.
#[expect(clippy::wildcard_enum_match_arm, reason = "the list is the library's, and not closed")]
pub(super) fn shown(key: &PublicKey) -> ShownKey {
    let kind = match key.algorithm() {
        ssh_key::Algorithm::Rsa { .. } => {
            let bits = key.key_data().rsa().and_then(|rsa| rsa.n().as_positive_bytes().map(|n| n.len() * 8));
            KeyKind::Rsa(u32::try_from(bits.unwrap_or(0)).unwrap_or(u32::MAX))
        }
        ssh_key::Algorithm::SkEd25519 | ssh_key::Algorithm::SkEcdsaSha2NistP256 => KeyKind::Security,
        // The type is not closed: whatever else there is has no rule of its own.
        _ => KeyKind::Other,
    };
    ShownKey {
        kind,
        fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
        line: key.to_openssh().unwrap_or_default(),
        certificate: Certificate::None,
        certified: String::new(),
    }
}
