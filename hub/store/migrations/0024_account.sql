-- The persons who sign in. The audit log names them by id.
CREATE TABLE account (
    id BLOB PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,         -- folded to lower case
    name TEXT NOT NULL,
    roles TEXT NOT NULL,                -- codes, with a space between two
    party TEXT REFERENCES party (id),   -- whose mailbox it is; none for a role of the console
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,              -- an actor, as in the audit log
    disabled_at INTEGER,
    password TEXT,                      -- hash in the PHC form; none until the person has set one
    password_set_at INTEGER,
    totp BLOB,                          -- sealed: the secret; none until a second factor is enrolled
    totp_step INTEGER NOT NULL,         -- the last step whose code was accepted: a code works once
    failures INTEGER NOT NULL,          -- failed attempts in a row
    failed_at INTEGER
) STRICT, WITHOUT ROWID;

-- Recovery codes that are unused, hashed.
CREATE TABLE recovery_code (
    account BLOB NOT NULL REFERENCES account (id),
    hash BLOB NOT NULL,
    PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;

-- Links by which a person sets a password, hashed; each works once. The link for the first administrator has no account.
CREATE TABLE account_link (
    hash BLOB PRIMARY KEY,
    account BLOB REFERENCES account (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX account_link_account ON account_link (account);
CREATE INDEX account_link_expires ON account_link (expires_at);

-- Only the hash of a session's token is here.
CREATE TABLE account_session (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id),
    token BLOB NOT NULL UNIQUE,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    ended_why TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX account_session_account ON account_session (account, began_at);
CREATE INDEX account_session_seen ON account_session (seen_at);
