//! An operator at work: who asks, by which way in, and how that was proved.

use std::net::IpAddr;

use crate::base::ids::{SessionId, UserId};
use crate::base::time::Timestamp;

/// By which way an operator reached the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// An SSH connection.
    Ssh,
    /// This machine.
    Local,
}

impl Via {
    /// The word of the audit.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ssh => "ssh",
            Self::Local => "local",
        }
    }
}

/// Who asks, and from where: travels with every request, and into the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The operator.
    pub operator: UserId,
    /// The operator's login when the session began, for logs.
    pub login: String,
    /// The way in.
    pub via: Via,
    /// Where from: an address, or the system user and host of local use.
    pub source: String,
    /// How the sign-in was proved: `key SHA256:…`, `password`, `local`.
    pub proof: String,
    /// The session, where there is one.
    pub session: Option<SessionId>,
    /// When this connection last proved a code.
    pub code_at: Option<Timestamp>,
    /// Whether the operator has a second factor to ask for.
    pub has_second_factor: bool,
}

/// A key that signs in without a code for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// `SHA256:…`.
    pub fingerprint: String,
    /// What its owner calls it; may be empty.
    pub comment: String,
    /// Until when.
    pub until: Timestamp,
}

/// What there was before somebody came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// When the last console of theirs was opened, and where from; `None` where this is the first.
    pub last: Option<(Timestamp, String)>,
    /// Sign-ins under their login that failed since then, to the minute.
    pub failures: u64,
}

/// A sign-in that was let in: what the wire hands to the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The operator.
    pub operator: UserId,
    /// The login as it was proved.
    pub login: String,
    /// The peer's address.
    pub source: IpAddr,
    /// How it was proved.
    pub proof: String,
    /// When a code was proved on this connection.
    pub code_at: Option<Timestamp>,
}
