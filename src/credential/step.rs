//! What a sign-in is made of: attempts in, steps out, answers at the end.

use crate::base::ids::UserId;
use crate::base::secret::Secret;
use crate::credential::account::ShownKey;
use crate::credential::backup_code::BackupCodeHash;
use crate::credential::token::TokenHash;

/// What a client sends, under a user name.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// The method `none`: which methods are there?
    Probe,
    /// A key without a signature: shall I sign with this one?
    Offer(ShownKey),
    /// A key with a signature that was verified.
    Key(ShownKey),
    /// A password.
    Password(Secret<String>),
    /// The start of keyboard-interactive.
    Begin,
    /// Answers to the prompts that were sent last.
    Responses(Vec<Secret<String>>),
}

/// What the driver is to do next, and by which method it comes back.
#[derive(Clone, Debug)]
pub enum Step {
    /// Load the account of this folded name, unknown ones in equal time: `found`.
    LookUp {
        /// The name, folded; at most [`crate::base::limits::LOGIN_BYTES_MAX`].
        login: String,
    },
    /// Verify in the arenas, against a decoy without a hash: `verified`.
    VerifyPassword {
        /// As it was sent.
        password: Secret<String>,
        /// Of the account, if it has one.
        hash: Option<String>,
    },
    /// Mark a code as used in one transaction, and tell whether this was the first time: `spent`.
    Spend {
        /// Whose.
        user: UserId,
        /// What.
        used: Used,
    },
    /// Is there a live invite or reset token of this hash? `token_checked`.
    CheckToken(TokenHash),
    /// Record it, and load the account (or [`super::account::AccountProof::unknown`]) as it is afterwards: `recorded`.
    Record(Event),
    /// Tell the client. The attempt is over.
    Answer(Answer),
}

/// A code that can be used once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// A TOTP step; with it go all before.
    TotpStep(u64),
    /// A backup code.
    BackupCode(BackupCodeHash),
}

/// What happened, for counters, audit and waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A wrong guess. The store raises the counter of its kind, and locks at the threshold.
    Failed {
        /// The name as folded; it may be nobody's.
        login: String,
        /// Whose account, where the name is somebody's.
        user: Option<UserId>,
        /// At what.
        guess: Guess,
    },
    /// A password was right; the sign-in goes on, or is refused by a lock.
    PasswordProved {
        /// Whose.
        user: UserId,
    },
    /// Everything was proved, and the account is barred.
    TurnedAway {
        /// Whose.
        user: UserId,
        /// How.
        way: Way,
    },
    /// Everything was proved. The store clears the counter of this way, and no other.
    Succeeded {
        /// Whose.
        user: UserId,
        /// How.
        way: Way,
    },
    /// Somebody asks for a reset link for this name, which may be nobody's.
    Forgotten {
        /// The name as typed, folded.
        login: String,
    },
}

/// What was guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// A password: counts among the open guesses.
    Password,
    /// A code behind a password: counts among the open guesses.
    Code,
    /// A code behind a proved key or certificate: counts there.
    CodeBehindKey,
    /// A key: counts on no account, since keys cannot be guessed.
    Key,
    /// An invite or reset token: counts on no account.
    Token,
}

/// The first factor of a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a key or a certificate.
    Key(ShownKey),
    /// By the password.
    Password,
}

/// Methods of SSH authentication in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `publickey`.
    PublicKey,
    /// `password`.
    Password,
    /// `keyboard-interactive`.
    KeyboardInteractive,
}

/// What the client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To an offer: sign with it. Says nothing about whether the key is registered.
    ShowProof,
    /// Signed in.
    Accept(Entry),
    /// One factor is proved; these methods go on (RFC 4252 §5.1, partial success).
    Partial {
        /// Never empty.
        methods: &'static [Method],
    },
    /// Keyboard-interactive goes on.
    Prompt {
        /// Shown above the prompts; may be empty.
        instructions: String,
        /// May be empty: then there is only something to read.
        prompts: &'static [Prompt],
    },
    /// No.
    Reject {
        /// What may be tried; the same list for known and unknown names.
        methods: &'static [Method],
    },
    /// No, and the connection ends.
    HangUp,
}

/// One question of keyboard-interactive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// Ends in `: `.
    pub text: &'static str,
    /// Whether what is typed is shown.
    pub echo: bool,
}

/// What a sign-in gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// An operator's sessions.
    Console {
        /// Who.
        user: UserId,
        /// By what.
        way: Way,
        /// Whether a code was proved just now: L3 and L4 do not ask for one in the next minutes.
        code_proved: bool,
    },
    /// `join@`: ten minutes for password, code and "keep this key".
    Join {
        /// The token that was shown; not redeemed yet.
        token: TokenHash,
        /// The key that was shown before.
        key: Option<ShownKey>,
    },
}
