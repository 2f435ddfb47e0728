-- A suspended party authenticates nothing and gets nothing; that is apart from paused, which holds its deliveries back alone.
ALTER TABLE party ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
