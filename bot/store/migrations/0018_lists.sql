-- What the lists of the desk go by (bot/store/lists/), and when a unit last wrote anything: also one that only said that it has nothing to report.
-- Whatever the lists of mails filter by stands in one index each, so that no row is read but those that are shown.
CREATE INDEX mail_list ON mail (received_at, id, outcome, unit, from_addr);
CREATE INDEX outbox_list ON outbox (mail, status, kind, bounced, to_addr);
DROP INDEX mail_unit;
CREATE INDEX mail_unit ON mail (unit, received_at, outcome) WHERE unit != '';
DROP INDEX outbox_mail;
CREATE INDEX submission_standing ON submission (kind, unit) WHERE is_current;
DROP VIEW v_units;
CREATE VIEW v_units AS
  WITH live AS NOT MATERIALIZED (SELECT * FROM submission WHERE is_current AND status NOT IN ('withdrawn', 'rejected')),
    names AS (SELECT name AS unit FROM roster_unit UNION SELECT unit FROM submission WHERE unit != '' UNION SELECT unit FROM nil_report)
  SELECT u.unit, coalesce((SELECT expected FROM roster_unit WHERE name = u.unit), 0) AS expected,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'registration') AS registrations,
    (SELECT count(*) FROM activity_row r JOIN live s ON s.id = r.submission WHERE s.unit = u.unit) AS summary_rows,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'report') AS reports,
    nullif(max(coalesce((SELECT max(received_at) FROM submission s WHERE s.unit = u.unit), ''),
      coalesce((SELECT at FROM nil_report n WHERE n.unit = u.unit), ''),
      coalesce((SELECT max(received_at) FROM mail m WHERE m.unit = u.unit AND m.unit != '' AND m.outcome NOT IN ('ignored', 'command')), '')), '')
      AS last_received_at,
    CASE WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit AND s.status = 'needs_correction') THEN 'needs_correction'
         WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit) THEN 'reported'
         WHEN EXISTS (SELECT 1 FROM nil_report n WHERE n.unit = u.unit
           AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.unit = n.unit AND s.is_current AND s.received_at > n.at)) THEN 'nil'
         WHEN EXISTS (SELECT 1 FROM submission s WHERE s.unit = u.unit) THEN 'wrote'
         WHEN EXISTS (SELECT 1 FROM mail m WHERE m.unit = u.unit AND m.unit != '' AND m.outcome NOT IN ('ignored', 'command')) THEN 'wrote'
         ELSE 'missing' END AS state
  FROM names u;
