//! Limits of what people fill in, re-exported by [`limits`](super).

/// Shortest reason at L2, in characters: a word.
pub const REASON_CHARS_MIN: usize = 3;

/// Shortest reason from L3 on, in characters: a ticket and a word.
pub const LONG_REASON_CHARS_MIN: usize = 10;

/// Longest reason, in characters: a paragraph, read in lists.
pub const REASON_CHARS_MAX: usize = 500;

/// Longest title or name, in characters.
pub const NAME_CHARS_MAX: usize = 100;

/// Longest text of all custom attributes, in characters: twice the attributes of a large organisation.
pub const ATTRIBUTES_CHARS_MAX: usize = 8000;

/// Most custom attributes of one user: a page of its profile.
pub const ATTRIBUTES_MAX: usize = 128;

/// Longest name of a custom attribute, in characters.
pub const ATTRIBUTE_NAME_CHARS_MAX: usize = 100;

/// Sessions told one by one before they end; of more only the number.
pub const SESSIONS_TOLD: usize = 5;

/// Characters typed into a form after which leaving it is asked twice: a line is typed again, more is lost.
pub const DISCARD_ASKED_CHARS: usize = 40;

/// Lines of a dialogue without screens that wait for their turn: a script's next ones stay in its pipe.
pub const LINES_WAITING_MAX: usize = 64;

/// What a dialogue without screens says ahead of who reads it, in bytes; beyond that it takes no more keys.
pub const PLAIN_BYTES_WAITING_MAX: usize = 64 * 1024;

/// Rows of a list that a dialogue without screens says at once, where the terminal has more: nobody listens to longer ones.
pub const PLAIN_ROWS_MAX: usize = 10;

/// Longest text of a field with picked names, in characters: a hundred roles.
pub const PICKED_CHARS_MAX: usize = 8000;

/// Most entries that a picker offers: more than that are found by typing.
pub const PICKABLE_MAX: usize = 2000;
