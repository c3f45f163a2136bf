//! Every limit of the program: a number, its unit, its reason.

mod core;
mod entry;
mod forms;
mod jobs;
mod outbox;
mod long_work;
mod search;
mod structure;

pub use core::*;
pub use entry::*;
pub use forms::*;
pub use jobs::*;
pub use long_work::*;
pub use outbox::*;
pub use search::*;
pub use structure::*;

/// Longest search text, in characters. Longer input is cut, not refused: people paste.
pub const SEARCH_CHARS_MAX: usize = 120;

/// Rows fetched per page. Two screens of a tall terminal: paging stays ahead of the eye.
pub const PAGE_ROWS: usize = 128;

/// A session without a key press locks its screen after this many seconds (PCI DSS 8.2.8).
pub const IDLE_LIMIT_S: u64 = 15 * 60;

/// A session ends after this many seconds, whatever it does: one long shift.
pub const SESSION_LIMIT_S: u64 = 12 * 3600;

/// A code proved longer ago than this many seconds is asked for again from L3 on.
pub const FRESH_CODE_S: i64 = 5 * 60;

/// Narrowest and lowest terminal that the screens are made for, in cells.
pub const TERMINAL_MIN: (u16, u16) = (60, 16);

/// Widest and highest terminal, in cells: sizes arrive as any `u32`, and a frame is memory.
pub const TERMINAL_MAX: (u16, u16) = (500, 200);

/// Longest internal note, in characters: a page, not a document.
pub const NOTE_CHARS_MAX: usize = 4000;

/// How long a write waits for another process to finish its own, in milliseconds.
pub const STORE_BUSY_MS: u64 = 5000;

/// What a checkpoint leaves of the write-ahead log on disk, in bytes.
pub const WAL_BYTES_KEPT: i64 = 64 * 1024 * 1024;

/// Prepared statements kept per connection: more than the program has.
pub const STATEMENTS_CACHED: usize = 96;

/// Requests waiting for the writer. Beyond that a caller waits in its own task: back-pressure, not memory.
pub const WRITES_WAITING_MAX: usize = 256;

/// Requests committed together at most: one flush to disk for all of them, and nobody waits long for the others.
pub const GROUP_COMMIT_MAX: usize = 64;

/// Reader threads: two cores' worth, and one for a slow list beside quick profiles.
pub const READERS: usize = 3;

/// Questions waiting for a reader.
pub const READS_WAITING_MAX: usize = 1024;

/// Steps of SQLite's machine between two looks whether anybody still waits for the answer: well below a millisecond.
pub const READ_STEPS_BETWEEN_LOOKS: i32 = 4096;

/// Size of the write-ahead log from which it is written back to the file, in bytes.
pub const WAL_BYTES_CHECKPOINT: u64 = 8 * 1024 * 1024;

/// Pause between two checkpoints, in milliseconds.
pub const CHECKPOINT_PAUSE_MS: u64 = 250;

/// Rows told when a file is wrong: the first ones show what kind of mistake it is.
pub const ROW_FAULTS_MAX: usize = 20;

/// Entries told of a record that was changed meanwhile: the newest say enough, all of them are in the audit.
pub const MEANWHILE_MAX: u32 = 5;

// --- The two ends of a terminal.

/// A lone ESC counts as the key Esc after this many milliseconds without a byte: links split
/// sequences by up to 16 ms, and people do not notice 50.
pub const ESCAPE_WAIT_MS: u64 = 50;

/// A paste whose end never came ends after this many milliseconds without a byte. Longer than
/// a stall of a poor link: what follows an end too early would be obeyed as keys.
pub const PASTE_WAIT_MS: u64 = 2_000;

/// Longest escape sequence that is understood, in bytes; real ones have fewer than 30.
pub const SEQUENCE_BYTES_MAX: usize = 128;

/// Bytes swallowed at most of a terminal's answer that nobody asked for, or of one sequence too
/// long to be understood; what follows counts as keys again.
pub const STRING_BYTES_MAX: usize = 1024;

/// Longest pasted text, in bytes. The rest is dropped: no field takes more.
pub const PASTE_BYTES_MAX: usize = 4 * 1024;

// --- Proving who one is.

