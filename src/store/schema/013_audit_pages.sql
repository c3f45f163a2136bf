-- All by one actor and all about one target, among millions of entries.

CREATE INDEX audit_by_actor ON audit (actor COLLATE NOCASE, seq);
CREATE INDEX audit_by_target_name ON audit (target COLLATE NOCASE, seq) WHERE target <> '';
