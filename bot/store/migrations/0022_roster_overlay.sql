-- What coordinators add to the units of the roster at the desk; a name or an address is one unit's only.
CREATE TABLE roster_overlay (
  value TEXT PRIMARY KEY, kind TEXT NOT NULL, unit TEXT NOT NULL, at TEXT NOT NULL, by_addr TEXT NOT NULL,
  mail INTEGER NOT NULL REFERENCES mail(id)) WITHOUT ROWID;
