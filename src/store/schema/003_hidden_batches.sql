-- Version 3: users come in batches that are hidden until all of them are there.

-- Whoever is in a batch that stands here does not exist yet. Taking the row away makes all of them visible at once.
CREATE TABLE hidden_batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- a number is never used again
    purpose TEXT NOT NULL CHECK (purpose IN ('import', 'demo')),
    process INTEGER NOT NULL, -- that fills it: what a killed one left is removed by the next
    actor INTEGER NOT NULL, -- who began it, 0 where nobody did
    actor_login TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    authority BLOB NOT NULL, -- hash of what its rows were judged by: another one by now, and nothing is shown
    first_id INTEGER NOT NULL DEFAULT 0,
    last_id INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    rows_hash BLOB NOT NULL DEFAULT (zeroblob(32)) -- chain over its rows of the history, for the audit
) STRICT;

ALTER TABLE users ADD COLUMN batch INTEGER;

-- Everybody who exists. Only uniqueness looks at the table behind it.
CREATE VIEW visible_users AS
    SELECT * FROM users WHERE batch IS NULL OR batch NOT IN (SELECT id FROM hidden_batches);

-- What a batch will change of users who exist already, in the moment in which it becomes visible.
CREATE TABLE batch_updates (
    batch INTEGER NOT NULL REFERENCES hidden_batches ON DELETE CASCADE,
    user INTEGER NOT NULL,
    line INTEGER NOT NULL, -- of the file
    version INTEGER NOT NULL, -- that was judged
    change BLOB NOT NULL, -- JSON, sealed: it may hold what must not stand anywhere in the clear
    PRIMARY KEY (batch, user)
) STRICT, WITHOUT ROWID;

-- Roles and groups that a batch gives, as they were when they were judged.
CREATE TABLE batch_grants (
    batch INTEGER NOT NULL REFERENCES hidden_batches ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('role', 'group')),
    id INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (batch, kind, id)
) STRICT, WITHOUT ROWID;
