-- The actor who paused a party, the reason, and the end. A party without a row is not paused, or was paused before this was kept.
CREATE TABLE party_pause (
    party TEXT PRIMARY KEY REFERENCES party (id),
    made_by TEXT NOT NULL,              -- an actor, as in the audit log
    made_at INTEGER NOT NULL,
    why TEXT NOT NULL,
    until INTEGER                       -- none: a person ends the pause
) STRICT, WITHOUT ROWID;
CREATE INDEX party_pause_until ON party_pause (until);
