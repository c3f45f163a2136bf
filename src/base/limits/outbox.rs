//! Limits of what goes out: each with its unit and reason.

/// Messages taken out of the outbox at once: one write for each of two steps, and 200 mails a second with a dozen turns.
pub const OUTBOX_PIECE_ROWS: i64 = 64;

/// Messages carried at the same time: what a mail server gives one client without turning it away.
pub const OUTBOX_CARRIED_MAX: usize = 8;

/// Seconds after which somebody else may take up a message whose carrier was killed: longer than any try.
pub const OUTBOX_CLAIM_S: i64 = 300;

/// First and longest pause before another try, in seconds, doubled each time: a server that is away for a night is
/// found again within the hour.
pub const OUTBOX_PAUSE_S: (i64, i64) = (30, 3_600);

/// Tries before a message is given up: with the pauses above, some 26 hours.
pub const OUTBOX_TRIES_MAX: i64 = 32;

/// Pause of the deliverer after a commit, in milliseconds: messages of a bulk run are taken up together.
pub const OUTBOX_SETTLE_MS: u64 = 50;

/// Pause after the store could not be read or written, in milliseconds.
pub const OUTBOX_RETRY_MS: u64 = 5_000;

/// Seconds that a mail server has for a whole message: a server that looks for viruses takes its time.
pub const SMTP_TIMEOUT_S: u64 = 120;

/// Longest error of a message that is kept, in columns: a line of a screen twice over.
pub const OUTBOX_ERROR_CHARS_MAX: usize = 240;

/// Seconds that what is being carried has to be settled when delivery stops: as long as everything else has.
pub const DELIVERY_FINISH_S: u64 = 5;
