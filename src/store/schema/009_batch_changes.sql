-- What a batch changes of users who exist, value by value: a few statements put all of it in its place in one short step.

-- A batch that an older program began is never shown: its changes are gone, and are counted.
DROP TABLE batch_updates;
CREATE TABLE batch_updates (
    batch INTEGER NOT NULL REFERENCES hidden_batches ON DELETE CASCADE,
    user INTEGER NOT NULL,
    line INTEGER NOT NULL, -- of the file
    version INTEGER NOT NULL, -- that was judged
    codes TEXT NOT NULL, -- of the history, one for each action that would have done it by hand; a blank around each
    title TEXT, -- NULL stays, here and below
    first_name TEXT,
    middle_name TEXT,
    last_name TEXT,
    name_folded TEXT,
    email TEXT, -- empty is none
    phone TEXT, -- empty is none
    group_id INTEGER, -- 0 is none
    rest BLOB, -- JSON of roles and custom attributes, sealed: it may hold what must not stand anywhere in the clear
    PRIMARY KEY (batch, user)
) STRICT, WITHOUT ROWID;
