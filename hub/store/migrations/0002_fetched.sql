-- Inboxes that the hub fetches from. A mailbox is an adapter at an address under the hub's own id there: many parties may be
-- behind one.
CREATE TABLE mailbox (
    name TEXT PRIMARY KEY,
    cursor BLOB                         -- sealed: where the last listing ended
) STRICT, WITHOUT ROWID;

-- step: 0 listed, 1 fetched, 2 accepted, 3 answered; 4 marked, 5 gone. Below 4 there is something to do.
CREATE TABLE fetched_item (
    mailbox TEXT NOT NULL REFERENCES mailbox (name),
    place INTEGER NOT NULL,             -- in the order of the listings
    id BLOB NOT NULL,                   -- digest of the inbox's own id
    sealed BLOB NOT NULL,               -- sealed: the item
    step INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due INTEGER NOT NULL,
    set_aside INTEGER NOT NULL DEFAULT 0,
    cause_code TEXT,                    -- why it was set aside, or why its step came to nothing
    cause_text BLOB,                    -- sealed
    document BLOB,                      -- sealed; gone once it was accepted or set aside
    pending INTEGER,                    -- the answer that is to be built
    answer BLOB REFERENCES delivery (id),
    listed_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (mailbox, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX fetched_item_id ON fetched_item (mailbox, id);
CREATE INDEX fetched_item_open ON fetched_item (mailbox, place) WHERE step < 4;
CREATE INDEX fetched_item_pending ON fetched_item (pending) WHERE pending IS NOT NULL;
CREATE INDEX fetched_item_aside ON fetched_item (set_aside, changed_at) WHERE set_aside = 1;
CREATE INDEX fetched_item_old ON fetched_item (changed_at) WHERE step > 3;
