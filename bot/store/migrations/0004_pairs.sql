-- Which registration a summary's row lists, and which other row tells the same activity (bot/pairing.py). The view counts each activity once
-- whoever's table names it; it looks the pairs up instead of comparing names.
ALTER TABLE activity_row ADD COLUMN listed TEXT NOT NULL DEFAULT '';
ALTER TABLE activity_row ADD COLUMN same_as INTEGER;
CREATE INDEX activity_row_listed ON activity_row (listed) WHERE listed != '';
CREATE INDEX submission_name ON submission (name_key) WHERE is_current AND kind = 'registration';
-- The names under which activities are looked for, and those of which something changed since they were paired.
CREATE TABLE activity_key (name_key TEXT PRIMARY KEY, pair_key TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX activity_key_pair ON activity_key (pair_key);
CREATE TABLE pairing_due (name_key TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT OR IGNORE INTO pairing_due SELECT name_key FROM submission WHERE kind = 'registration' AND name_key != '';
INSERT OR IGNORE INTO pairing_due SELECT name_key FROM activity_row WHERE name_key != '';
CREATE TRIGGER submission_added AFTER INSERT ON submission WHEN new.name_key != '' BEGIN
  INSERT OR IGNORE INTO pairing_due VALUES (new.name_key);
END;
CREATE TRIGGER submission_changed AFTER UPDATE OF is_current, status, unit, name_key, content_hash ON submission BEGIN
  INSERT OR IGNORE INTO pairing_due SELECT old.name_key WHERE old.name_key != '';
  INSERT OR IGNORE INTO pairing_due SELECT new.name_key WHERE new.name_key != '';
  INSERT OR IGNORE INTO pairing_due SELECT name_key FROM activity_row WHERE submission = new.id AND name_key != '';
END;
CREATE TRIGGER submission_removed AFTER DELETE ON submission WHEN old.name_key != '' BEGIN
  INSERT OR IGNORE INTO pairing_due VALUES (old.name_key);
END;
CREATE TRIGGER activity_row_added AFTER INSERT ON activity_row WHEN new.name_key != '' BEGIN
  INSERT OR IGNORE INTO pairing_due VALUES (new.name_key);
END;
CREATE TRIGGER activity_row_removed AFTER DELETE ON activity_row WHEN old.name_key != '' BEGIN
  INSERT OR IGNORE INTO pairing_due VALUES (old.name_key);
END;
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
    AND NOT EXISTS (SELECT 1 FROM rows o WHERE o.id = r.same_as);
