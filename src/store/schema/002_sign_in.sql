-- Version 2: live sessions, and failed sign-ins counted by source, name and minute.

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL,
    login TEXT NOT NULL,
    source TEXT NOT NULL,
    proof TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    end_reason TEXT NOT NULL DEFAULT '',
    process INTEGER NOT NULL -- of the server that holds it: what a killed server left is closed by the next
) STRICT;
CREATE INDEX sessions_live ON sessions (user) WHERE closed_at IS NULL;

CREATE TABLE failed_sign_ins (
    minute INTEGER NOT NULL,
    source TEXT NOT NULL,
    login TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (minute, source, login)
) STRICT, WITHOUT ROWID;
