-- A UUID is looked up in one spelling from now on. What an older hub kept as it was written is put right when the store is
-- opened next, and the mark is then taken away.
INSERT INTO meta (name, value)
    SELECT 'ids.as-written', x'01' WHERE EXISTS (SELECT 1 FROM message) OR EXISTS (SELECT 1 FROM external_ref);
