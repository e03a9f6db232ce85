"""What can be found by its words: mails, forms that stand, rows of tables that stand. Each shelf is a table of texts and an index of their pairs.

Triggers note what changed; ``index_due`` brings the index up to it in the same transaction (``Store.transaction``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from bot.store.lists.bigrams import query, tokens

MAIL, FORM, ROW = "mail", "form", "row"
MOST_CHARACTERS = 20_000  # of a letter, or of a form
MOST_NAMES = 300  # files of one mail
NOTHING = '""'  # as an FTS5 query: a phrase without words

# What the other tables say of each item; no row where there is nothing to be found (any more).
HEADS = {
    MAIL: """SELECT m.subject, m.from_addr, m.unit, m.ref, (SELECT json_group_array(ref) FROM submission WHERE mail = m.id) AS refs,
        (SELECT json_group_array(DISTINCT unit) FROM submission WHERE mail = m.id) AS units
        FROM mail m WHERE m.id = ? AND m.outcome IS NOT NULL AND m.why != 'purged'""",
    FORM: """SELECT ref, unit, title, source_path, json_extract(content, '$.fields') AS fields, json_extract(content, '$.links') AS links
        FROM submission WHERE id = ? AND is_current""",
    ROW: """SELECT s.ref, s.unit, r.content FROM activity_row r JOIN submission s ON s.id = r.submission WHERE r.id = ? AND s.is_current""",
}
AS_JSON = ("refs", "units", "fields", "links", "content")


def found(shelf: str) -> str:
    """The condition for the ids of a shelf's items that hold ``query(words)``."""
    return f"IN (SELECT rowid FROM {shelf}_words WHERE {shelf}_words MATCH ?)"


def matching(words: str) -> str:
    """The value for ``found``. What holds nothing to look for (marks alone) is found nowhere."""
    return query(words[:200]) or NOTHING


def say(db: Database, mail: int, sender: str, files: Iterable[str], words: str) -> None:
    """Keep what was read of a mail: its writer's name, its files' names, and what he wrote now. Inside a transaction, at whose end a new one gets into the
    index: SQLite writes down what stands there at each savepoint."""
    names = "\n".join(" ".join(one.split()) for one in (sender, *list(dict.fromkeys(files))[:MOST_NAMES]))
    words = words.strip()[:MOST_CHARACTERS]
    sql = "INSERT INTO mail_text (item, names, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    if db.execute(sql, [mail, names, words]).rowcount:
        db.execute("INSERT OR IGNORE INTO search_due VALUES (?, ?)", [MAIL, mail])
    else:
        put(db, MAIL, mail, names, words)


def index_due(db: Database) -> None:
    """Bring the index up to everything that changed. Inside a transaction."""
    for row in list(db.query("SELECT shelf, item FROM search_due")):
        put(db, row["shelf"], row["item"])
    db.execute("DELETE FROM search_due")


def put(db: Database, shelf: str, item: int, names: str | None = None, body: str | None = None) -> None:
    """One item as it stands now; *names* and *body* None: as they were."""
    before = next(db.query(f"SELECT head, names, body FROM {shelf}_text WHERE item = ?", [item]), None)
    if before and before["head"] is not None:
        # An index without text of its own must be told what it is to forget.
        sql = f"INSERT INTO {shelf}_words ({shelf}_words, rowid, words) VALUES ('delete', ?, ?)"
        db.execute(sql, [item, words_of(before)])
    said = next(db.query(HEADS[shelf], [item]), None)
    if said is None:
        db.execute(f"DELETE FROM {shelf}_text WHERE item = ?", [item])
    else:
        old = before or {"names": "", "body": None}
        kept = [old["names"] if names is None else names, old["body"] if body is None else body]
        row = {"head": "\n".join(values_of(said))[:MOST_CHARACTERS], "names": kept[0], "body": kept[1]}
        sql = f"UPDATE {shelf}_text SET head = ?, names = ?, body = ? WHERE item = ?"
        if not before:
            sql = f"INSERT INTO {shelf}_text (head, names, body, item) VALUES (?, ?, ?, ?)"
        db.execute(sql, [*row.values(), item])
        db.execute(f"INSERT INTO {shelf}_words (rowid, words) VALUES (?, ?)", [item, words_of(row)])


def words_of(row: dict[str, Any]) -> str:
    return tokens([*row["head"].split("\n"), *row["names"].split("\n"), row["body"] or ""])


def values_of(said: dict[str, Any]) -> list[str]:
    """Every value once, one a line."""
    found: dict[str, None] = {}
    for key, value in said.items():
        for one in flat(json.loads(value) if key in AS_JSON and value else value):
            found[" ".join(one.split())] = None
    return [one for one in found if one]


def flat(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from flat(one)
    elif value is not None:
        yield str(value)


def names(db: Database, mail: int) -> list[str]:
    """The files of a mail, as far as they are known."""
    row = db.execute("SELECT names FROM mail_text WHERE item = ?", [mail]).fetchone()
    return [one for one in str(row[0]).split("\n")[1:] if one] if row else []


def unread(db: Database, most: int) -> Sequence[int]:
    """Mails of an older store whose letters were not read for the index yet, the newest first."""
    sql = "SELECT item FROM mail_text WHERE body IS NULL ORDER BY item DESC LIMIT ?"
    return [row["item"] for row in db.query(sql, [most])]


def forget_traces(db: Database) -> None:
    """What was taken out of the index leaves its pages, too. Costs a writing anew of the whole index."""
    for shelf in HEADS:
        db.execute(f"INSERT INTO {shelf}_words ({shelf}_words) VALUES ('optimize')")
