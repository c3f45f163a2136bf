//! Limits of imports and other long work beside the work of others.

/// Largest file of an import, in bytes: ten million rows of ordinary length, with room. One that comes over a
/// connection lies beside the store meanwhile.
pub const IMPORT_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// Most rows of one import: the largest institution that the console is measured with.
pub const IMPORT_ROWS_MAX: usize = 10_000_000;

/// Longest line of a file of JSON values, in bytes: a row in which several cells are as long as they may be.
pub const IMPORT_LINE_BYTES_MAX: usize = 256 * 1024;

/// Most users who exist and are changed by one import: all of them in one step, in which nobody else writes for half a
/// second to two.
pub const IMPORT_CHANGED_MAX: u64 = 100_000;

/// Logins that are compared in memory while a file is checked, 8 MiB; more go to a file in sorted runs.
pub const IMPORT_LOGINS_SORTED: usize = 256 * 1024;

/// Highest id that a new row of an import may bring. Ids go on from the highest there was: the last one that an integer
/// holds would leave none for whoever is made next, for good.
pub const IMPORT_ID_MAX: i64 = 999_999_999_999_999;

/// Most columns of an import: the known ones, and room for custom attributes.
pub const IMPORT_COLUMNS_MAX: usize = 128;

/// Longest cell of an import, in bytes: a note fits, a file pasted into a cell does not.
pub const IMPORT_CELL_BYTES_MAX: usize = 16 * 1024;

/// Size of the write-ahead log, in bytes, at which long work waits until it is written back: the log starts anew only
/// when nobody writes for a moment.
pub const WAL_BYTES_ROOM: u64 = 256 * 1024 * 1024;

/// Pages that a writing connection keeps, in KiB: the upper levels of every table and much of the orders of a million
/// users. Taken only where so much is written.
pub const WRITER_CACHE_KIB: i64 = 64 * 1024;

/// Rows of an import that are written in one transaction: some 10 ms in which nobody else writes.
pub const IMPORT_PIECE_ROWS: usize = 500;

/// Users of a hidden batch whose logins and names are held in memory until they are written sorted: some 20 MiB, and
/// enough that each page of a million names is touched by several.
pub const BATCH_KEYS_SORTED: usize = 128 * 1024;

/// Logins or names that are written in one transaction: sorted, they are quick.
pub const BATCH_KEYS_PIECE: usize = 2_000;

/// How often an import tells its job how far it is and hears whether it is to go on, in milliseconds: each time is a
/// commit that others wait for, and wakes whoever looks.
pub const IMPORT_TELL_MS: u64 = 500;

/// Shortest time between two looks at how far long work is, in milliseconds.
pub const PROGRESS_PAUSE_MS: u64 = 200;

/// Made-up people that are written in one transaction.
pub const DEMO_PIECE_USERS: u32 = 500;

/// Users of a hidden batch that are removed in one transaction.
pub const BATCH_REMOVED_USERS: usize = 500;

/// Pieces of a file that wait between its reader and the store: one is written, the next is ready.
pub const IMPORT_PIECES_WAITING_MAX: usize = 2;

/// Pages copied in one step of a backup, 1 MiB: between two steps it can be interrupted and tells how far it is.
pub const BACKUP_STEP_PAGES: i32 = 256;

/// Longest manifest of a backup, in bytes; real ones have less than 2 KiB.
pub const MANIFEST_BYTES_MAX: u64 = 64 * 1024;

/// Size of the write-ahead log, in bytes, from which a doctor worries: twice what long work lets it grow to.
pub const WAL_BYTES_WORRY: u64 = 2 * WAL_BYTES_ROOM;

/// Age of the oldest waiting message, in seconds, from which a doctor worries: the first tries are over by then.
pub const OUTBOX_AGE_WORRY_S: i64 = 15 * 60;

/// Memory of the search for one user, in bytes, as measured with a million made-up ones.
pub const INDEX_BYTES_PER_USER: usize = 350;

/// Free space beside the store, in bytes, below which a server is not healthy: the log and a group of writes fit.
pub const DISK_BYTES_LEAST: u64 = 64 * 1024 * 1024;

/// How long a health check waits for the server's first line, in milliseconds: a load balancer asks every few seconds.
pub const HEALTH_WAIT_MS: u64 = 2000;
