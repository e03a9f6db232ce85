-- A unit that withdraws a form means the activity, be it that its table goes on listing it: the row does not count until a new table lists it,
-- or the form stands again. gone_with is the form with which it went.
ALTER TABLE activity_row ADD COLUMN gone_with TEXT NOT NULL DEFAULT '';
DROP VIEW v_activities;
CREATE VIEW v_activities AS
  WITH live AS NOT MATERIALIZED (SELECT * FROM submission WHERE is_current AND status NOT IN ('withdrawn', 'rejected')),
    rows AS NOT MATERIALIZED (SELECT r.*, t.unit, t.ref, t.status, t.is_late FROM activity_row r JOIN live t ON t.id = r.submission)
  SELECT s.ref, s.unit, s.content ->> '$.fields.activity_name' AS activity_name, s.content ->> '$.fields.host_unit' AS host_unit,
    s.content ->> '$.fields.undertaking_unit' AS undertaking_unit, s.content ->> '$.fields.activity_time' AS activity_time,
    s.content ->> '$.fields.start_date' AS start_date, s.content ->> '$.fields.end_date' AS end_date, s.content ->> '$.fields.venue' AS venue,
    s.content ->> '$.fields.contact_person' AS contact_person, s.content ->> '$.fields.phone' AS phone, s.content ->> '$.fields.mobile' AS mobile,
    s.content ->> '$.fields.email' AS email, s.content ->> '$.fields.activity_types' AS activity_types, s.content ->> '$.fields.audiences' AS audiences,
    s.content ->> '$.fields.expected_public' AS expected_public, s.content ->> '$.fields.staff_count' AS staff_count,
    s.content ->> '$.fields.content' AS content, 1 AS has_registration,
    EXISTS (SELECT 1 FROM rows r WHERE r.listed = s.ref AND r.listed != '') AS in_summary, s.status, s.is_late
  FROM live s WHERE s.kind = 'registration'
  UNION ALL
  SELECT r.ref, r.unit, r.content ->> '$.activity_name', r.content ->> '$.units', NULL, r.content ->> '$.activity_time', r.content ->> '$.start_date',
    r.content ->> '$.end_date', r.content ->> '$.venue', r.content ->> '$.contact_person', r.content ->> '$.phone', NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, 0, 1, r.status, r.is_late
  FROM rows r
  WHERE NOT EXISTS (SELECT 1 FROM live s WHERE s.ref = r.listed AND s.kind = 'registration')
    AND NOT EXISTS (SELECT 1 FROM rows o WHERE o.id = r.same_as)
    AND NOT EXISTS (SELECT 1 FROM submission w WHERE w.ref = r.gone_with AND w.is_current AND w.status = 'withdrawn');
DROP VIEW v_units;
CREATE VIEW v_units AS
  WITH own AS NOT MATERIALIZED (SELECT * FROM submission WHERE campaign = ''),
    live AS NOT MATERIALIZED (SELECT * FROM own WHERE is_current AND status NOT IN ('withdrawn', 'rejected')),
    gone AS NOT MATERIALIZED (SELECT w.ref FROM submission w WHERE w.is_current AND w.status = 'withdrawn'),
    standing AS NOT MATERIALIZED (SELECT r.*, s.unit FROM activity_row r JOIN live s ON s.id = r.submission
      WHERE NOT EXISTS (SELECT 1 FROM gone g WHERE g.ref = r.gone_with) OR EXISTS (SELECT 1 FROM live f WHERE f.ref = r.listed)),
    begun AS (SELECT coalesce((SELECT since FROM campaign WHERE is_active), '') AS at),
    nil AS NOT MATERIALIZED (SELECT n.* FROM nil_report n, begun WHERE n.at >= begun.at),
    names AS (SELECT name AS unit FROM roster_unit UNION SELECT unit FROM own WHERE unit != '' UNION SELECT unit FROM nil)
  SELECT u.unit, coalesce((SELECT expected FROM roster_unit WHERE name = u.unit), 0) AS expected,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'registration') AS registrations,
    (SELECT count(*) FROM standing r WHERE r.unit = u.unit) AS summary_rows,
    (SELECT count(*) FROM live s WHERE s.unit = u.unit AND s.kind = 'report') AS reports,
    nullif(max(coalesce((SELECT max(received_at) FROM own s WHERE s.unit = u.unit), ''),
      coalesce((SELECT at FROM nil n WHERE n.unit = u.unit), ''),
      coalesce((SELECT max(received_at) FROM mail m WHERE m.unit = u.unit AND m.unit != '' AND m.outcome NOT IN ('ignored', 'command')
        AND m.received_at >= (SELECT at FROM begun)), '')), '')
      AS last_received_at,
    CASE WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit AND s.status = 'needs_correction') THEN 'needs_correction'
         WHEN EXISTS (SELECT 1 FROM live s WHERE s.unit = u.unit AND (s.kind != 'summary' OR EXISTS (SELECT 1 FROM standing r WHERE r.submission = s.id)
           OR NOT EXISTS (SELECT 1 FROM activity_row r WHERE r.submission = s.id))) THEN 'reported'
         WHEN EXISTS (SELECT 1 FROM nil n WHERE n.unit = u.unit
           AND NOT EXISTS (SELECT 1 FROM own s WHERE s.unit = n.unit AND s.is_current AND s.received_at > n.at)) THEN 'nil'
         WHEN EXISTS (SELECT 1 FROM own s WHERE s.unit = u.unit) THEN 'wrote'
         WHEN EXISTS (SELECT 1 FROM mail m WHERE m.unit = u.unit AND m.unit != '' AND m.outcome NOT IN ('ignored', 'command')
           AND m.received_at >= (SELECT at FROM begun)) THEN 'wrote'
         ELSE 'missing' END AS state
  FROM names u;
