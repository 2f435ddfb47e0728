-- Ids are the 16 bytes of a UUID, times are microseconds since 1970, sets of categories are bits.
-- What is called "sealed" opens with the key of the participant whose it is, or with the hub's own where there is none.
-- A "digest" is an HMAC under a key of the store's: what it was made of can not be tried out without that key.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Which hubs have opened this store; one, as long as it is a file.
CREATE TABLE node (
    id BLOB PRIMARY KEY,
    boot INTEGER NOT NULL,
    lease_until INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE party (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    org TEXT,
    her INTEGER,
    paused INTEGER NOT NULL,
    config TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
    hash BLOB PRIMARY KEY,
    party TEXT NOT NULL REFERENCES party (id),
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE participant (
    ref BLOB PRIMARY KEY,
    lookup BLOB NOT NULL UNIQUE,        -- digest of the national identity number
    wrapped_key BLOB NOT NULL,          -- the participant's key, under the master key
    protected INTEGER NOT NULL,
    identity BLOB NOT NULL,             -- sealed
    treatment_told_at INTEGER,          -- the newest treatment-status
    talked_at INTEGER                   -- the newest answer or meeting-response
) STRICT, WITHOUT ROWID;

CREATE TABLE consent (
    id BLOB PRIMARY KEY,
    participant BLOB NOT NULL REFERENCES participant (ref),
    version INTEGER NOT NULL,
    given_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    period_start TEXT NOT NULL,         -- a day, or microseconds
    period_end TEXT,
    content BLOB NOT NULL,              -- digest of what was registered
    detail BLOB NOT NULL                -- sealed: who gave it, evidence, text
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_participant ON consent (participant, given_at);

CREATE TABLE grant_row (
    participant BLOB NOT NULL,
    from_party TEXT NOT NULL,
    consent BLOB NOT NULL REFERENCES consent (id),
    place INTEGER NOT NULL,
    to_party TEXT NOT NULL,
    purpose TEXT NOT NULL,
    categories INTEGER NOT NULL,
    duty TEXT,                          -- the legal reference; none for what rests on consent
    period_start TEXT,
    period_end TEXT,
    confirmed INTEGER NOT NULL,
    PRIMARY KEY (participant, from_party, consent, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX grant_consent ON grant_row (consent, place);

-- What was taken back: everything, everything with one party, or one exchange. Kept as it was said, so that a consent
-- from before that is registered later is taken back as well.
CREATE TABLE withdrawal (
    id INTEGER PRIMARY KEY,
    participant BLOB NOT NULL REFERENCES participant (ref),
    party TEXT,
    from_party TEXT,
    to_party TEXT,
    purpose TEXT,
    categories INTEGER NOT NULL,
    given_until INTEGER NOT NULL,       -- touches what was given until then
    made_at INTEGER NOT NULL
) STRICT;
CREATE INDEX withdrawal_participant ON withdrawal (participant);

CREATE TABLE message (
    id BLOB PRIMARY KEY,
    sender TEXT NOT NULL,
    kind TEXT NOT NULL,
    participant BLOB NOT NULL REFERENCES participant (ref),
    conversation BLOB NOT NULL,         -- digest
    in_reply_to BLOB,
    purpose TEXT NOT NULL,
    needs INTEGER NOT NULL,
    about INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    names BLOB NOT NULL                 -- sealed: the sender's reference and the conversation
) STRICT, WITHOUT ROWID;
CREATE INDEX message_sender ON message (sender, id);
CREATE INDEX message_participant ON message (participant, conversation, id);
CREATE INDEX message_kind ON message (kind, id);

-- The content leaves when its retention ends, the message stays.
CREATE TABLE body (
    message BLOB PRIMARY KEY REFERENCES message (id),
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
    party TEXT NOT NULL,
    reference BLOB NOT NULL,            -- digest
    content BLOB NOT NULL,              -- digest
    message BLOB NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (party, reference)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);

-- state: 0 waiting, 1 reserved, 2 sending, 3 awaiting-receipt; 4 delivered, 5 refused, 6 blocked, 7 cancelled, 8 expired,
-- 9 failed. Below 3 it holds its place in its conversation, below 4 it is open.
CREATE TABLE delivery (
    id BLOB PRIMARY KEY,
    message BLOB REFERENCES message (id),               -- none for a control notice
    about BLOB,                                         -- what a control notice is about
    party TEXT,                                         -- none for a circle
    participant BLOB REFERENCES participant (ref),      -- whose key seals it
    conversation BLOB,                                  -- digest; none where no order is kept
    place INTEGER NOT NULL,
    is_head INTEGER NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due INTEGER NOT NULL,                               -- waiting: not before this
    deadline INTEGER,                                   -- waiting: expiry; reserved: until; awaiting-receipt: by when
    expires_at INTEGER NOT NULL,
    permitted INTEGER NOT NULL,
    withheld INTEGER NOT NULL,
    frozen_with INTEGER NOT NULL,
    late INTEGER NOT NULL,
    cause_code TEXT,
    cause_text BLOB,                                    -- sealed: a receiver may have had a word in it
    changed_at INTEGER NOT NULL,
    lease_owner BLOB,
    lease_epoch INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (party, due) WHERE state = 0 AND is_head = 1;
CREATE INDEX delivery_lane ON delivery (party, conversation, place) WHERE state < 3;
CREATE INDEX delivery_deadline ON delivery (state, deadline) WHERE state < 4;
CREATE INDEX delivery_handed ON delivery (party, id) WHERE state = 3;
CREATE INDEX delivery_ended ON delivery (state, message) WHERE state > 4;
CREATE INDEX delivery_message ON delivery (message, party);
CREATE INDEX delivery_party ON delivery (party, message);

-- The bytes of the first release, apart from the hot row.
CREATE TABLE frozen (
    delivery BLOB PRIMARY KEY REFERENCES delivery (id),
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- state: 0 reserved, 1 sending, 2 done, 3 void.
CREATE TABLE release (
    delivery BLOB NOT NULL REFERENCES delivery (id),
    id BLOB NOT NULL,
    state INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    grants BLOB NOT NULL,               -- 22 bytes each: consent, version, place
    PRIMARY KEY (delivery, id)
) STRICT, WITHOUT ROWID;

-- Ids in a receiver's world by which its receipts and replies name a delivery.
CREATE TABLE external_ref (
    party TEXT NOT NULL,
    value BLOB NOT NULL,                -- digest
    scheme TEXT NOT NULL,
    delivery BLOB NOT NULL REFERENCES delivery (id),
    sealed BLOB NOT NULL,               -- sealed: the id itself
    PRIMARY KEY (party, value, scheme, delivery)
) STRICT, WITHOUT ROWID;
CREATE INDEX external_ref_delivery ON external_ref (delivery);

CREATE TABLE pending_answer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sender TEXT NOT NULL,
    adapter TEXT NOT NULL,
    about BLOB NOT NULL REFERENCES message (id),
    origin BLOB NOT NULL,               -- sealed
    answer TEXT NOT NULL
) STRICT;

CREATE TABLE alert (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    participant BLOB,
    message BLOB,
    delivery BLOB,
    party TEXT,
    code TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_kind ON alert (kind, id);

-- Which parties may see an alert.
CREATE TABLE alert_viewer (
    party TEXT NOT NULL,
    alert BLOB NOT NULL REFERENCES alert (id),
    PRIMARY KEY (party, alert)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;

-- How many deliveries are in each state, kept in the transactions that move them.
CREATE TABLE tally (
    state INTEGER PRIMARY KEY,
    n INTEGER NOT NULL
) STRICT;
INSERT INTO tally (state, n) VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0);
