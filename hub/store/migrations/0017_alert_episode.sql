-- One alert an episode: what it is about, how often, and when last.
ALTER TABLE alert ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
ALTER TABLE alert ADD COLUMN last_at INTEGER;
ALTER TABLE alert ADD COLUMN episode TEXT;      -- kind, party, code and who sees it; none where it stands alone
UPDATE alert SET last_at = raised_at;
CREATE INDEX alert_episode ON alert (episode, raised_at) WHERE episode IS NOT NULL;
CREATE INDEX alert_raised ON alert (raised_at);

-- Only what was delivered counts as talk; before, what anybody sent about anybody did.
UPDATE participant SET
    treatment_told_at = (SELECT max(d.changed_at) FROM message m CROSS JOIN delivery d ON d.message = m.id
        WHERE m.participant = participant.ref AND m.kind = 'treatment-status' AND d.state = 4),
    talked_at = (SELECT max(d.changed_at) FROM message m CROSS JOIN delivery d ON d.message = m.id
        WHERE m.participant = participant.ref AND m.kind IN ('answer', 'meeting-response') AND d.state = 4)
    WHERE treatment_told_at IS NOT NULL OR talked_at IS NOT NULL;

-- Since when a person is under address protection, for what parties are shown; of those from before, since now.
ALTER TABLE participant ADD COLUMN protected_at INTEGER;
UPDATE participant SET protected_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000000 WHERE protected = 1;

-- Consents that were erased with their participants, as keyed digests of id and document: posted again they do not come up active.
CREATE TABLE erased_consent (
    digest BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
