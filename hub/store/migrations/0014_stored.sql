-- What each party has stored, counted in the transactions that store and remove it: the bytes of its messages, and for each message
-- what its rows take.
CREATE TABLE stored (
    party TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO stored (party, bytes)
    SELECT m.sender, sum(length(b.sealed) + 2048) FROM body b CROSS JOIN message m ON m.id = b.message GROUP BY m.sender;

-- By the table itself, so that no way of storing or removing a body goes uncounted.
CREATE TRIGGER body_stored AFTER INSERT ON body BEGIN
    INSERT INTO stored (party, bytes)
        SELECT sender, length(NEW.sealed) + 2048 FROM message WHERE id = NEW.message
        ON CONFLICT (party) DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER body_removed AFTER DELETE ON body BEGIN
    UPDATE stored SET bytes = max(0, bytes - length(OLD.sealed) - 2048)
        WHERE party = (SELECT sender FROM message WHERE id = OLD.message);
END;

-- How many of a party's messages went to nobody on its newest day, in days since 1970.
CREATE TABLE went_nowhere (
    party TEXT PRIMARY KEY,
    day INTEGER NOT NULL,
    messages INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
