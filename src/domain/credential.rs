//! What an operator proves who they are with, as the store holds it.

use crate::base::secret::Secret;
use crate::base::time::Timestamp;

/// A public key that signs an operator in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshKey {
    /// `SHA256:…` of the key.
    pub fingerprint: String,
    /// The line of an `authorized_keys` file without options: algorithm and base64.
    pub line: String,
    /// What its owner calls it.
    pub comment: String,
    /// When it was registered.
    pub added_at: Timestamp,
}

/// Everything that a sign-in needs of one operator.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// PHC string of the password, where one is set.
    pub password_hash: Option<String>,
    /// The second factor's seed, opened.
    pub totp_seed: Option<Secret<Vec<u8>>>,
    /// The last 30-second step whose code was used.
    pub totp_last_step: Option<u64>,
    /// Exempt from the second factor for good (`--no-mfa`).
    pub mfa_exempt: bool,
    /// Registered keys.
    pub keys: Vec<SshKey>,
    /// Fingerprints whose code is skipped, with their end.
    pub trusted: Vec<(String, Timestamp)>,
    /// Wrong passwords, and wrong codes behind a password, since the last success or unlock.
    pub failures: u32,
    /// Wrong codes behind a proved key since the last success or unlock.
    pub key_failures: u32,
}
