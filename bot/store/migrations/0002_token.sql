-- What a letter proves to whoever answers it: refs are the references that it shows, that of its subject first.
ALTER TABLE outbox ADD COLUMN refs TEXT NOT NULL DEFAULT '[]';
-- Message-IDs that the journal tells of letters which this database did not write itself (rebuilt, restored): by the mark of the letter's key.
CREATE TABLE given_id (mark TEXT PRIMARY KEY, message_id TEXT NOT NULL);
