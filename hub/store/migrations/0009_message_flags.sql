-- What the guard found in a message's free texts, as JSON: what and in which field, never the text. None where nothing was found.
ALTER TABLE message ADD COLUMN flags TEXT;
