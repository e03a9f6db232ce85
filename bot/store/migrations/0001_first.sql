-- Tables are private; the views below are the public face (interface, section 4).
-- Every moment is ISO 8601 text in the configured time zone, so that text order is time order.
CREATE TABLE cursor (
  mailbox TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, last_uid INTEGER NOT NULL, mails INTEGER,
  PRIMARY KEY (mailbox, folder));
-- One row for each mail by content, wherever and however often it lies in the mailbox. outcome is NULL until it is worked off.
CREATE TABLE mail (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, content_key TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL DEFAULT '',
  other_ids TEXT NOT NULL DEFAULT '[]', from_addr TEXT NOT NULL DEFAULT '', subject TEXT NOT NULL DEFAULT '', received_at TEXT NOT NULL,
  folder TEXT NOT NULL DEFAULT '', is_partial INTEGER NOT NULL DEFAULT 0, outcome TEXT, why TEXT NOT NULL DEFAULT '', ref TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0);
CREATE INDEX mail_content ON mail (content_key);
CREATE INDEX mail_sender ON mail (from_addr, received_at);
CREATE INDEX mail_waiting ON mail (received_at, id) WHERE outcome IS NULL;
CREATE TABLE arrival (
  mailbox TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL, mail INTEGER NOT NULL REFERENCES mail(id),
  internal_date TEXT NOT NULL DEFAULT '', filed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (mailbox, folder, uidvalidity, uid));
CREATE INDEX arrival_mail ON arrival (mail);
-- Mails that could not be fetched whole; they are asked for again. mail is what stands for one that was left to a person.
CREATE TABLE unfetched (
  mailbox TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL, uid INTEGER NOT NULL, error TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 1,
  first_at TEXT NOT NULL, next_at TEXT NOT NULL, mail INTEGER REFERENCES mail(id), PRIMARY KEY (mailbox, folder, uidvalidity, uid));
CREATE TABLE submission (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL, kind TEXT NOT NULL, unit TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '',
  match_key TEXT NOT NULL DEFAULT '', name_key TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL, is_current INTEGER NOT NULL,
  is_late INTEGER NOT NULL, status TEXT NOT NULL, mail INTEGER NOT NULL REFERENCES mail(id), received_at TEXT NOT NULL,
  source_path TEXT NOT NULL, content TEXT NOT NULL, content_hash TEXT NOT NULL, from_addr TEXT NOT NULL DEFAULT '', UNIQUE (ref, version));
CREATE INDEX submission_unit ON submission (unit, is_current, kind);
CREATE INDEX submission_sender ON submission (from_addr, unit);
CREATE INDEX submission_mail ON submission (mail);
CREATE TABLE problem (
  id INTEGER PRIMARY KEY, mail INTEGER NOT NULL REFERENCES mail(id), submission INTEGER REFERENCES submission(id), path TEXT NOT NULL, code TEXT NOT NULL,
  severity TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, place TEXT NOT NULL, message TEXT NOT NULL);
CREATE INDEX problem_submission ON problem (submission);
CREATE TABLE activity_row (
  id INTEGER PRIMARY KEY, submission INTEGER NOT NULL REFERENCES submission(id), position INTEGER NOT NULL, name_key TEXT NOT NULL, content TEXT NOT NULL);
CREATE INDEX activity_row_submission ON activity_row (submission);
CREATE INDEX activity_row_name ON activity_row (name_key);
CREATE TABLE saved_file (
  mail INTEGER NOT NULL REFERENCES mail(id), path TEXT NOT NULL, sha256 TEXT NOT NULL, file TEXT NOT NULL, unit TEXT NOT NULL DEFAULT '', PRIMARY KEY (mail, path));
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY, dedupe_key TEXT NOT NULL UNIQUE, mail INTEGER REFERENCES mail(id), kind TEXT NOT NULL, to_addr TEXT NOT NULL, subject TEXT NOT NULL,
  in_reply_to TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL UNIQUE, template TEXT NOT NULL DEFAULT '', raw BLOB NOT NULL, priority INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'queued', attempts INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, due_at TEXT NOT NULL, sent_at TEXT,
  last_error TEXT NOT NULL DEFAULT '', bounced INTEGER NOT NULL DEFAULT 0,
  -- How often the mail was handed over without an answer; it may have been delivered as often.
  doubts INTEGER NOT NULL DEFAULT 0);
CREATE INDEX outbox_due ON outbox (status, due_at);
CREATE INDEX outbox_recipient ON outbox (to_addr, created_at);
CREATE INDEX outbox_mail ON outbox (mail);
-- When mails were handed to the SMTP server, in real seconds since 1970: the pace must hold whatever clock the rest goes by.
CREATE TABLE handed_over (at REAL NOT NULL);
CREATE INDEX handed_over_at ON handed_over (at);
CREATE TABLE review (
  id INTEGER PRIMARY KEY, mail INTEGER NOT NULL REFERENCES mail(id), submission INTEGER REFERENCES submission(id), reason TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '', path TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, done_at TEXT, decision TEXT NOT NULL DEFAULT '',
  UNIQUE (mail, reason, path));
