-- Deliveries that a person of the sender entered in a form of the receiver's, each with the receiver's answer as a person read it
-- there. The receiver's words are the delivery's cause. The rows of a message leave with its content.
CREATE TABLE entry (
    delivery BLOB PRIMARY KEY REFERENCES delivery (id),
    person BLOB NOT NULL REFERENCES account (id),
    at INTEGER NOT NULL,
    said TEXT,                          -- none until somebody has entered the answer
    answered_on TEXT,
    answered_by BLOB REFERENCES account (id),
    answered_at INTEGER
) STRICT, WITHOUT ROWID;
