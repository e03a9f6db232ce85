-- Where each value was read, in words, and how surely, as the versions keep it since.
DROP VIEW v_fields;
CREATE VIEW v_fields AS
  SELECT s.ref, f.key, coalesce((SELECT l.value FROM json_each(s.content, '$.labels') l WHERE l.key = f.key), f.key) AS label, f.value,
    (SELECT p.value ->> '$[0].words' FROM json_each(s.content, '$.places') p WHERE p.key = f.key) AS place,
    (SELECT c.value FROM json_each(s.content, '$.confidence') c WHERE c.key = f.key) AS confidence
  FROM submission s, json_each(s.content, '$.fields') f
  WHERE s.is_current AND s.status NOT IN ('withdrawn', 'rejected');
