-- Finds audit rows by their texts. Each index ends with the row's number, so that a list walks it from the newest row on.
-- The four actions of nearly every message stand in none, so that a message costs no more than without them. They are told
-- apart before a detail is searched.
CREATE INDEX audit_actor ON audit (actor, seq)
    WHERE actor <> 'hub' AND action NOT IN ('accepted', 'reserved', 'sending', 'delivered');
CREATE INDEX audit_person ON audit (seq) WHERE substr(actor, 1, 7) = 'person:';
CREATE INDEX audit_action ON audit (action, seq) WHERE action NOT IN ('accepted', 'reserved', 'sending', 'delivered');
CREATE INDEX audit_participant ON audit (substr(detail, instr(detail, '"participant":"') + 15, 36), seq)
    WHERE action NOT IN ('accepted', 'reserved', 'sending', 'delivered') AND instr(detail, '"participant":"') > 0;
CREATE INDEX audit_party ON audit (
    substr(detail, instr(detail, '"party":"') + 9, instr(substr(detail, instr(detail, '"party":"') + 9), '"') - 1), seq)
    WHERE action NOT IN ('accepted', 'reserved', 'sending', 'delivered') AND instr(detail, '"party":"') > 0;
CREATE INDEX audit_to ON audit (
    substr(detail, instr(detail, '"to":"') + 6, instr(substr(detail, instr(detail, '"to":"') + 6), '"') - 1), seq)
    WHERE action NOT IN ('accepted', 'reserved', 'sending', 'delivered') AND instr(detail, '"to":"') > 0;
