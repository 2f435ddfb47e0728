-- What was in each release: a delivery that is written anew after a replay forgets what it was frozen with before.
ALTER TABLE release ADD COLUMN categories INTEGER NOT NULL DEFAULT 0;
UPDATE release SET categories = coalesce(
    (SELECT CASE WHEN d.frozen_with > 0 THEN d.frozen_with ELSE d.permitted END FROM delivery d WHERE d.id = release.delivery), 0);

-- The message that a message corrects. The content says it too, and leaves when its retention ends.
ALTER TABLE message ADD COLUMN supersedes BLOB;
CREATE INDEX message_supersedes ON message (supersedes, id) WHERE supersedes IS NOT NULL;

CREATE INDEX alert_participant ON alert (participant, id) WHERE participant IS NOT NULL;
