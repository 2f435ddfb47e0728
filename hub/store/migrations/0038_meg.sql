-- One-time codes for participants' own pages. A code that has ended has no row: the audit log tells of it.
CREATE TABLE own_code (
    id BLOB PRIMARY KEY,
    participant BLOB NOT NULL REFERENCES participant (ref),
    party TEXT NOT NULL REFERENCES party (id), -- made it, and has a part in all that it shows
    code BLOB NOT NULL UNIQUE,          -- keyed digest
    made_at INTEGER NOT NULL,
    used_at INTEGER,                    -- none until its one use
    until INTEGER NOT NULL,             -- time ends it then
    pin TEXT,                           -- hash in the PHC form; none until the participant has chosen one
    tries INTEGER NOT NULL              -- since the last right PIN
) STRICT, WITHOUT ROWID;
CREATE INDEX own_code_participant ON own_code (participant, party);
CREATE INDEX own_code_until ON own_code (until);

-- Sessions of participants. Only the hash of a session's token is here.
CREATE TABLE own_session (
    id BLOB PRIMARY KEY,
    code BLOB NOT NULL,                 -- may be gone
    participant BLOB NOT NULL REFERENCES participant (ref),
    party TEXT NOT NULL REFERENCES party (id),
    token BLOB NOT NULL UNIQUE,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX own_session_participant ON own_session (participant);
CREATE INDEX own_session_party ON own_session (party);
CREATE INDEX own_code_party ON own_code (party);
CREATE INDEX own_session_seen ON own_session (seen_at);
