-- The tree over the audit rows (RFC 6962). Its leaves' hashes stand in `audit.hash`, which held a chain before; what lies above
-- them is here in tiles of 256, from level 1 on, where each hash stands for a full tile below. The newest tile of a level grows.
CREATE TABLE audit_tile (
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;
