"""What holds some words, wherever it lies: forms that stand (of every kind), rows of tables, and letters with the names of their files."""

from __future__ import annotations

from msgspec import Struct
from sqlite_utils import Database

from bot.base.text import Squeezed, squeeze
from bot.store.lists.paging import Page, Row
from bot.store.lists.search import FORM, MAIL, ROW, matching

AROUND = 24  # characters of the text before and behind what was found
COUNT = "SELECT count(*) FROM {shelf}_words WHERE {shelf}_words MATCH ?"
# Those whose name holds the first word come first, then the newest. Letters, of which there are many, are taken off the end of the index.
TOLD = {
    FORM: """SELECT s.id, s.ref, s.kind, s.unit, s.title, s.status, t.head, t.names, t.body FROM submission s JOIN form_text t ON t.item = s.id
        WHERE s.id IN (SELECT rowid FROM form_words WHERE form_words MATCH :value) ORDER BY instr(s.title, :first) = 0, s.id DESC LIMIT :most""",
    ROW: """SELECT r.id, s.ref, s.unit, r.content ->> '$.activity_name' AS name, t.head, t.names, t.body FROM activity_row r
        JOIN submission s ON s.id = r.submission JOIN row_text t ON t.item = r.id
        WHERE r.id IN (SELECT rowid FROM row_words WHERE row_words MATCH :value) ORDER BY instr(name, :first) = 0, r.id DESC LIMIT :most""",
    MAIL: """SELECT m.id, m.subject, m.from_addr, m.received_at, m.outcome, t.head, t.names, t.body FROM mail m JOIN mail_text t ON t.item = m.id
        WHERE m.id IN (SELECT rowid FROM mail_words WHERE mail_words MATCH :value ORDER BY rowid DESC LIMIT :most) ORDER BY m.id DESC""",
}


class Hit(Struct, frozen=True):
    """Where the words stand in a text."""

    before: str
    words: str
    behind: str


def holding(db: Database, shelf: str, words: str, most: int) -> Page[Row]:
    """The newest *most* items of a shelf that hold all of the *words*, each with its ``hit`` (None where nothing but its heading shows them)."""
    value = matching(words)
    total = int(db.execute(COUNT.format(shelf=shelf), [value]).fetchone()[0])
    told = {"value": value, "first": next(iter(words.split()), ""), "most": most}
    rows = list(db.query(TOLD[shelf], told)) if total else []
    return Page([{**row, "hit": hit_in(row, words)} for row in rows], total, 1, most)


def hit_in(row: Row, words: str) -> Hit | None:
    """The first of the *words* in the first text of the item that has it and is not its heading."""
    shown = {
        row.get("subject"),
        row.get("title"),
        row.get("name"),
        row.get("ref"),
        row.get("unit"),
        row.get("from_addr"),
    }
    texts = [one for name in ("names", "head", "body") for one in (row[name] or "").split("\n") if one not in shown]
    for word in map(squeeze, words.split()):
        for text in texts:
            if found := hit(text, word):
                return found
    return None


def hit(text: str, word: str) -> Hit | None:
    plain = Squeezed.of(text)
    at = plain.text.find(word)
    if at < 0 or not word:
        return None
    begin, end = plain.begin(at), plain.end(at + len(word))
    before = ("…" if begin > AROUND else "") + text[max(begin - AROUND, 0) : begin]
    return Hit(before, text[begin:end], text[end : end + AROUND] + ("…" if len(text) > end + AROUND else ""))
