-- The number of changes of an account's secrets: its password, its second factor, its identities, and whether it is
-- disabled. A session begins only if it has not changed since the person was checked.
ALTER TABLE account ADD COLUMN secrets INTEGER NOT NULL DEFAULT 0;

-- The attempts with login names that nobody has. They are counted so that they cost what those of an account cost.
CREATE TABLE unknown_attempt (
    one INTEGER PRIMARY KEY,
    n INTEGER NOT NULL
) STRICT;
INSERT INTO unknown_attempt (one, n) VALUES (1, 0);
