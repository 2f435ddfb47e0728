-- What is repeated leaves one audit row a day: when the newest one was written.
ALTER TABLE delivery ADD COLUMN read_at INTEGER;
ALTER TABLE idempotency ADD COLUMN repeated_at INTEGER;
