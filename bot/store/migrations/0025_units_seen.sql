-- Every unit that has a form, with how many versions: the table of all versions is not asked with each mail.
CREATE TABLE unit_seen (id INTEGER PRIMARY KEY AUTOINCREMENT, unit TEXT NOT NULL UNIQUE, versions INTEGER NOT NULL);
INSERT INTO unit_seen (unit, versions) SELECT unit, count(*) FROM submission WHERE unit != '' AND instr(unit, '@') = 0 GROUP BY unit ORDER BY min(id);
CREATE TRIGGER unit_seen_in AFTER INSERT ON submission WHEN new.unit != '' AND instr(new.unit, '@') = 0 BEGIN
  INSERT INTO unit_seen (unit, versions) VALUES (new.unit, 1) ON CONFLICT (unit) DO UPDATE SET versions = versions + 1;
END;
CREATE TRIGGER unit_seen_out AFTER DELETE ON submission WHEN old.unit != '' AND instr(old.unit, '@') = 0 BEGIN
  UPDATE unit_seen SET versions = versions - 1 WHERE unit = old.unit;
  DELETE FROM unit_seen WHERE unit = old.unit AND versions <= 0;
END;
CREATE TRIGGER unit_seen_other AFTER UPDATE OF unit ON submission WHEN new.unit != old.unit BEGIN
  UPDATE unit_seen SET versions = versions - 1 WHERE unit = old.unit;
  DELETE FROM unit_seen WHERE unit = old.unit AND versions <= 0;
  INSERT INTO unit_seen (unit, versions) SELECT new.unit, 1 WHERE new.unit != '' AND instr(new.unit, '@') = 0
    ON CONFLICT (unit) DO UPDATE SET versions = versions + 1;
END;
