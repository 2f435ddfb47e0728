-- How far a withdrawal reaches. The order of registrations and withdrawals is that of their audit rows, since dates are what
-- somebody wrote: a withdrawal of everything ends what was registered before it, whatever date that bears.
ALTER TABLE consent ADD COLUMN registered INTEGER;      -- its audit row; none before this was kept
ALTER TABLE consent ADD COLUMN registrar TEXT;          -- filled in when the store is next opened
ALTER TABLE withdrawal ADD COLUMN registered_until INTEGER;             -- none where what was given later stands
ALTER TABLE withdrawal ADD COLUMN registrar TEXT;                       -- of whose registrations; none for everybody's
