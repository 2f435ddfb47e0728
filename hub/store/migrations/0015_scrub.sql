-- Whose key was destroyed and may still stand in the log beside this file: from the commit until the log was emptied.
CREATE TABLE scrub (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    participant BLOB NOT NULL,
    since INTEGER NOT NULL
) STRICT;
