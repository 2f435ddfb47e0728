-- Persons as issuers name them. A name may be an identity number, so that only its keyed digest is here.
CREATE TABLE account_identity (
    issuer TEXT NOT NULL,
    subject BLOB NOT NULL,              -- keyed digest of the claim's name and value
    account BLOB NOT NULL REFERENCES account (id),
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_identity_account ON account_identity (account);

-- The session at the issuer, as its logout tokens name it; none after a password.
ALTER TABLE account_session ADD COLUMN issuer TEXT;
ALTER TABLE account_session ADD COLUMN issuer_subject BLOB;   -- keyed digest
ALTER TABLE account_session ADD COLUMN issuer_session BLOB;   -- keyed digest
