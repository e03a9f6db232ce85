-- What coordinators did, by mail or at the desk, one row for each mail that says so: told are the lines that it came to, faults those of what was not
-- done; before and after are what it changed, row by row, so that it can be undone while nothing else has changed that.
CREATE TABLE office_act (
  mail INTEGER PRIMARY KEY REFERENCES mail(id), at TEXT NOT NULL, by_addr TEXT NOT NULL, deeds TEXT NOT NULL DEFAULT '[]',
  told TEXT NOT NULL DEFAULT '[]', faults TEXT NOT NULL DEFAULT '[]', refs TEXT NOT NULL DEFAULT '[]', items TEXT NOT NULL DEFAULT '[]',
  units TEXT NOT NULL DEFAULT '[]', before TEXT NOT NULL DEFAULT '{}', after TEXT NOT NULL DEFAULT '{}',
  undone_by INTEGER REFERENCES mail(id));
CREATE INDEX office_act_at ON office_act (at);
CREATE INDEX review_submission ON review (submission);
CREATE UNIQUE INDEX mail_at_desk ON mail (message_id) WHERE folder = '(desk)' AND message_id != '';
-- An act at the desk is kept like a mail (its bytes, its row), but is none.
DROP VIEW v_messages;
CREATE VIEW v_messages AS SELECT id, message_id, from_addr, subject, received_at, outcome FROM mail WHERE folder != '(desk)';