CREATE INDEX review_open ON review (id) WHERE done_at IS NULL;
CREATE TABLE digest_slot (slot TEXT PRIMARY KEY, sent_at TEXT NOT NULL, figures TEXT NOT NULL DEFAULT '{}');
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sequence (year INTEGER PRIMARY KEY, last INTEGER NOT NULL);
-- References that the journal tells of mails which this database did not number itself (rebuilt, restored): by the mark of the form's path.
CREATE TABLE given (sha256 TEXT NOT NULL, mark TEXT NOT NULL, ref TEXT NOT NULL, PRIMARY KEY (sha256, mark));
CREATE TABLE roster_unit (name TEXT PRIMARY KEY, expected INTEGER NOT NULL, grp TEXT NOT NULL DEFAULT '');

CREATE VIEW v_messages AS SELECT id, message_id, from_addr, subject, received_at, outcome FROM mail;
CREATE VIEW v_submissions AS
  SELECT s.ref, s.kind, s.unit, s.title, s.version, s.is_current, s.is_late, s.status, m.message_id, s.received_at, s.source_path
  FROM submission s JOIN mail m ON m.id = s.mail;
CREATE VIEW v_outbox AS
  SELECT id, kind, to_addr, subject, in_reply_to, message_id, status, attempts, created_at, sent_at, last_error FROM outbox;
CREATE VIEW v_activities AS
  WITH live AS NOT MATERIALIZED (SELECT * FROM submission WHERE is_current AND status NOT IN ('withdrawn', 'rejected')),
    rows AS NOT MATERIALIZED (SELECT r.*, t.unit, t.ref, t.status, t.is_late FROM activity_row r JOIN live t ON t.id = r.submission),
    registrations AS NOT MATERIALIZED (SELECT * FROM live WHERE kind = 'registration')
  SELECT s.ref, s.unit, s.content ->> '$.fields.activity_name' AS activity_name, s.content ->> '$.fields.host_unit' AS host_unit,
    s.content ->> '$.fields.undertaking_unit' AS undertaking_unit, s.content ->> '$.fields.activity_time' AS activity_time,
    s.content ->> '$.fields.start_date' AS start_date, s.content ->> '$.fields.end_date' AS end_date, s.content ->> '$.fields.venue' AS venue,
    s.content ->> '$.fields.contact_person' AS contact_person, s.content ->> '$.fields.phone' AS phone, s.content ->> '$.fields.mobile' AS mobile,
    s.content ->> '$.fields.email' AS email, s.content ->> '$.fields.activity_types' AS activity_types, s.content ->> '$.fields.audiences' AS audiences,
    s.content ->> '$.fields.expected_public' AS expected_public, s.content ->> '$.fields.staff_count' AS staff_count,
    s.content ->> '$.fields.content' AS content, 1 AS has_registration,
    EXISTS (SELECT 1 FROM rows r WHERE r.unit = s.unit AND r.name_key = s.name_key AND s.name_key != '') AS in_summary, s.status, s.is_late
  FROM registrations s
  UNION ALL
  SELECT r.ref, r.unit, r.content ->> '$.activity_name', r.content ->> '$.units', NULL, r.content ->> '$.activity_time', r.content ->> '$.start_date',
    r.content ->> '$.end_date', r.content ->> '$.venue', r.content ->> '$.contact_person', r.content ->> '$.phone', NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, 0, 1, r.status, r.is_late
  FROM rows r
  WHERE NOT EXISTS (SELECT 1 FROM registrations s WHERE s.unit = r.unit AND s.name_key = r.name_key AND r.name_key != '');
CREATE VIEW v_units AS
  WITH live AS NOT MATERIALIZED (SELECT * FROM submission WHERE is_current AND status NOT IN ('withdrawn', 'rejected')),
    names AS (SELECT name AS unit FROM roster_unit UNION SELECT unit FROM submission WHERE unit != '')
  SELECT u.unit, coalesce((SELECT expected FROM roster_unit WHERE name = u.unit), 0) AS expected,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'registration') AS registrations,
    (SELECT count(*) FROM activity_row r JOIN live s ON s.id = r.submission WHERE s.unit = u.unit) AS summary_rows,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'report') AS reports,
    (SELECT max(received_at) FROM submission s WHERE s.unit = u.unit) AS last_received_at,
    CASE WHEN NOT EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit) THEN 'missing'
         WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit AND s.status = 'needs_correction') THEN 'needs_correction'
         ELSE 'reported' END AS state
  FROM names u;
