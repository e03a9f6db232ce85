-- Mail houses may put a Message-ID of their own on what we send (QQ keeps ours in X-OQ-MSGID), which answers then name.
CREATE TABLE outbox_id (message_id TEXT PRIMARY KEY, outbox INTEGER NOT NULL REFERENCES outbox(id) ON DELETE CASCADE) WITHOUT ROWID;
CREATE INDEX outbox_id_of ON outbox_id (outbox);
-- How often the copy of a sent mail was looked for in the Sent folder.
ALTER TABLE outbox ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
