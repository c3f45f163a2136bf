-- What was done within the last minutes, kept so that who did it can take it back.

CREATE TABLE undo (
    audit INTEGER PRIMARY KEY, -- the entry of the action
    operator INTEGER NOT NULL,
    action TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    version INTEGER, -- that the action gave the user; NULL where it left the version alone
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    sealed BLOB NOT NULL, -- JSON: the values before, which may be personal
    undone_by INTEGER -- the audit entry of the undo
) STRICT;
CREATE INDEX undo_by_operator ON undo (operator, audit);
CREATE INDEX undo_by_end ON undo (until);
