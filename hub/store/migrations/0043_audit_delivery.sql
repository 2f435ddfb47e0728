-- Finds the audit rows about one delivery, and the row that says that its message was accepted. The ids begin with their time, so
-- that a new row comes at the end of these indexes. Measured in docs/decisions/0008-audit-log.md.
CREATE INDEX audit_delivery ON audit (substr(detail, instr(detail, '"delivery":"') + 12, 36))
    WHERE instr(detail, '"delivery":"') > 0;
CREATE INDEX audit_deliveries ON audit (seq) WHERE instr(detail, '"deliveries":["') > 0;
CREATE INDEX audit_accepted ON audit (substr(detail, instr(detail, '"message":"') + 11, 36)) WHERE action = 'accepted';
