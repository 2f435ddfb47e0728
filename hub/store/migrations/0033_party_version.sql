-- The set-up of each party, version by version, with the actor and the time. The newest version is the party's own row, without its
-- pause and its suspension. It has no key and no credential: the set-up names a credential of the configuration.
CREATE TABLE party_version (
    party TEXT NOT NULL REFERENCES party (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,           -- from 1
    made_at INTEGER,                    -- none, with made_by: the party is older than its versions
    made_by TEXT,                       -- an actor, as in the audit log
    replaced_at INTEGER,                -- none: the newest version
    back_to INTEGER,                    -- the version whose set-up this one brought back
    why TEXT,
    kind TEXT NOT NULL,
    org TEXT,
    her INTEGER,
    config TEXT NOT NULL,
    PRIMARY KEY (party, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX party_version_replaced ON party_version (replaced_at) WHERE replaced_at IS NOT NULL;
INSERT INTO party_version (party, version, kind, org, her, config) SELECT id, 1, kind, org, her, config FROM party;
