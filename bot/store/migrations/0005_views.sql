-- What the interface promises of reviews and of single values; words are the sender's own, closed_by is an address or the command.
ALTER TABLE review ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE review ADD COLUMN closed_by TEXT NOT NULL DEFAULT '';
CREATE VIEW v_reviews AS
  SELECT r.id, r.reason, nullif(coalesce(s.ref, m.ref), '') AS ref, nullif(s.unit, '') AS unit, m.from_addr,
    nullif(r.words, '') AS words, r.created_at, r.done_at AS closed_at, nullif(r.closed_by, '') AS closed_by, nullif(r.decision, '') AS act
  FROM review r JOIN mail m ON m.id = r.mail LEFT JOIN submission s ON s.id = r.submission;
CREATE VIEW v_fields AS
  SELECT s.ref, f.key, coalesce((SELECT l.value FROM json_each(s.content, '$.labels') l WHERE l.key = f.key), f.key) AS label,
    f.value, NULL AS place, NULL AS confidence
  FROM submission s, json_each(s.content, '$.fields') f
  WHERE s.is_current AND s.status NOT IN ('withdrawn', 'rejected');
DROP VIEW v_units;
CREATE VIEW v_units AS
  WITH live AS NOT MATERIALIZED (SELECT * FROM submission WHERE is_current AND status NOT IN ('withdrawn', 'rejected')),
    names AS (SELECT name AS unit FROM roster_unit UNION SELECT unit FROM submission WHERE unit != '')
  SELECT u.unit, coalesce((SELECT expected FROM roster_unit WHERE name = u.unit), 0) AS expected,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'registration') AS registrations,
    (SELECT count(*) FROM activity_row r JOIN live s ON s.id = r.submission WHERE s.unit = u.unit) AS summary_rows,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'report') AS reports,
    (SELECT max(received_at) FROM submission s WHERE s.unit = u.unit) AS last_received_at,
    CASE WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit AND s.status = 'needs_correction') THEN 'needs_correction'
         WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit) THEN 'reported'
         WHEN EXISTS (SELECT 1 FROM submission s WHERE s.unit = u.unit) THEN 'wrote'
         ELSE 'missing' END AS state
  FROM names u;
