-- The store's own keys, random, each wrapped under every master key that the store opens with: one, but for the time of a
-- change. So the master key is changed by wrapping these few anew, and nothing that is sealed is touched.
CREATE TABLE key_ring (
    purpose TEXT NOT NULL,              -- wrap, hub, index or names
    version INTEGER NOT NULL,           -- how often that purpose's key was made new
    master TEXT NOT NULL,               -- the master key's id, which tells nothing of it
    place INTEGER NOT NULL,             -- the newest master key has the greatest
    wrapped BLOB NOT NULL,
    PRIMARY KEY (purpose, version, master)
) STRICT, WITHOUT ROWID;
