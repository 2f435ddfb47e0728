-- The tries of a push that failed since the last one that the target took. A push that is given up has no next try.
CREATE TABLE alert_push_try (
    alert BLOB NOT NULL REFERENCES alert (id),
    target TEXT NOT NULL,               -- name in configuration
    tries INTEGER NOT NULL,
    refused INTEGER NOT NULL,           -- those of them that the target refused
    tried_at INTEGER NOT NULL,          -- the last one
    answer INTEGER,                     -- status of the last answer; none where the target could not be reached
    next_at INTEGER,
    PRIMARY KEY (alert, target)
) STRICT, WITHOUT ROWID;

-- Runs of a retry: deliveries that a person or the operator's key sends once more.
CREATE TABLE retry_run (
    id BLOB PRIMARY KEY,
    token BLOB NOT NULL,                -- SHA-256 of the preview's token, which begins one run
    began_by TEXT NOT NULL,             -- an actor, as in the audit log
    reason TEXT NOT NULL,               -- as in the audit log
    began_at INTEGER NOT NULL,
    waits INTEGER NOT NULL,             -- 1 while the others wait until the first delivery has arrived
    stopped_by TEXT,                    -- the actor that asked it to stop
    ended TEXT                          -- done, stopped, first-failed, interrupted; none while it goes on
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX retry_run_token ON retry_run (token);
CREATE INDEX retry_run_began ON retry_run (began_at);
CREATE INDEX retry_run_open ON retry_run (began_at) WHERE ended IS NULL;

-- The deliveries of a run, as its preview showed them, and the run's result for each.
CREATE TABLE retry_run_delivery (
    run BLOB NOT NULL REFERENCES retry_run (id),
    message BLOB NOT NULL REFERENCES message (id),
    delivery BLOB NOT NULL REFERENCES delivery (id),
    state TEXT NOT NULL,                -- as previewed
    changed_at INTEGER NOT NULL,        -- as previewed
    fate INTEGER NOT NULL,              -- 0 not dealt with, 1 sent once more, 2 left out, 3 not possible
    attempts INTEGER,                   -- attempts at the moment when it was sent once more
    PRIMARY KEY (run, message, delivery)
) STRICT, WITHOUT ROWID;
