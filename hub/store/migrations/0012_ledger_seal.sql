-- What a participant's ledger came to when it was last changed: its version, a salt that leaves with the participant, a digest of
-- what no decision reads, and the MAC over all of it. None for a ledger from before, until it is adopted.
ALTER TABLE participant ADD COLUMN ledger_version INTEGER;
ALTER TABLE participant ADD COLUMN ledger_salt BLOB;
ALTER TABLE participant ADD COLUMN ledger_beside BLOB;
ALTER TABLE participant ADD COLUMN ledger_mac BLOB;
-- The rows that a start reads: which ledger came to what, and which findings the operator accepted.
CREATE INDEX audit_marked ON audit (seq) WHERE instr(detail, '"ledger":') > 0 OR action = 'mismatch-accepted';
