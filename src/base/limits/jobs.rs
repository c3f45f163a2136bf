//! Limits of marked sets and of the jobs that act upon them: each with its unit and reason.

/// Most users that can be marked, and that one job acts upon: a whole institution of the usual size, and half a second
/// to freeze.
pub const MARKED_MAX: usize = 100_000;

/// Users that a job acts upon in one transaction: some five milliseconds, so that whoever waits for the writer gets it
/// within a frame.
pub const JOB_PIECE_ROWS: usize = 40;

/// Pause between two pieces, in milliseconds: who waits for the writer comes before the next piece.
pub const JOB_PAUSE_MS: u64 = 2;

/// Least and longest wait after a piece that the store could not write, and could not note either, in milliseconds.
pub const JOB_RETRY_MS: (u64, u64) = (1_000, 60_000);

/// A marked set larger than this is confirmed by typing its number.
pub const SET_TYPED_ABOVE: usize = 10;

/// Users judged at once for what is shown before a set is acted upon: some 20 ms of one reader.
pub const PREVIEW_ROWS: usize = 200;

/// Users of a set named in its confirmation; all of them are a key away.
pub const PREVIEW_NAMES: usize = 5;

/// Rows of a job fetched at once: a tall screen, and the newest count most.
pub const JOB_PAGE_ROWS: usize = 64;

/// Sessions in a list at once: more than one looks through by eye; the count tells of all.
pub const SESSIONS_LISTED_MAX: usize = 250;

/// Jobs in a list: those of a few weeks.
pub const JOBS_LISTED_MAX: usize = 200;

/// Progress tells how long it will take from this many milliseconds of work on.
pub const JOB_ETA_AFTER_MS: i64 = 2_000;

/// Jobs of one operator that may be open at once: more would be started by mistake.
pub const JOBS_OPEN_MAX: i64 = 20;

/// How often a job that another process runs is looked at, in milliseconds: that process may have been killed.
pub const JOB_FOREIGN_LOOK_MS: u64 = 5_000;
