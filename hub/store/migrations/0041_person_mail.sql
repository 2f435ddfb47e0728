-- Mail to the persons of a mailbox: the address, and the last mail.
CREATE TABLE person_mail (
    person BLOB PRIMARY KEY REFERENCES account (id),
    email TEXT,                         -- none: no mail
    is_off INTEGER NOT NULL,            -- 1: the person wants no mail
    told_of BLOB,                       -- newest delivery at the last mail; none if the mail told of a hand-over alone
    sent_at INTEGER,                    -- last mail; none if there was no mail to this address
    looked_at INTEGER                   -- when the person opened the mailbox first after a mail
) STRICT, WITHOUT ROWID;

-- Each time somebody became the contact person for a participant, or began to stand in.
CREATE TABLE hand_over (
    id BLOB PRIMARY KEY,
    party TEXT NOT NULL REFERENCES party (id),
    participant BLOB NOT NULL REFERENCES participant (ref),
    person BLOB NOT NULL REFERENCES account (id),
    made_by BLOB NOT NULL REFERENCES account (id),
    at INTEGER NOT NULL,
    until INTEGER                       -- none: the contact person
) STRICT, WITHOUT ROWID;
CREATE INDEX hand_over_participant ON hand_over (participant, party, at);

-- The persons of the mailbox who are told of it, until they have seen it.
CREATE TABLE hand_over_unseen (
    party TEXT NOT NULL REFERENCES party (id),
    person BLOB NOT NULL REFERENCES account (id),
    hand_over BLOB NOT NULL REFERENCES hand_over (id),
    PRIMARY KEY (party, person, hand_over)
) STRICT, WITHOUT ROWID;
CREATE INDEX hand_over_unseen_of ON hand_over_unseen (hand_over);

-- A person's lists begin with the participants whom the person follows up.
CREATE INDEX follow_up_person ON follow_up (person, party, participant);
ALTER TABLE letter_read ADD COLUMN participant BLOB REFERENCES participant (ref);
UPDATE letter_read SET participant = (SELECT d.participant FROM delivery d WHERE d.id = letter_read.delivery);
CREATE INDEX letter_read_participant ON letter_read (party, participant, at);
CREATE INDEX delivery_with_person_of ON delivery (party, changed_at) WHERE state = 10;
