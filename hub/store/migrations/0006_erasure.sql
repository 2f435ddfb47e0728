-- A participant who was erased keeps a row, so that a restored backup is not taken for news of them: without key, identity
-- and look-up. Their deliveries are marked, since what is still on the wire settles later.
ALTER TABLE participant ADD COLUMN erased_at INTEGER;
ALTER TABLE delivery ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
CREATE INDEX delivery_about ON delivery (about) WHERE about IS NOT NULL;
CREATE INDEX pending_answer_about ON pending_answer (about);
CREATE INDEX alert_viewer_alert ON alert_viewer (alert);
CREATE INDEX idempotency_message ON idempotency (message);

-- Other numbers of the same person, such as a D-number from before the national identity number.
CREATE TABLE also_known (
    lookup BLOB PRIMARY KEY,            -- digest of the number
    participant BLOB NOT NULL REFERENCES participant (ref),
    identity BLOB NOT NULL,             -- sealed
    was BLOB                            -- the pseudonym that it had of its own, before it was joined
) STRICT, WITHOUT ROWID;
CREATE INDEX also_known_participant ON also_known (participant);
