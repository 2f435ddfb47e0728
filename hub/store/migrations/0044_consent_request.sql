-- Drafted consents that a party sent to the participant's own page, to be answered there. The question is sealed: the grants, the
-- days, and the text in each language. A yes is registered as a consent with the same id.
CREATE TABLE consent_request (
    id BLOB PRIMARY KEY,
    participant BLOB NOT NULL REFERENCES participant (ref),
    party TEXT NOT NULL REFERENCES party (id),
    sent_by BLOB NOT NULL REFERENCES account (id),
    sent_at INTEGER NOT NULL,
    state INTEGER NOT NULL,             -- 0 waiting, 1 yes, 2 no, 3 withdrawn, 4 expired
    state_at INTEGER NOT NULL,
    until INTEGER,                      -- time alone ends the state then; none where the request is over
    leaves_at INTEGER,                  -- the row leaves the store then; none where it waits, and for a yes, whose text is evidence
    digest BLOB NOT NULL,               -- keyed; tells the same request again from another one
    question BLOB NOT NULL              -- sealed
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_request_participant ON consent_request (participant, sent_at);
CREATE INDEX consent_request_party ON consent_request (party, sent_at);
CREATE INDEX consent_request_until ON consent_request (until);
CREATE INDEX consent_request_leaves_at ON consent_request (leaves_at);

-- Persons who are told of an answer, and have not seen it.
CREATE TABLE consent_request_unseen (
    party TEXT NOT NULL REFERENCES party (id),
    person BLOB NOT NULL REFERENCES account (id),
    request BLOB NOT NULL REFERENCES consent_request (id),
    PRIMARY KEY (party, person, request)
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_request_unseen_request ON consent_request_unseen (request);
