-- What can be taken back is upon a group as well as upon a user: the kind stands beside the number.

CREATE TABLE undo_of (
    audit INTEGER PRIMARY KEY, -- the entry of the action
    operator INTEGER NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('user', 'group', 'role', 'organisation')),
    target INTEGER NOT NULL,
    version INTEGER, -- that the action gave it; NULL where it left the version alone
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    sealed BLOB NOT NULL, -- JSON: the values before, which may be personal
    undone_by INTEGER -- the audit entry of the undo
) STRICT;
INSERT INTO undo_of SELECT audit, operator, action, 'user', user, version, at, until, sealed, undone_by FROM undo;
DROP TABLE undo;
ALTER TABLE undo_of RENAME TO undo;
CREATE INDEX undo_by_operator ON undo (operator, audit);
CREATE INDEX undo_by_end ON undo (until);

-- Nothing about somebody who is gone can be taken back.
CREATE TRIGGER undo_of_gone AFTER DELETE ON users
BEGIN DELETE FROM undo WHERE kind = 'user' AND target = OLD.id; END;
