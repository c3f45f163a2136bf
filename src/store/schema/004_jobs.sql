-- Version 4: jobs, which outlive the session that asked for them, and what became of each row.

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('set', 'import')), -- an import tells of itself here and runs elsewhere
    action TEXT NOT NULL,
    operator INTEGER NOT NULL, -- who asked; no reference: the report stays when the operator goes
    login TEXT NOT NULL,
    via TEXT NOT NULL, -- the way in of that moment: every row's audit entry tells it
    source TEXT NOT NULL,
    proof TEXT NOT NULL,
    session INTEGER NOT NULL,
    answers BLOB NOT NULL, -- sealed: JSON of the form
    frozen BLOB NOT NULL, -- ids and versions; a row of its own comes with its result, so that making one is one write
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'stopped', 'done')),
    why TEXT NOT NULL DEFAULT '',
    total INTEGER NOT NULL,
    cursor INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    stumbled INTEGER NOT NULL DEFAULT -1, -- the row that the machine failed at: the second time it is given up
    made_at INTEGER NOT NULL,
    ended_at INTEGER,
    process INTEGER NOT NULL DEFAULT 0 -- of the console or server that runs it; 0 is nobody yet
) STRICT;
CREATE INDEX jobs_running ON jobs (id) WHERE state = 'running';
CREATE INDEX jobs_of ON jobs (operator, id);

CREATE TABLE job_rows (
    job INTEGER NOT NULL REFERENCES jobs (id),
    position INTEGER NOT NULL,
    user INTEGER NOT NULL,
    version INTEGER NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('done', 'stale', 'refused', 'failed')),
    text TEXT NOT NULL,
    audit INTEGER NOT NULL, -- the entry of what was done: an undo finds it
    PRIMARY KEY (job, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_rows_failed ON job_rows (job, position) WHERE result <> 'done';
