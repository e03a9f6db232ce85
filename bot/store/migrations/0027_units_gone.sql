-- Another number whenever a unit goes from ``unit_seen``: where none went, only those that came since are read with each mail.
CREATE TABLE unit_gone (mark INTEGER NOT NULL);
INSERT INTO unit_gone VALUES (random());
CREATE TRIGGER unit_seen_gone AFTER DELETE ON unit_seen BEGIN
  UPDATE unit_gone SET mark = random();
END;
