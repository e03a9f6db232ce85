-- What is to be done once what asked for it is committed: a coordinator's question (mail), or the work of a command that the
-- running instance does in its stead (mail is NULL; result holds the lines to show, exit_status is set when it is done).
CREATE TABLE task (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, argument TEXT NOT NULL, mail INTEGER REFERENCES mail(id),
  asked_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, result TEXT NOT NULL DEFAULT '', exit_status INTEGER);
