-- When a mail was sent by the sender's word, and when the receiving server had it by its own; empty where nothing certain is said.
ALTER TABLE mail ADD COLUMN sent_at TEXT NOT NULL DEFAULT '';
ALTER TABLE mail ADD COLUMN taken_at TEXT NOT NULL DEFAULT '';
