-- Conversations by their names: a digest of the name alone finds the conversations of every participant. A conversation that has
-- its first message's id as its name needs no row.
CREATE TABLE conversation_name (
    name BLOB NOT NULL,                 -- digest
    participant BLOB NOT NULL REFERENCES participant (ref),
    conversation BLOB NOT NULL,         -- digest, as in `message`
    PRIMARY KEY (name, participant, conversation)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_name_participant ON conversation_name (participant);
-- The names of an older hub's conversations are sealed. They are written down when the store is opened next, and the mark is then
-- taken away.
INSERT INTO meta (name, value) SELECT 'conversations.unnamed', x'01' WHERE EXISTS (SELECT 1 FROM message);

-- Deliveries with a cause: by its code, and by the time of their last change.
CREATE INDEX delivery_code ON delivery (cause_code, message) WHERE cause_code IS NOT NULL;
CREATE INDEX delivery_caused ON delivery (changed_at, cause_code, party, state) WHERE cause_code IS NOT NULL;
