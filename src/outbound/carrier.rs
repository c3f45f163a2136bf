//! What carries messages out: a folder of files, a mail server, or nobody.

use std::fmt;
use std::path::PathBuf;

use crate::base::fault::Fault;
use crate::outbound::mail::{Mail, Sender};
use crate::outbound::smtp::{Smtp, SmtpSettings};
use crate::outbound::spool::Spool;

/// The way out. Clones share it.
#[derive(Clone, Debug)]
pub enum Carrier {
    /// Each message becomes a file; needs nothing else installed.
    Spool(Spool),
    /// A mail server takes them.
    Smtp(Box<Smtp>),
    /// Nothing leaves: user acceptance tests.
    Withheld,
}

impl Carrier {
    /// Files in `folder`, which is made with the first one.
    pub fn spool(folder: PathBuf, sender: Sender) -> Self {
        Self::Spool(Spool::new(folder, sender))
    }

    /// A mail server, whose connections are kept by the runtime that this is called in. A setting that cannot be used is a fault that names it; nothing is connected yet.
    pub fn smtp(settings: &SmtpSettings, sender: Sender) -> Result<Self, Fault> {
        Smtp::new(settings, sender).map(|smtp| Self::Smtp(Box::new(smtp)))
    }

    /// Carries `mail` out. When this comes back without an error, somebody else has taken it for good.
    pub async fn carry(&self, mail: &Mail) -> Result<(), Undelivered> {
        match self {
            Self::Spool(spool) => spool.carry(mail).await,
            Self::Smtp(smtp) => smtp.carry(mail).await,
            Self::Withheld => Err(Undelivered::lasting("in a UAT environment nothing leaves")),
        }
    }
}

/// Why a message did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// What failed and why; never a secret, and safe to show.
    pub text: String,
    /// Whether another try would fail as well.
    pub lasts: bool,
}

impl Undelivered {
    /// Another try would fail as well.
    pub fn lasting(text: impl Into<String>) -> Self {
        Self { text: text.into(), lasts: true }
    }

    /// Another try may succeed.
    pub fn passing(text: impl Into<String>) -> Self {
        Self { text: text.into(), lasts: false }
    }
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
