-- Each value of a form, those of its tables too.
DROP VIEW v_fields;
CREATE VIEW v_fields AS
  WITH live AS NOT MATERIALIZED (SELECT * FROM submission WHERE is_current AND status NOT IN ('withdrawn', 'rejected'))
  SELECT s.ref, f.key, coalesce((SELECT l.value FROM json_each(s.content, '$.labels') l WHERE l.key = f.key), f.key) AS label, f.value,
    (SELECT p.value ->> '$[0].words' FROM json_each(s.content, '$.places') p WHERE p.key = f.key) AS place,
    (SELECT c.value FROM json_each(s.content, '$.confidence') c WHERE c.key = f.key) AS confidence
  FROM live s, json_each(s.content, '$.fields') f
  UNION ALL
  SELECT s.ref, f.key, coalesce((SELECT l.value FROM json_each(s.content, '$.labels') l WHERE l.key = f.key), f.key), f.value,
    (SELECT p.value ->> '$[0].words' FROM json_each(s.content, '$.row_places[' || r.key || ']') p WHERE p.key = f.key), NULL
  FROM live s, json_each(s.content, '$.rows') r, json_each(r.value) f;
-- The units of the active campaign.
CREATE INDEX submission_own ON submission (unit, received_at) WHERE campaign = '';
