-- Installed versions of adapters, and every switch of the version in use. The files lie in the data folder, by their digest.
CREATE TABLE adapter_version (
    adapter TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    version TEXT NOT NULL,              -- the manifest's own
    contract TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    needs TEXT NOT NULL,                -- JSON, an array for each set
    signed_by TEXT,
    installed_at INTEGER NOT NULL,
    installed_by TEXT NOT NULL,         -- an actor, as in the audit log
    why TEXT,
    granted_at INTEGER,                 -- the first time that it was taken into use
    PRIMARY KEY (adapter, sha256)
) STRICT, WITHOUT ROWID;
CREATE TABLE adapter_switch (
    adapter TEXT NOT NULL,
    number INTEGER NOT NULL,            -- from 1
    sha256 BLOB,                        -- none: the version that the configuration names
    back INTEGER NOT NULL,              -- 1: a way back
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    why TEXT,
    PRIMARY KEY (adapter, number)
) STRICT, WITHOUT ROWID;
