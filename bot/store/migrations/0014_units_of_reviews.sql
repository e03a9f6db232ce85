-- Whose an item is also where it is about no form of its own: the form's that its mail was about, else the sender's unit.
DROP VIEW v_reviews;
CREATE VIEW v_reviews AS
  SELECT r.id, r.reason, nullif(coalesce(s.ref, m.ref), '') AS ref,
    coalesce(nullif(s.unit, ''), (SELECT c.unit FROM submission c WHERE c.ref = m.ref AND c.is_current AND c.unit != ''),
      CASE WHEN instr(m.unit, '@') = 0 THEN nullif(m.unit, '') END) AS unit, m.from_addr,
    nullif(r.words, '') AS words, r.created_at, r.done_at AS closed_at, nullif(r.closed_by, '') AS closed_by, nullif(r.decision, '') AS act
  FROM review r JOIN mail m ON m.id = r.mail LEFT JOIN submission s ON s.id = r.submission;
