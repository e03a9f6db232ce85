-- What a mail says but for digits and days, with its sender: mails of a loop are alike.
ALTER TABLE mail ADD COLUMN alike TEXT NOT NULL DEFAULT '';
CREATE INDEX mail_alike ON mail (alike) WHERE alike != '';
-- gather: an answer that waits to be sent with the others to its correspondent; gathered: the mail that took it along.
ALTER TABLE outbox ADD COLUMN gather INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN gathered INTEGER REFERENCES outbox(id);
CREATE INDEX outbox_gathered ON outbox (gathered) WHERE gathered IS NOT NULL;
