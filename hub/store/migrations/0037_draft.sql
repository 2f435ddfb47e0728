-- Messages that persons have begun in a mailbox and not sent.
CREATE TABLE unsent (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id),
    party TEXT NOT NULL,
    participant BLOB NOT NULL REFERENCES participant (ref),
    saved_at INTEGER NOT NULL,
    content BLOB NOT NULL               -- sealed: the kind, the receivers and what was typed
) STRICT, WITHOUT ROWID;
CREATE INDEX unsent_account ON unsent (account, saved_at);
CREATE INDEX unsent_participant ON unsent (participant);
CREATE INDEX unsent_saved_at ON unsent (saved_at);