/// Shortest password, in characters after NFC: with length enough, no mix of kinds is asked for (NIST SP 800-63B §3.1.1).
pub const PASSWORD_CHARS_MIN: usize = 12;

/// Longest password, in characters after NFC: room for any sentence, no room for a flood.
pub const PASSWORD_CHARS_MAX: usize = 128;

/// Longest text that is hashed as a password, in bytes: 128 characters, each decomposed into several, fit.
pub const PASSWORD_BYTES_MAX: usize = 4096;

/// Fewest characters of a password beside a word that everybody knows (NIST SP 800-63B, 5.1.1.2: the
/// least that a password may have at all).
pub const CHARS_BESIDE_KNOWN_WORD_MIN: usize = 8;

/// Memory of one argon2id hash, in KiB (RFC 9106 §4, second recommended option).
pub const ARGON2_MEMORY_KIB: u32 = 64 * 1024;

/// Passes of one argon2id hash over its memory (RFC 9106 §4, second recommended option).
pub const ARGON2_PASSES: u32 = 3;

/// Lanes of one argon2id hash (RFC 9106 §4, second recommended option).
pub const ARGON2_LANES: u32 = 4;

/// A stored hash that costs more than this many times our own is not computed: it would hold an arena.
pub const ARGON2_COST_TIMES_MAX: u64 = 2;

/// Arenas, which is hashes at once, unless the settings say otherwise: 128 MiB, and one core stays free on four.
pub const HASH_ARENAS: usize = 2;

/// Hashes that wait for an arena: about one second of work, more would outwait the client.
pub const HASHES_WAITING_MAX: usize = 8;

/// Guesses answered per connection, over all methods and prompts (OpenSSH: `MaxAuthTries 6`).
pub const GUESSES_PER_CONNECTION: u32 = 6;

/// Wrong passwords or codes on one account that lock it, unless the settings say otherwise.
pub const AUTO_LOCK_THRESHOLD: u32 = 6;

/// Longest SSH user name that is looked up, in bytes. Longer ones are unknown.
pub const LOGIN_BYTES_MAX: usize = 256;

/// Fewest bits of an RSA key that may sign in (NIST SP 800-131A).
pub const RSA_BITS_MIN: u32 = 2048;

/// Failures of a source before it waits: a person who mistypes does not notice.
pub const SOURCE_FAILURES_FREE: u32 = 10;

/// First and longest wait of a source, in milliseconds; each failure doubles it.
pub const SOURCE_WAIT_MS: (u64, u64) = (250, 4000);

/// A source without a failure for this many seconds starts anew.
pub const SOURCE_FAILURES_KEPT_S: u64 = 10 * 60;

/// Sources remembered for their failures, about 200 KiB. The one quiet for longest makes room.
pub const SOURCES_REMEMBERED_MAX: usize = 4096;

/// Length of one TOTP step, in seconds (RFC 6238 §4.1).
pub const TOTP_STEP_S: i64 = 30;

/// Fewest bytes of a TOTP seed that is brought along: what many older apps made. Ours have 20; RFC 4226 §4, R6 asks
/// for 16.
pub const TOTP_SEED_BYTES_MIN: usize = 10;

/// Most bytes of a TOTP seed: one block of SHA-1, longer ones gain nothing (RFC 2104 §3).
pub const TOTP_SEED_BYTES_MAX: usize = 64;

/// Light border around a QR code, in modules. The standard asks for 4; 2 is read by telephones and leaves room on 80x24.
pub const QR_BORDER_MODULES: usize = 2;

/// Backup codes made at once.
pub const BACKUP_CODES: usize = 10;

/// How long before an idle screen locks its operator is warned, in seconds.
pub const IDLE_WARNING_S: u64 = 60;

/// Moments that a console may be waiting for at once: a toast, a guard, a loading mark, with room to spare.
pub const WAKES_MAX: usize = 32;

/// Questions and requests of one session under way at once; beyond it the session waits before it takes more keys.
pub const ASKED_MAX: usize = 32;

/// Shortest time between two refreshes of a screen by what others commit, in milliseconds: four a second.
pub const REFRESH_PAUSE_MS: u64 = 250;

/// How long a client may take for the last frame of its session, in milliseconds.
pub const FAREWELL_MS: u64 = 2000;

