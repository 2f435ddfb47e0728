-- With a person: somebody took it who still has to enter it or hand it over. Its number is 10, after the ends, so that no row of
-- before has to change.
INSERT INTO tally (state, n) VALUES (10, 0);
CREATE INDEX delivery_with_person ON delivery (changed_at) WHERE state = 10;
CREATE INDEX delivery_with_person_until ON delivery (deadline) WHERE state = 10;

-- Which adapter wrote a document; none where that was before, or where the hub's own JSON needed none.
ALTER TABLE frozen ADD COLUMN adapter TEXT;
