-- Figures of the flow from one party to another, by quarters of an hour since 1970. A control delivery has the sender ''. The
-- columns l0 to l15 count delivered ones by the time since acceptance; core has the bounds of the classes.
CREATE TABLE pair_tally (
    quarter INTEGER NOT NULL,
    sender TEXT NOT NULL,
    receiver TEXT NOT NULL,
    sent INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    departed INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    bad INTEGER NOT NULL,
    l0 INTEGER NOT NULL,
    l1 INTEGER NOT NULL,
    l2 INTEGER NOT NULL,
    l3 INTEGER NOT NULL,
    l4 INTEGER NOT NULL,
    l5 INTEGER NOT NULL,
    l6 INTEGER NOT NULL,
    l7 INTEGER NOT NULL,
    l8 INTEGER NOT NULL,
    l9 INTEGER NOT NULL,
    l10 INTEGER NOT NULL,
    l11 INTEGER NOT NULL,
    l12 INTEGER NOT NULL,
    l13 INTEGER NOT NULL,
    l14 INTEGER NOT NULL,
    l15 INTEGER NOT NULL,
    PRIMARY KEY (quarter, sender, receiver)
) STRICT, WITHOUT ROWID;
CREATE INDEX pair_tally_receiver ON pair_tally (receiver, quarter);
