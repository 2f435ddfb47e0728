-- Which parties were told by e-mail that something waits for them.
CREATE TABLE mail_notice (
    party TEXT PRIMARY KEY REFERENCES party (id),
    told_of BLOB NOT NULL,              -- the newest delivery that waited then
    sent_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
