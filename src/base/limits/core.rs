//! Limits of what is asked of the core: each with its unit and reason.

/// Milliseconds that a confirmation waits for the core, two tries together: longer than a busy service takes, shorter
/// than an operator's patience.
pub const CORE_PATIENCE_MS: u64 = 2_000;

/// Questions to the core at the same time: each has a thread.
pub const CORE_ASKED_AT_ONCE: usize = 8;

/// Failures in a row after which nobody asks for a while.
pub const CORE_FAILURES_MAX: u32 = 3;

/// Seconds for which nobody asks a core that keeps failing.
pub const CORE_PAUSE_S: u64 = 30;

/// Longest answer of the core, in bytes: a person is a line of JSON.
pub const CORE_ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// Seconds for which a value from outside the store counts as what was shown; after that it is asked for again.
pub const OUTSIDE_FACT_S: i64 = 5 * 60;
