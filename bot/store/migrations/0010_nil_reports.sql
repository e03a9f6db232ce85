-- Units that have nothing to report this time: when that was said, and in which mail. A form that comes later ends it.
CREATE TABLE nil_report (unit TEXT PRIMARY KEY, at TEXT NOT NULL, mail INTEGER NOT NULL REFERENCES mail(id)) WITHOUT ROWID;
DROP VIEW v_units;
CREATE VIEW v_units AS
  WITH live AS NOT MATERIALIZED (SELECT * FROM submission WHERE is_current AND status NOT IN ('withdrawn', 'rejected')),
    names AS (SELECT name AS unit FROM roster_unit UNION SELECT unit FROM submission WHERE unit != '' UNION SELECT unit FROM nil_report)
  SELECT u.unit, coalesce((SELECT expected FROM roster_unit WHERE name = u.unit), 0) AS expected,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'registration') AS registrations,
    (SELECT count(*) FROM activity_row r JOIN live s ON s.id = r.submission WHERE s.unit = u.unit) AS summary_rows,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'report') AS reports,
    (SELECT max(received_at) FROM submission s WHERE s.unit = u.unit) AS last_received_at,
    CASE WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit AND s.status = 'needs_correction') THEN 'needs_correction'
         WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit) THEN 'reported'
         WHEN EXISTS (SELECT 1 FROM nil_report n WHERE n.unit = u.unit
           AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.unit = n.unit AND s.is_current AND s.received_at > n.at)) THEN 'nil'
         WHEN EXISTS (SELECT 1 FROM submission s WHERE s.unit = u.unit) THEN 'wrote'
         WHEN EXISTS (SELECT 1 FROM mail m WHERE m.unit = u.unit AND m.unit != '' AND m.outcome NOT IN ('ignored', 'command')) THEN 'wrote'
         ELSE 'missing' END AS state
  FROM names u;
