//! Notices: messages that an action sends to somebody.

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressee {
    /// The user acted upon, at the primary email; nobody where there is none.
    Subject,
}

/// A message that goes out with an action, in the same transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who is told.
    pub to: Addressee,
    /// The template under `config/messages`, without its ending.
    pub template: &'static str,
}
