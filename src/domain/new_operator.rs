//! An operator that this machine sets up: the first of an institution, or one more, without a console.

use crate::base::secret::Secret;
use crate::domain::level::Level;

/// What `init` and `operators add` say of one operator, checked as far as it can be without the store.
#[derive(Clone, Debug)]
pub struct NewOperator {
    /// The login.
    pub login: String,
    /// Primary email.
    pub email: String,
    /// The level; with `None` a role or a group gives the rights.
    pub level: Option<Level>,
    /// The scope that goes with the level.
    pub scope: NamedScope,
    /// Name of a role.
    pub role: Option<String>,
    /// Name of a group.
    pub group: Option<String>,
    /// Key of the organisation; of `init` the one to make.
    pub organisation: Option<String>,
    /// The password, not yet hashed nor held against the rules for passwords.
    pub password: Option<Secret<String>>,
    /// A public key: the line of an `authorized_keys` file, algorithm and base64.
    pub ssh_key: Option<PublicKeyLine>,
    /// The second factor.
    pub second_factor: SecondFactor,
}

/// A scope in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedScope {
    /// The own organisation, or all for a master administrator.
    Default,
    /// All organisations, present and future.
    All,
    /// These, by key.
    Only(Vec<String>),
}

/// A public key as a file holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeyLine {
    /// Algorithm and base64.
    pub line: String,
    /// What its owner calls it; may be empty.
    pub comment: String,
}

/// Where the second factor comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Made now, and shown once.
    Make,
    /// This seed (RFC 6238), decoded.
    Seed(Secret<Vec<u8>>),
    /// None, for good; the audit says so.
    Exempt,
}