/// How often another process's commits are looked for while sessions exist, in milliseconds.
pub const OTHERS_LOOK_MS: u64 = 250;

/// Most targets that one command line reads from standard input.
pub const TARGETS_MAX: usize = 10_000;

/// Longest text read from a small file or from standard input, in bytes: keys, passwords, signed heads, lists of targets.
pub const SMALL_FILE_BYTES_MAX: usize = 1024 * 1024;

/// Rows asked for at once by a command that lists: few questions, and still a page of memory.
pub const LIST_PAGE_ROWS: usize = 1024;

// --- A made-up institution.

/// Most made-up people: the largest institution that the console is measured with.
pub const DEMO_USERS_MAX: u32 = 10_000_000;

// --- the console

/// Pages of the user list kept in memory: the one on the screen and one to each side.
pub const PAGES_KEPT: usize = 3;

/// Places on a page that Esc goes back to, one after another: more nobody remembers.
pub const PLACES_LEFT_MAX: usize = 8;

/// Entries of the audit that one question looks at: some tens of milliseconds of a reader; who
/// wants more asks again, and so does who verifies the chain.
pub const AUDIT_SCAN_ROWS: usize = 20_000;

/// Rows of notes or history kept of one profile: beyond that nobody reads, they filter or export.
pub const FEED_ROWS_MAX: usize = 2000;

/// Rows of notes or history fetched at once: a tall screen.
pub const FEED_PAGE_ROWS: usize = 64;

/// A question that waits longer than this, in milliseconds, is shown as loading; sooner it would only flicker.
pub const LOADING_AFTER_MS: u64 = 150;

/// A confirmation drops keys for this long after it opened, in milliseconds: they were typed before it was seen.
pub const CONFIRM_GUARD_MS: i64 = 150;

/// A toast stands for this long, in milliseconds; errors stay until a key.
pub const TOAST_MS: u64 = 6000;

/// Ctrl-c twice within this time, in milliseconds, signs out.
pub const INTERRUPT_TWICE_MS: i64 = 2000;

/// Longest line in the palette, in characters: the longest reason with the words around it.
pub const COMMAND_CHARS_MAX: usize = 700;

/// Lines of the palette remembered for the up arrow: those of one shift.
pub const COMMANDS_REMEMBERED: usize = 50;

/// Users looked at that the palette offers again: as many as one has in mind.
pub const RECENT_USERS: usize = 10;

/// Messages of a session kept to be read again: those of one shift.
pub const MESSAGES_KEPT: usize = 200;

/// Actions of a session kept with their lines: those of a long shift; all of them are in the audit.
pub const LOGGED_MAX: usize = 500;

/// Filters remembered for the up arrow: those of one shift.
pub const FILTERS_REMEMBERED: usize = 50;

/// Longest code or password typed to resume an idle screen, in characters (a password has 128).
pub const UNLOCK_CHARS_MAX: usize = 128;

// --- The wire.

/// Connections not yet signed in, in all. Each costs a key exchange and a socket.
pub const STRANGERS_MAX: usize = 100;

/// Connections not yet signed in from one source: one address, or one /64 of IPv6.
pub const STRANGERS_PER_SOURCE_MAX: usize = 20;

/// Connections in all, signed in or not: twice the sessions that one machine is meant to hold.
pub const CONNECTIONS_MAX: usize = 2_000;

/// Seconds from TCP accept to the first proved factor, whatever the client does.
pub const LOGIN_GRACE_S: u64 = 30;

/// Seconds more, from the first proved factor, for the second: a code is typed by hand.
pub const SECOND_FACTOR_GRACE_S: u64 = 90;

/// Least milliseconds until a wrong password or code is answered: what the work took stays hidden.
pub const REJECTION_FLOOR_MS: u64 = 300;

/// Milliseconds that sent data may stay unacknowledged (RFC 5482) before the socket is given up.
pub const TCP_USER_TIMEOUT_MS: u32 = 30_000;

/// Seconds without a packet before the kernel asks whether the peer is there; then every ten.
pub const TCP_KEEPALIVE_S: u64 = 60;

/// Milliseconds without accepting after the system ran out of sockets: others may close some.
pub const ACCEPT_PAUSE_MS: u64 = 100;

