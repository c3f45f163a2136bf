//! Limits of the search in memory, and of the language of its filters.

// --- The search in memory.

/// Users changed since the large segment of the index was made from which on it is made anew, at least.
pub const INDEX_NEWER_USERS_MIN: usize = 4096;

/// And at least this part of it: making it copies everything.
pub const INDEX_NEWER_SHARE: usize = 32;

/// A newer segment of changed users grows until the one before it is fewer times larger: at most half a dozen of them.
pub const INDEX_PART_TIMES: usize = 4;

/// Users of a segment up to which text is looked for by reading all of it: half a millisecond.
pub const INDEX_READ_THROUGH_USERS: usize = 8192;

/// Matches up to which they are sorted when asked for: half a millisecond. More are looked up along a stored order.
pub const INDEX_FEW: usize = 2048;

/// A letter or pair that more than one of so many users have is kept as a set of bits: it takes less than a list.
pub const INDEX_FREQUENT_SHARE: usize = 12;

/// A longer text that more than one of so many users have is kept with a set of its own.
pub const INDEX_SHARED_TEXT_SHARE: usize = 128;

/// Longest such text, in bytes.
pub const INDEX_SHARED_TEXT_BYTES_MAX: usize = 24;

/// Memory of the sets of such texts in one arena, in bytes per user; the shorter texts come first.
pub const INDEX_SHARED_TEXTS_BYTES: usize = 8;

/// Users looked at to guess which texts are shared.
pub const INDEX_SAMPLE_USERS: usize = 8192;

/// A text is read through where more than one of so many users may hold it: reading on is faster than leaping.
pub const INDEX_LOOK_SHARE: usize = 4;

/// Users up to which one thread looks alone: a second one takes 30 µs to start.
pub const INDEX_LOOK_ALONE: usize = 10_000;

/// Answers that a segment keeps, and the bytes that they take per user: a shift's worth of common words.
pub const INDEX_MEMO_MAX: usize = 256;
/// See [`INDEX_MEMO_MAX`].
pub const INDEX_MEMO_BYTES: usize = 8;

/// Searches whose result is kept until the next commit, an eighth of a byte per user each.
pub const INDEX_RECENT_MAX: usize = 16;

/// Values of a column up to which it is remembered who has each: 15 µs for each of them and a million users.
pub const INDEX_RANKS_FEW: usize = 32;

/// How long a question waits for the index to take in the newest commit, in milliseconds; then the store answers.
pub const INDEX_WAIT_MS: u64 = 100;

/// Changed users that are read one by one; beyond it everybody is read anew.
pub const INDEX_FOLLOWED_USERS_MAX: u64 = 20_000;

/// Users read between two looks at the memory that the index takes.
pub const INDEX_LOOK_USERS: usize = 4096;

// --- The filter language.

/// Groups within groups of a filter: nobody reads deeper, and reading it takes a stack.
pub const FILTER_DEPTH_MAX: usize = 16;

/// Terms of one filter: a hundred characters hold fewer; a longer text is a list, and lists come as targets.
pub const FILTER_TERMS_MAX: usize = 128;

/// Letters of a word from which on `~` allows one of them to differ, and two: in shorter ones nearly everything is near.
pub const LIKENESS_CHARS: (usize, usize) = (4, 8);

/// Longest number of a row as it is typed, in characters.
pub const PLACE_CHARS_MAX: usize = 12;

/// Rows of users that are kept as they were read, about a kilobyte each: what some hundred sessions look at.
pub const ROWS_KEPT_MAX: usize = 16_384;

/// Completions told in one line where there are several: as many as are read at a glance.
pub const COMPLETIONS_TOLD_MAX: usize = 9;
