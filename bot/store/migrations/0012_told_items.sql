-- Which items a notice to the coordinators tells, by its Message-ID: an answer to it speaks of them by their number. «» is for what the digests
-- told before there were notices.
CREATE TABLE told_item (message_id TEXT NOT NULL, review INTEGER NOT NULL, PRIMARY KEY (message_id, review)) WITHOUT ROWID;
CREATE INDEX told_item_review ON told_item (review);
INSERT INTO told_item SELECT '', id FROM review WHERE done_at IS NULL;
-- The numbers that the journal tells of items, by their marks, so that a rebuilt database calls them by the same ones.
CREATE TABLE given_number (mark TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE) WITHOUT ROWID;
