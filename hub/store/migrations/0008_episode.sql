-- What lasts and is told once, as an alert, when it has lasted too long: since when, and whether it was told.
CREATE TABLE episode (
    kind TEXT NOT NULL,                 -- of the alert
    about TEXT NOT NULL,                -- a party, or parties and a code
    since INTEGER NOT NULL,
    told INTEGER NOT NULL,
    PRIMARY KEY (kind, about)
) STRICT, WITHOUT ROWID;
