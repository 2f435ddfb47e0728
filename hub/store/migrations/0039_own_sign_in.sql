-- Sessions of participants who sign in at an issuer. Such a session has no code and no party; the issuer and the level that it
-- began with are here, and nothing by which the issuer names the person.
CREATE TABLE own_session_new (
    id BLOB PRIMARY KEY,
    code BLOB,                          -- may be gone; none for a session by an issuer
    participant BLOB NOT NULL REFERENCES participant (ref),
    party TEXT REFERENCES party (id),   -- of the code
    issuer TEXT,                        -- none for a session by a code
    level TEXT,                         -- as the issuer names it
    token BLOB NOT NULL UNIQUE,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK ((code IS NULL) = (party IS NULL) AND (issuer IS NULL) = (level IS NULL) AND (code IS NULL) <> (issuer IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO own_session_new (id, code, participant, party, token, began_at, seen_at, ended_at)
    SELECT id, code, participant, party, token, began_at, seen_at, ended_at FROM own_session;
DROP TABLE own_session;
ALTER TABLE own_session_new RENAME TO own_session;
CREATE INDEX own_session_participant ON own_session (participant);
CREATE INDEX own_session_party ON own_session (party);
CREATE INDEX own_session_seen ON own_session (seen_at);
