-- Attempts to send, one row each: never a word of the receiver. They leave with the content.
CREATE TABLE attempt (
    delivery BLOB NOT NULL REFERENCES delivery (id),
    number INTEGER NOT NULL,            -- from 1
    began_at INTEGER NOT NULL,
    took INTEGER,                       -- microseconds; none where the hub stopped before the answer
    result TEXT NOT NULL,               -- delivered, awaiting-receipt, again, refused, failed
    status INTEGER,                     -- HTTP status of the answer; none where there was none
    failure TEXT,                       -- kind of the failure to get an answer; none where the receiver fetched it
    code TEXT,                          -- of the cause
    adapter TEXT,                       -- wrote the bytes; none for the hub's own JSON
    adapter_sha256 BLOB,
    PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;

-- The adapter that read a message's document; none for the hub's own JSON, and for messages from before.
ALTER TABLE message ADD COLUMN read_by TEXT;
ALTER TABLE message ADD COLUMN read_by_sha256 BLOB;
