"""What the raw mails alone do not tell and a rebuilt database must know: when each was worked off, which references it was given, what
persons decided. One JSON line for each event, beside the raw mails; no personal data (paths of files only as hashes)."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot.store.files.durable import Unsynced, write_durably
from bot.store.forms.versions import set_last_number

log = logging.getLogger(__name__)

JOURNAL = "journal.jsonl"
Line = Mapping[str, Any]


def mark(path: str) -> str:
    """Stands for a form's path in the journal: attachments are often named by a person."""
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Journal:
    """Lines of these kinds, in the order in which things happened:

    ``{at, id, mail, refs}``: a mail (SHA-256, row id) was worked off; ``refs`` maps the mark of each form to the new reference that it got
    (mark of «»: the reference of a letter without forms), ``ids`` that of each letter that it is answered with to the Message-ID, ``items``
    that of each thing that a person must see to its number; ``acts`` what a coordinator did in it.
    ``{mail: "", told}``: a notice told the coordinators of items: Message-ID -> numbers.
    ``{id, mail, refs, ids}``: what it got later (read again). ``{mail: "", secret}``: what the check codes are made with.
    ``{at, mail, path, action, unit, reason}``: a person's decision at the command line of an earlier version. ``{mail: "", answered_until}``: a backup was restored; what came before
    that moment may have been answered.

    ``{mail: "", campaign, since, settings}``: from ``since`` on (empty: from the beginning) mails are read with the forms of this campaign; ``settings`` are what the
    configuration said of it.

    A line is written just before its transaction is committed. One that is there without it (a crash in between) does no harm: the mail is
    worked off again and its last line counts.
    """

    def __init__(self, path: Path, unsynced: Unsynced | None = None) -> None:
        """*unsynced*: where it is to be noted that a line must come to the disk with the transaction that it tells of."""
        self.path, self.unsynced = path, unsynced

    def worked(
        self,
        mail: int,
        sha256: str,
        at: str,
        refs: Mapping[str, str],
        ids: Mapping[str, str] | None = None,
        items: Mapping[str, int] | None = None,
        acts: Sequence[str] = (),
    ) -> None:
        """A mail was worked off; *refs* by plain path, *ids* and *items* by their marks."""
        line: dict[str, Any] = {"at": at, "id": mail, "mail": sha256, "refs": marked(refs), "ids": dict(ids or {})}
        line |= ({"items": dict(items)} if items else {}) | ({"acts": list(acts)} if acts else {})
        self.append(line, with_transaction=True)

    def told(self, told: Mapping[str, Sequence[int]]) -> None:
        self.append({"mail": "", "told": {message_id: list(numbers) for message_id, numbers in told.items()}})

    def read_again(self, mail: int, sha256: str, refs: Mapping[str, str], ids: Mapping[str, str] | None = None) -> None:
        if refs or ids:
            self.append({"id": mail, "mail": sha256, "refs": marked(refs), "ids": dict(ids or {})})

    def given_elsewhere(self, given: Mapping[str, Mapping[str, str]]) -> None:
        """References (as ``references`` has them) that the journal of the store told which this one takes the place of."""
        for sha256, refs in given.items():
            self.append({"mail": sha256, "refs": refs})

    def restored(self, answered_until: str) -> None:
        self.append({"mail": "", "answered_until": answered_until})

    def entered(self, campaign: str, since: str, settings: Mapping[str, Any]) -> None:
        self.append({"mail": "", "campaign": campaign, "since": since, "settings": dict(settings)})

    def append(self, line: Line, *, with_transaction: bool = False) -> None:
        """Durable when this returns, or just before the transaction in hand is committed; ``OSError`` where only a part went onto a full disk. What a crash left of a line stays a line of its own."""
        is_new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(handle).st_size
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            data = b"\n" * torn + json.dumps(line, ensure_ascii=False).encode() + b"\n"
            if (written := os.write(handle, data)) < len(data):
                os.ftruncate(handle, size)
                raise OSError(errno.ENOSPC, f"journal line cut off after {written} bytes", str(self.path))
            if with_transaction and self.unsynced:
                self.unsynced.note(self.path)
                return
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            folder = os.open(self.path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def lines(self) -> list[Line]:
        """Every whole line; what is none is left out."""
        if not self.path.exists():
            return []
        found: list[Line] = []
        for number, text in enumerate(self.path.read_bytes().split(b"\n"), 1):
            try:
                line = json.loads(text) if text.strip() else None
            except ValueError:
                log.error("line of the journal cannot be read", extra={"line": number})
                continue
            if isinstance(line, dict) and isinstance(line.get("mail"), str):
                found.append(line)
        return found

    def forget_decisions(self, hashes: Collection[str]) -> None:
        """Drop what persons decided on these mails: it may name a unit that is a person."""
        lines = self.lines()
        kept = [line for line in lines if "action" not in line or line["mail"] not in hashes]
        if len(kept) < len(lines):
            write_durably(self.path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept).encode())


class Additions(Journal):
    """The journal while a database is rebuilt from it: references that no line tells yet are kept until the rebuilt database is whole."""

    def __init__(self, path: Path, given: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(path)
        self.given = given
        self.new: list[tuple[int, str, dict[str, str]]] = []

    def worked(
        self,
        mail: int,
        sha256: str,
        at: str,
        refs: Mapping[str, str],
        ids: Mapping[str, str] | None = None,
        items: Mapping[str, int] | None = None,
        acts: Sequence[str] = (),
    ) -> None:
        told = self.given.get(sha256, {})
        self.new.append((mail, sha256, {path: ref for path, ref in refs.items() if told.get(mark(path)) != ref}))

    def flush(self) -> None:
        for mail, sha256, refs in self.new:
            self.read_again(mail, sha256, refs)


def marked(refs: Mapping[str, str]) -> dict[str, str]:
    return {mark(path): ref for path, ref in refs.items()}


def references(lines: Iterable[Line]) -> dict[str, dict[str, str]]:
    """SHA-256 of each mail -> mark -> the reference that it got there. Of two that claim one reference the later line is right: the other's
    transaction was never committed."""
    owners: dict[str, tuple[str, str]] = {}
    places: dict[tuple[str, str], str] = {}
    for line in lines:
        for place, ref in line.get("refs", {}).items():
            owner = (line["mail"], place)
            if owners.get(before := places.get(owner, "")) == owner:
                del owners[before]
            owners[ref], places[owner] = owner, ref
    found: dict[str, dict[str, str]] = {}
    for ref, (sha256, place) in owners.items():
        found.setdefault(sha256, {})[place] = ref
    return found


def note_given(db: Database, given: Mapping[str, Mapping[str, str]]) -> None:
    """Keep what ``references`` gave, so that these mails get the same ones again and no other mail gets them."""
    for sha256, refs in given.items():
        for place, ref in refs.items():
            db.execute("INSERT OR REPLACE INTO given VALUES (?, ?, ?)", [sha256, place, ref])
            year, number = map(int, ref.removeprefix("KP").split("-"))
            set_last_number(db, year, number)


def given_before(db: Database, sha256: str, paths: Iterable[str]) -> dict[str, str]:
    """The references that the forms of one mail got before, by path (and «» for a letter without forms)."""
    told = {row["mark"]: row["ref"] for row in db.query("SELECT mark, ref FROM given WHERE sha256 = ?", [sha256])}
    return {path: told[mark(path)] for path in ("", *paths) if mark(path) in told} if told else {}
