-- Who confirmed a grant after it was registered, when, and what shows the sender's word. A grant that was registered as confirmed
-- has none of it.
ALTER TABLE grant_row ADD COLUMN confirmed_by TEXT;         -- `operator`, or `party:` and the party
ALTER TABLE grant_row ADD COLUMN confirmed_at INTEGER;
ALTER TABLE grant_row ADD COLUMN confirmation BLOB;         -- sealed: type, reference and digest of the evidence
CREATE INDEX grant_waiting ON grant_row (consent, place) WHERE confirmed = 0;

-- What makes the digest of a delivery's bytes in the audit log: a salt, sealed, which leaves with its participant. None for one that
-- was not released since this is kept.
ALTER TABLE delivery ADD COLUMN sent_salt BLOB;

-- When an alert that stands for as long as something lasts was over.
ALTER TABLE alert ADD COLUMN ended_at INTEGER;
CREATE INDEX alert_standing ON alert (participant) WHERE kind = 'grant-awaits-confirmation' AND ended_at IS NULL;
