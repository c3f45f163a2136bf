-- Version 12: what was done to a set is taken back as one.

ALTER TABLE undo ADD COLUMN job INTEGER; -- that did it; such a row is kept until the time after the job's end is over
CREATE INDEX undo_of_job ON undo (job, target) WHERE job IS NOT NULL;
DROP INDEX undo_by_operator;
CREATE INDEX undo_open ON undo (operator, audit) WHERE undone_by IS NULL;

ALTER TABLE jobs ADD COLUMN undoes INTEGER; -- the job that this one takes back
ALTER TABLE jobs ADD COLUMN undoable INTEGER NOT NULL DEFAULT 0; -- whether rows of it may stand in undo
CREATE INDEX jobs_undoing ON jobs (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX jobs_undoable ON jobs (ended_at) WHERE undoable = 1;
