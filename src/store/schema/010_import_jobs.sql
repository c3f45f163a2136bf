-- An import is a job: how far it is and what it did stands with the others. It runs where its file is read.

ALTER TABLE jobs ADD COLUMN batch INTEGER NOT NULL DEFAULT 0; -- that it fills, 0 for none
ALTER TABLE jobs ADD COLUMN phase TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0; -- of the file, read in this phase
ALTER TABLE jobs ADD COLUMN bytes_all INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_by_batch ON jobs (batch) WHERE batch <> 0;
