-- What a letter proves to whoever answers it: refs are the references that it shows, that of its subject first.
ALTER TABLE outbox ADD COLUMN refs TEXT NOT NULL DEFAULT '[]';
-- Message-IDs that the journal tells of letters which this database did not write itself (rebuilt, restored): by the mark of the letter's key.
CREATE TABLE given_id (mark TEXT PRIMARY KEY, message_id TEXT NOT NULL);
-- What takes effect when an address on record answers «确认»: a stored version, a withdrawal, another unit's name. base is the version that stood.
CREATE TABLE waiting (
  id INTEGER PRIMARY KEY, mail INTEGER NOT NULL REFERENCES mail(id), ref TEXT NOT NULL, act TEXT NOT NULL, submission INTEGER REFERENCES submission(id),
  base INTEGER REFERENCES submission(id), unit TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, done_at TEXT, outcome TEXT NOT NULL DEFAULT '');
CREATE INDEX waiting_ref ON waiting (ref);
CREATE INDEX waiting_submission ON waiting (submission);
-- Reply-To addresses that a sender used in a mail that was certainly his.
CREATE TABLE reply_address (sender TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (sender, address));
