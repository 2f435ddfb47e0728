-- The pushes of an alert to each target: their number, and the time of the last one.
CREATE TABLE alert_push (
    alert BLOB NOT NULL REFERENCES alert (id),
    target TEXT NOT NULL,               -- name in configuration
    times INTEGER NOT NULL,
    pushed_at INTEGER NOT NULL,
    PRIMARY KEY (alert, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_open ON alert (raised_at) WHERE state = 0;
