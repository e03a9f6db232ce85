-- On which days and where something is told under a name, so that the same activity under another name is found (bot/forms/renamed.py).
-- Filled as names are paired.
CREATE TABLE activity_occasion (
  pair_key TEXT NOT NULL, day TEXT NOT NULL, until TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (pair_key, day, until, place)) WITHOUT ROWID;
CREATE INDEX activity_occasion_day ON activity_occasion (day, until, place);
