-- Tables are private; the views below are the public face (interface, section 4).
CREATE TABLE cursor (mailbox TEXT, folder TEXT, uidvalidity INTEGER, last_uid INTEGER NOT NULL, PRIMARY KEY (mailbox, folder, uidvalidity));
-- One row for each mail by content, wherever and however often it lies in the mailbox.
CREATE TABLE mail (
  id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, content_key TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL DEFAULT '', other_ids TEXT NOT NULL DEFAULT '[]',
  from_addr TEXT NOT NULL DEFAULT '', subject TEXT NOT NULL DEFAULT '', received_at TEXT NOT NULL, thread TEXT NOT NULL DEFAULT '[]',
  outcome TEXT, why TEXT NOT NULL DEFAULT '', ref TEXT, attempts INTEGER NOT NULL DEFAULT 0);
CREATE TABLE arrival (
  mailbox TEXT, folder TEXT, uidvalidity INTEGER, uid INTEGER, mail INTEGER NOT NULL REFERENCES mail(id), moved INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (mailbox, folder, uidvalidity, uid));
CREATE TABLE submission (
  id INTEGER PRIMARY KEY, ref TEXT NOT NULL, kind TEXT NOT NULL, unit TEXT NOT NULL DEFAULT '', title TEXT NOT NULL DEFAULT '', match_key TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL, is_current INTEGER NOT NULL, is_late INTEGER NOT NULL, status TEXT NOT NULL, mail INTEGER NOT NULL REFERENCES mail(id),
  received_at TEXT NOT NULL, source_path TEXT NOT NULL, content TEXT NOT NULL, content_hash TEXT NOT NULL, from_addr TEXT NOT NULL DEFAULT '',
  UNIQUE (ref, version));
CREATE INDEX submission_key ON submission (kind, match_key, is_current);
CREATE TABLE problem (id INTEGER PRIMARY KEY, mail INTEGER NOT NULL, submission INTEGER, path TEXT NOT NULL, code TEXT, severity TEXT, field TEXT, value TEXT, place TEXT, message TEXT);
CREATE TABLE activity_row (id INTEGER PRIMARY KEY, submission INTEGER NOT NULL REFERENCES submission(id), position INTEGER, name_key TEXT, content TEXT NOT NULL);
CREATE TABLE saved_file (mail INTEGER NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, file TEXT NOT NULL, unit TEXT NOT NULL DEFAULT '', PRIMARY KEY (mail, path));
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY, dedupe_key TEXT NOT NULL UNIQUE, mail INTEGER, kind TEXT NOT NULL, to_addr TEXT NOT NULL, subject TEXT NOT NULL, in_reply_to TEXT NOT NULL DEFAULT '',
  message_id TEXT NOT NULL, raw BLOB NOT NULL, status TEXT NOT NULL DEFAULT 'queued', attempts INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL, due_at TEXT NOT NULL, sent_at TEXT, last_error TEXT NOT NULL DEFAULT '');
CREATE TABLE review (id INTEGER PRIMARY KEY, mail INTEGER NOT NULL, reason TEXT NOT NULL, path TEXT NOT NULL DEFAULT '', done_at TEXT, UNIQUE (mail, reason, path));
CREATE TABLE digest_slot (slot TEXT PRIMARY KEY, sent_at TEXT NOT NULL, figures TEXT NOT NULL DEFAULT '{}');
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sequence (year INTEGER PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE roster_unit (name TEXT PRIMARY KEY, expected INTEGER NOT NULL, grp TEXT NOT NULL DEFAULT '');

CREATE VIEW v_messages AS SELECT id, message_id, from_addr, subject, received_at, outcome FROM mail;
CREATE VIEW v_submissions AS
  SELECT s.ref, s.kind, s.unit, s.title, s.version, s.is_current, s.is_late, s.status, m.message_id, s.received_at, s.source_path
  FROM submission s JOIN mail m ON m.id = s.mail;
CREATE VIEW v_outbox AS SELECT id, kind, to_addr, subject, in_reply_to, message_id, status, attempts, created_at, sent_at, last_error FROM outbox;
CREATE VIEW v_activities AS
  SELECT s.ref, s.unit, json_extract(s.content, '$.fields.activity_name') AS activity_name, json_extract(s.content, '$.fields.host_unit') AS host_unit,
    json_extract(s.content, '$.fields.undertaking_unit') AS undertaking_unit, json_extract(s.content, '$.fields.activity_time') AS activity_time,
    json_extract(s.content, '$.fields.start_date') AS start_date, json_extract(s.content, '$.fields.end_date') AS end_date,
    json_extract(s.content, '$.fields.venue') AS venue, json_extract(s.content, '$.fields.contact_person') AS contact_person,
    json_extract(s.content, '$.fields.phone') AS phone, json_extract(s.content, '$.fields.mobile') AS mobile, json_extract(s.content, '$.fields.email') AS email,
    json_extract(s.content, '$.fields.activity_types') AS activity_types, json_extract(s.content, '$.fields.audiences') AS audiences,
    json_extract(s.content, '$.fields.expected_public') AS expected_public, json_extract(s.content, '$.fields.staff_count') AS staff_count,
    json_extract(s.content, '$.fields.content') AS content, 1 AS has_registration,
    EXISTS (SELECT 1 FROM activity_row r JOIN submission t ON t.id = r.submission AND t.is_current
            WHERE t.unit = s.unit AND r.name_key = substr(s.match_key, instr(s.match_key, '|') + 1)) AS in_summary, s.status, s.is_late
  FROM submission s WHERE s.kind = 'registration' AND s.is_current AND s.status != 'withdrawn'
  UNION ALL
  SELECT t.ref, t.unit, json_extract(r.content, '$.activity_name'), json_extract(r.content, '$.units'), NULL, json_extract(r.content, '$.activity_time'),
    json_extract(r.content, '$.start_date'), json_extract(r.content, '$.end_date'), json_extract(r.content, '$.venue'), json_extract(r.content, '$.contact_person'),
    json_extract(r.content, '$.phone'), NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, t.status, t.is_late
  FROM activity_row r JOIN submission t ON t.id = r.submission
  WHERE t.is_current AND t.status != 'withdrawn' AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.kind = 'registration' AND s.is_current
    AND s.status != 'withdrawn' AND s.unit = t.unit AND substr(s.match_key, instr(s.match_key, '|') + 1) = r.name_key);
CREATE VIEW v_units AS
  SELECT u.unit, coalesce((SELECT expected FROM roster_unit WHERE name = u.unit), 0) AS expected,
    (SELECT count(*) FROM submission s WHERE s.unit = u.unit AND s.kind = 'registration' AND s.is_current AND s.status != 'withdrawn') AS registrations,
    (SELECT count(*) FROM activity_row r JOIN submission s ON s.id = r.submission WHERE s.unit = u.unit AND s.is_current AND s.status != 'withdrawn') AS summary_rows,
    (SELECT count(*) FROM submission s WHERE s.unit = u.unit AND s.kind = 'report' AND s.is_current AND s.status != 'withdrawn') AS reports,
    (SELECT max(received_at) FROM submission s WHERE s.unit = u.unit) AS last_received_at,
    CASE WHEN NOT EXISTS (SELECT 1 FROM submission s WHERE s.unit = u.unit AND s.status != 'withdrawn') THEN 'missing'
         WHEN EXISTS (SELECT 1 FROM submission s WHERE s.unit = u.unit AND s.is_current AND s.status = 'needs_correction') THEN 'needs_correction'
         ELSE 'reported' END AS state
  FROM (SELECT name AS unit FROM roster_unit UNION SELECT unit FROM submission WHERE unit != '') u;
