-- One store for one campaign after another. What belongs to another campaign than the active one has that campaign's name and is not current;
-- was_current remembers what stood there, so that whoever goes back finds it again.
CREATE TABLE campaign (name TEXT PRIMARY KEY, title TEXT NOT NULL, since TEXT NOT NULL, is_active INTEGER NOT NULL) WITHOUT ROWID;
ALTER TABLE submission ADD COLUMN campaign TEXT NOT NULL DEFAULT '';
ALTER TABLE submission ADD COLUMN was_current INTEGER NOT NULL DEFAULT 0;
CREATE VIEW v_former AS
  SELECT s.campaign, c.title AS campaign_title, s.ref, s.kind, s.unit, s.title, s.version, s.status, s.is_late, s.received_at,
    s.content ->> '$.fields' AS fields, s.content ->> '$.rows' AS rows
  FROM submission s LEFT JOIN campaign c ON c.name = s.campaign
  WHERE s.campaign != '' AND s.was_current AND s.status NOT IN ('withdrawn', 'rejected');
DROP VIEW v_units;
CREATE VIEW v_units AS
  WITH own AS NOT MATERIALIZED (SELECT * FROM submission WHERE campaign = ''),
    live AS NOT MATERIALIZED (SELECT * FROM own WHERE is_current AND status NOT IN ('withdrawn', 'rejected')),
    begun AS (SELECT coalesce((SELECT since FROM campaign WHERE is_active), '') AS at),
    nil AS NOT MATERIALIZED (SELECT n.* FROM nil_report n, begun WHERE n.at >= begun.at),
    names AS (SELECT name AS unit FROM roster_unit UNION SELECT unit FROM own WHERE unit != '' UNION SELECT unit FROM nil)
  SELECT u.unit, coalesce((SELECT expected FROM roster_unit WHERE name = u.unit), 0) AS expected,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'registration') AS registrations,
    (SELECT count(*) FROM activity_row r JOIN live s ON s.id = r.submission WHERE s.unit = u.unit) AS summary_rows,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'report') AS reports,
    nullif(max(coalesce((SELECT max(received_at) FROM own s WHERE s.unit = u.unit), ''),
      coalesce((SELECT at FROM nil n WHERE n.unit = u.unit), ''),
      coalesce((SELECT max(received_at) FROM mail m WHERE m.unit = u.unit AND m.unit != '' AND m.outcome NOT IN ('ignored', 'command')
        AND m.received_at >= (SELECT at FROM begun)), '')), '')
      AS last_received_at,
    CASE WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit AND s.status = 'needs_correction') THEN 'needs_correction'
         WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit) THEN 'reported'
         WHEN EXISTS (SELECT 1 FROM nil n WHERE n.unit = u.unit
           AND NOT EXISTS (SELECT 1 FROM own s WHERE s.unit = n.unit AND s.is_current AND s.received_at > n.at)) THEN 'nil'
         WHEN EXISTS (SELECT 1 FROM own s WHERE s.unit = u.unit) THEN 'wrote'
         WHEN EXISTS (SELECT 1 FROM mail m WHERE m.unit = u.unit AND m.unit != '' AND m.outcome NOT IN ('ignored', 'command')
           AND m.received_at >= (SELECT at FROM begun)) THEN 'wrote'
         ELSE 'missing' END AS state
  FROM names u;
