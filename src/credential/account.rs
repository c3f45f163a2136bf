//! What a sign-in is decided upon: the account as it is stored, and the key that is shown.

use crate::base::ids::UserId;
use crate::base::limits::{AUTO_LOCK_THRESHOLD, RSA_BITS_MIN};
use crate::base::secret::Secret;
use crate::credential::backup_code::BackupCodeHash;
use crate::credential::totp::Seed;

/// The account behind a name, loaded afresh for each decision.
#[derive(Clone, Debug)]
pub struct AccountProof {
    /// `None` when nobody may sign in by that name: unknown, deleted, a customer.
    pub user: Option<UserId>,
    /// Whether its status lets it in.
    pub may_enter: MayEnter,
    /// The PHC string; `None` for accounts that sign in by key only.
    pub password_hash: Option<String>,
    /// Registered public keys.
    pub keys: Vec<RegisteredKey>,
    /// What is asked after the key or the password.
    pub second_factor: SecondFactor,
    /// Wrong guesses since the last success of the same kind, or the last unlock.
    pub wrong: WrongGuesses,
    /// As many wrong guesses close a way in (account setting, default 6).
    pub threshold: u32,
}

/// What the status of an account means for signing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MayEnter {
    /// ACTIVE or RECOVERY.
    Yes,
    /// `AWAITING_NEW_PASSWORD`: enters, and sets one before anything else.
    OwingPassword,
    /// `AUTO_LOCKED`.
    ByKeyOnly,
    /// Any other status, or nothing assigned. The sentence says why and whom to ask; it is
    /// shown only to who has proved everything.
    No(String),
}

/// A public key that an operator has registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredKey {
    /// `SHA256:…`.
    pub fingerprint: String,
    /// Whether it signs in without a code, at this time.
    pub trusted: bool,
}

/// The second factor of an account.
#[derive(Clone, Debug)]
pub enum SecondFactor {
    /// Codes are asked for.
    Set {
        /// Shared with the authenticator app.
        seed: Secret<Seed>,
        /// The newest step that was used.
        last_step: Option<u64>,
        /// Those not used yet.
        backup_codes: Vec<BackupCodeHash>,
    },
    /// Exempt for good (`--no-mfa`).
    Exempt,
    /// To be set up in the session that begins, before anything else.
    Due,
    /// Of nobody's account: nobody enters.
    Missing,
}

/// What an operator must do before anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owes {
    /// Set a new password.
    pub password: bool,
    /// Set up a second factor.
    pub second_factor: bool,
}

impl Owes {
    /// Whether there is anything.
    pub const fn anything(self) -> bool {
        self.password || self.second_factor
    }
}

/// Wrong guesses on one account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrongGuesses {
    /// Passwords, and codes behind a password: anybody can make them.
    pub open: u32,
    /// Codes behind a proved key or certificate: only its holder can make them.
    pub behind_key: u32,
}

impl AccountProof {
    /// What is loaded for a name that nobody has.
    pub const fn unknown() -> Self {
        Self {
            user: None,
            may_enter: MayEnter::Yes,
            password_hash: None,
            keys: Vec::new(),
            second_factor: SecondFactor::Missing,
            wrong: WrongGuesses { open: 0, behind_key: 0 },
            threshold: AUTO_LOCK_THRESHOLD,
        }
    }

    /// Whether the way by password is open. An auto-lock closes it, and nothing else:
    /// who is barred learns so only after the code.
    pub fn password_way_open(&self) -> bool {
        self.may_enter != MayEnter::ByKeyOnly && self.wrong.open < self.threshold
    }

    /// Whether the way by key is open, trusted keys included: after so many wrong codes one
    /// of the keys is likely in other hands.
    pub const fn key_way_open(&self) -> bool {
        self.wrong.behind_key < self.threshold
    }

    /// What is set before anything else, by whoever has come in.
    pub const fn owes(&self) -> Owes {
        Owes {
            password: matches!(self.may_enter, MayEnter::OwingPassword),
            second_factor: matches!(self.second_factor, SecondFactor::Due),
        }
    }

    /// Whether `key` is the account's, and whether it is trusted.
    pub fn recognised(&self, key: &ShownKey) -> Option<Trust> {
        self.user?;
        match key.certificate {
            Certificate::None => self
                .keys
                .iter()
                .find(|registered| registered.fingerprint == key.fingerprint)
                .map(|registered| if registered.trusted { Trust::WithoutCode } else { Trust::WithCode }),
            Certificate::Valid(trust) => Some(trust),
            Certificate::Invalid => None,
        }
    }
}

/// Whether a key needs a code behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The key alone signs in.
    WithoutCode,
    /// A code comes after the key.
    WithCode,
}

/// A public key that a client shows; what is known of it before any look at an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownKey {
    /// Its algorithm, as far as rules depend on it.
    pub kind: KeyKind,
    /// `SHA256:…` of the key, of a certificate that of the key in it.
    pub fingerprint: String,
    /// Algorithm and base64, as in a file of authorised keys.
    pub line: String,
    /// Whether it came in a certificate.
    pub certificate: Certificate,
    /// What the certificate says of itself, for the audit; empty without one.
    pub certified: String,
}

/// Kinds of keys that rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Length of the modulus, in bits.
    Rsa(u32),
    /// A FIDO key (`sk-`).
    Security,
    /// Ed25519, ECDSA.
    Other,
}

/// What a certificate is worth. Judged before by who knows the authorities and
/// the source: authority, type, principals, validity, critical options, revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// A plain key.
    None,
    /// Good for the name at hand; whether a code comes after it is the authority's setting.
    Valid(Trust),
    /// Not good, for whatever reason.
    Invalid,
}

impl ShownKey {
    /// Why no account may use such a key, in a sentence for its owner.
    pub const fn unusable(&self) -> Option<&'static str> {
        match self.kind {
            // A signature made without a touch cannot be told from one made with it.
            KeyKind::Security => Some(
                "security keys (sk-) are not accepted here, because the server cannot see whether they were touched; \
                 use an ed25519 key that is not sk-, or the password",
            ),
            KeyKind::Rsa(bits) if bits < RSA_BITS_MIN => {
                Some("RSA keys must have at least 2048 bits; use a longer one, or an ed25519 key")
            }
            KeyKind::Rsa(_) | KeyKind::Other => None,
        }
    }
}
