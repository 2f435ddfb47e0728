-- Requests of persons to see the content of one message, for some minutes, with the approval of a second person.
CREATE TABLE opening (
    id BLOB PRIMARY KEY,
    message BLOB NOT NULL REFERENCES message (id),
    asked_by BLOB NOT NULL REFERENCES account (id),
    asked_at INTEGER NOT NULL,
    reason BLOB NOT NULL,               -- sealed
    state INTEGER NOT NULL,             -- 0 asked, 1 approved, 2 open, 3 refused, 4 lapsed, 5 ended
    state_at INTEGER NOT NULL,
    state_by BLOB REFERENCES account (id), -- the second person; none before an answer, and where time ended it
    until INTEGER                       -- time alone ends the state then; none where the request is over
) STRICT, WITHOUT ROWID;
CREATE INDEX opening_message ON opening (message, asked_at);
CREATE INDEX opening_asked_by ON opening (asked_by, asked_at);
CREATE INDEX opening_asked_at ON opening (asked_at);
CREATE INDEX opening_until ON opening (until);

-- Looks at content outside of its way to a receiver. The participant is told of them.
CREATE TABLE look (
    id BLOB PRIMARY KEY,
    participant BLOB NOT NULL REFERENCES participant (ref),
    message BLOB REFERENCES message (id), -- none: everything about the participant
    way TEXT NOT NULL,                  -- opening, inbox, export
    looked_as TEXT NOT NULL,            -- roles of the person, or `operator-key`
    at INTEGER NOT NULL,
    recorded INTEGER NOT NULL,          -- number of the audit row
    reason BLOB NOT NULL                -- sealed
) STRICT, WITHOUT ROWID;
CREATE INDEX look_participant ON look (participant, at);

-- The last time that somebody reset an account, who could then choose its password.
CREATE TABLE account_reset (
    account BLOB PRIMARY KEY REFERENCES account (id),
    at INTEGER NOT NULL,
    made_by TEXT NOT NULL               -- an actor, as in the audit log
) STRICT, WITHOUT ROWID;