/// Seconds for what runs to finish when the server stops.
pub const DRAIN_S: u64 = 5;

/// Seconds for a last screen to reach its terminal, and for a session to notice that its client left.
pub const FAREWELL_S: u64 = 2;

/// Channels of one connection at once.
pub const CHANNELS_MAX: usize = 8;

/// Channels of one connection in its life: the library keeps some 4 KiB of each until the connection ends.
pub const CHANNELS_PER_CONNECTION_MAX: usize = 2_000;

/// Bytes that a client may send on a channel before it is told to go on: import at 5 MB/s over 100 ms.
pub const WINDOW_BYTES: u32 = 512 * 1024;

/// Bytes of one packet (RFC 4253 section 6.1 asks for this much).
pub const PACKET_BYTES_MAX: u32 = 32 * 1024;

/// Frames or chunks on their way from a channel to its connection. One: a newer frame makes an older one worthless.
pub const FRAMES_WAITING_MAX: usize = 1;

/// Chunks of keys waiting for a session.
pub const INPUT_CHUNKS_MAX: usize = 64;

/// Bytes of one such chunk; longer input comes in several.
pub const INPUT_CHUNK_BYTES_MAX: usize = 4 * 1024;

/// Chunks waiting for a one-shot, and from it.
pub const EXEC_CHUNKS_MAX: usize = 16;

/// Bytes of input that one connection holds before its socket is no longer read.
pub const INPUT_HELD_BYTES_MAX: usize = 256 * 1024;

/// The same while a one-shot waits for its own output: the word that the client has room again comes behind the
/// input. Beyond it the connection stands still until it is given up.
pub const INPUT_HELD_STALLED_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Variables taken from a client, and the bytes of a name or value.
pub const ENV_MAX: (usize, usize) = (32, 128);

/// Bytes of a terminal's type.
pub const TERM_BYTES_MAX: usize = 64;

/// Bytes of a command line: targets beyond it come on standard input.
pub const EXEC_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a user name, password or response at sign-in. Longer ones are cut and match nothing: a login and a
/// password have at most 128 characters of at most four bytes.
pub const SIGN_IN_TEXT_BYTES_MAX: usize = 1_024;

/// Responses to one round of prompts.
pub const RESPONSES_MAX: usize = 4;

/// People of the small made-up institution: every kind and status, and a list longer than a screen.
pub const DEMO_USERS: u32 = 200;

/// Longest point in time as it is typed, in characters.
pub const WHEN_CHARS_MAX: usize = 40;

/// Most tags of one user: a line of the screen.
pub const TAGS_MAX: usize = 16;

/// Longest tag, in characters.
pub const TAG_CHARS_MAX: usize = 40;

// --- the end of a connection

/// How long a client may take to hang up by itself when the server stops, in milliseconds: one
/// round trip over a slow link, and less than `FAREWELL_S`.
pub const HANG_UP_MS: u64 = 1000;

/// Sealed seeds that a field key is tried on before it counts as another store's: a few may be damaged.
pub const SEEDS_TRIED: u32 = 8;

// --- Keys that come in a flood.

/// Keys that one session obeys before others have their turn: more than people type ahead, and less than a
/// millisecond of work.
pub const EVENTS_TOGETHER_MAX: usize = 32;

// --- Connections without use.

/// Seconds that a signed-in connection may stay with nothing running on it: a client that keeps one for its next
/// words has them by then, and a forgotten one is a way in without a code.
pub const UNUSED_GRACE_S: u64 = 60;

// --- Field keys

/// Sealed values moved to a new key in one transaction: a hundredth of a second of the writer's time.
pub const RESEALED_AT_ONCE: usize = 256;

// --- Undo.

/// How long an action can be taken back by who did it, in seconds (`spec/domain.md`, "Undo").
pub const UNDO_S: i64 = 10 * 60;

/// Rows of what cannot be undone any more that go with one that is kept: more than come, and no more than a moment.
pub const UNDO_PURGED_ROWS: i64 = 64;

// --- Personal data.

/// How long a revealed field stands on the screen, in seconds (`spec/actions.tsv`, `pii.reveal`).
pub const REVEAL_S: i64 = 60;
