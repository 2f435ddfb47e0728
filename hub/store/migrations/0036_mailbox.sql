-- Persons of a party's mailbox who follow a participant up: one contact person at most, and others who stand in until a time.
CREATE TABLE follow_up (
    party TEXT NOT NULL REFERENCES party (id),
    participant BLOB NOT NULL REFERENCES participant (ref),
    person BLOB NOT NULL REFERENCES account (id),
    since INTEGER NOT NULL,
    made_by BLOB NOT NULL REFERENCES account (id),
    until INTEGER,                      -- none: the contact person
    PRIMARY KEY (party, participant, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_up_participant ON follow_up (participant);
CREATE UNIQUE INDEX follow_up_contact ON follow_up (party, participant) WHERE until IS NULL;

-- The first reading of a delivery by each person of its party's mailbox. Those of a message leave with its content.
CREATE TABLE letter_read (
    delivery BLOB NOT NULL REFERENCES delivery (id),
    person BLOB NOT NULL REFERENCES account (id),
    party TEXT NOT NULL REFERENCES party (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (delivery, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX letter_read_party ON letter_read (party, at);

-- The participants of a party, by their consents.
CREATE INDEX grant_from ON grant_row (from_party, participant);
CREATE INDEX grant_to ON grant_row (to_party, participant);

-- The person who answers a delivery for the party. The answer itself is a message like any other.
CREATE TABLE letter_answer (
    delivery BLOB PRIMARY KEY REFERENCES delivery (id),
    person BLOB NOT NULL REFERENCES account (id),
    reference BLOB NOT NULL,            -- of the answer, so that a second click is the same answer
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
