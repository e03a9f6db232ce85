-- What can be found by its words (bot/store/lists/search.py): mails, forms that stand, rows of tables that stand. head is what the other tables say of it,
-- NULL until it is in the index; names and body are a mail's own: its sender and its files, one a line, and what its writer wrote now, NULL until it was read.
CREATE TABLE mail_text (item INTEGER PRIMARY KEY REFERENCES mail(id), head TEXT, names TEXT NOT NULL DEFAULT '', body TEXT);
CREATE TABLE form_text (item INTEGER PRIMARY KEY, head TEXT, names TEXT NOT NULL DEFAULT '', body TEXT);
CREATE TABLE row_text (item INTEGER PRIMARY KEY, head TEXT, names TEXT NOT NULL DEFAULT '', body TEXT);
CREATE INDEX mail_text_unread ON mail_text (item) WHERE body IS NULL;
-- The words themselves: pairs of neighbouring characters, which every SQLite knows how to look up. They hold no text of their own.
CREATE VIRTUAL TABLE mail_words USING fts5 (words, content = '', tokenize = 'ascii');
CREATE VIRTUAL TABLE form_words USING fts5 (words, content = '', tokenize = 'ascii');
CREATE VIRTUAL TABLE row_words USING fts5 (words, content = '', tokenize = 'ascii');
-- What changed since it was put into the index; a transaction of the bot leaves nothing here.
CREATE TABLE search_due (shelf TEXT NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (shelf, item)) WITHOUT ROWID;
INSERT INTO mail_text (item, names)
  SELECT id, coalesce((SELECT char(10) || group_concat(path, char(10)) FROM saved_file WHERE mail = id), '') FROM mail
  WHERE outcome IS NOT NULL AND why != 'purged';
INSERT INTO search_due SELECT 'mail', item FROM mail_text;
INSERT INTO search_due SELECT 'form', id FROM submission WHERE is_current;
INSERT INTO search_due SELECT 'row', r.id FROM activity_row r JOIN submission s ON s.id = r.submission WHERE s.is_current;
CREATE TRIGGER search_mail AFTER UPDATE OF subject, from_addr, unit, ref, why ON mail BEGIN
  INSERT OR IGNORE INTO search_due VALUES ('mail', new.id);
END;
CREATE TRIGGER search_form_added AFTER INSERT ON submission BEGIN
  INSERT OR IGNORE INTO search_due VALUES ('form', new.id), ('mail', new.mail);
END;
CREATE TRIGGER search_form_changed AFTER UPDATE OF is_current, unit, title, content, source_path ON submission BEGIN
  INSERT OR IGNORE INTO search_due VALUES ('form', new.id), ('mail', new.mail);
  INSERT OR IGNORE INTO search_due SELECT 'row', id FROM activity_row WHERE submission = new.id;
END;
CREATE TRIGGER search_form_removed AFTER DELETE ON submission BEGIN
  INSERT OR IGNORE INTO search_due VALUES ('form', old.id), ('mail', old.mail);
END;
CREATE TRIGGER search_row_added AFTER INSERT ON activity_row BEGIN
  INSERT OR IGNORE INTO search_due VALUES ('row', new.id);
END;
CREATE TRIGGER search_row_removed AFTER DELETE ON activity_row BEGIN
  INSERT OR IGNORE INTO search_due VALUES ('row', old.id);
END;
