-- A letter that a person wants no more: it went out to nobody, and nobody need look at it.
ALTER TABLE outbox ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
