-- The coordinators' page: who is logged in (by a hash of what his browser keeps), the links that were mailed, and who looked at or did what.
CREATE TABLE desk_session (
  token_hash TEXT PRIMARY KEY, address TEXT NOT NULL, way TEXT NOT NULL, began_at TEXT NOT NULL, until TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE desk_link (
  nonce TEXT PRIMARY KEY, address TEXT NOT NULL, made_at TEXT NOT NULL, until TEXT NOT NULL, used_at TEXT) WITHOUT ROWID;
CREATE TABLE desk_log (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL DEFAULT '', ip TEXT NOT NULL DEFAULT '', what TEXT NOT NULL, path TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '');
CREATE INDEX desk_log_tries ON desk_log (what, at);
