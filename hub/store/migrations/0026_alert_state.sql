-- The life of an alert: 0 open, 1 taken, 2 closed; by whom, when, and with what word. An alert whose cause was over is closed.
ALTER TABLE alert ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN state_by TEXT;
ALTER TABLE alert ADD COLUMN state_at INTEGER;
ALTER TABLE alert ADD COLUMN word TEXT;
UPDATE alert SET state = 2, state_by = 'hub', state_at = ended_at WHERE ended_at IS NOT NULL;
CREATE INDEX alert_state ON alert (state, id);
CREATE INDEX alert_unclosed ON alert (kind, state) WHERE state < 2;
CREATE INDEX alert_delivery ON alert (delivery) WHERE state < 2 AND delivery IS NOT NULL;
