-- Word of a withdrawal to a party that got something of what was withdrawn: a control delivery, and what it says.
CREATE TABLE withdrawal_notice (
    delivery BLOB PRIMARY KEY REFERENCES delivery (id),
    participant BLOB NOT NULL REFERENCES participant (ref),
    from_party TEXT NOT NULL,
    purpose TEXT NOT NULL,
    categories INTEGER NOT NULL,
    withdrawn_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX withdrawal_notice_participant ON withdrawal_notice (participant);
