-- What goes to the group robots of the office beside the mail: units, reasons and a count, never a person's words.
CREATE TABLE post (
  id INTEGER PRIMARY KEY, dedupe_key TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, told TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'queued',
  attempts INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, due_at TEXT NOT NULL DEFAULT '', sent_at TEXT, last_error TEXT NOT NULL DEFAULT '');
CREATE INDEX post_queue ON post (id) WHERE status = 'queued';
