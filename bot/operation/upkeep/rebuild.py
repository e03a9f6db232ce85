"""The whole database anew from the raw mails and the journal: the same rules, the same references, nothing sent.

It is built beside the old one and takes its place only when it is whole.
"""

from __future__ import annotations

import heapq
import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from bot.base.clock import Clock
from bot.base.errors import BotError
from bot.base.failpoints import reach
from bot.base.replacing import replace
from bot.decision.states import Outcome
from bot.intake.failed import give_up
from bot.intake.parts import Parts, Worked
from bot.intake.story import work_off_one
from bot.operation.app import App
from bot.operation.campaigns.former import Former
from bot.operation.review import repeat_decision
from bot.operation.upkeep.backup import note_passed_slots
from bot.operation.upkeep.purge import PURGED
from bot.store import mails, reviews, state, token
from bot.store.database import DATABASE, Store, StoreLost
from bot.store.files.journal import Additions, Line, note_given, references
from bot.store.mails import Place

log = logging.getLogger(__name__)

UNFINISHED = "intake.rebuild.db"  # the database that is being built
JOURNALS = ("", "-wal", "-shm")  # what SQLite keeps beside a database
UNKNOWN_FOLDER = "(rebuilt)"
FOREVER = "9999-01-01T00:00:00+00:00"


class RebuildStopped(BotError):
    """A stop signal came before every mail was worked off."""

    remedy = "请重新执行 rebuild；在它完成之前，原来的数据库保持不变"
    exit_status = 3


class OnDisk(Struct, frozen=True, order=True):
    """One mail as its file tells it, in the order in which mails are worked off: by time, then as they lay in their folder, the inbox first.

    ``outcome`` where its bytes were forgotten on purpose; ``id`` the row that it had, 0 where the journal does not tell.
    """

    received: datetime
    elsewhere: bool
    folder: str
    uid: int
    sha256: str
    place: str = ""
    outcome: Outcome | None = None
    id: int = 0


class Step(Struct, frozen=True):
    """What happened at a moment: a mail was worked off, a person decided (``decision``), or another campaign began."""

    at: datetime
    mail: OnDisk | None = None
    decision: Line | None = None
    campaign: Line | None = None


def rebuild(app: App, stop: threading.Event) -> Iterator[Worked]:
    """Work off every raw mail at the time at which it was worked off first, and repeat at theirs the decisions that persons took at the command
    line. *app* works on an empty database.

    Answers get into the outbox as sent: whether each was, nobody knows any more, and none goes out twice. A mail whose bytes are lost or damaged
    is left to a person; the others go on. ``RebuildStopped`` where *stop* is set before the end.
    """
    store, lines = app.store, app.store.journal.lines()
    given = references(lines)
    found = on_disk(app, lines)
    store.journal = additions = Additions(store.journal.path, given)
    with store.transaction() as db:
        rows = {one.sha256: register(app, one, number) for number, one in enumerate(found, 1)}
        note_given(db, given)
        token.note_ids(db, token.ids_in(lines))
        reviews.note_journal(db, lines)
        state.put(db, state.ANSWERED_UNTIL, FOREVER)
    former = Former(app, lines)
    parts = app.parts
    if any("campaign" in line for line in lines):
        store.db.execute("DELETE FROM campaign")  # from the first one on
    for step in steps(found, lines):
        if stop.is_set():
            raise RebuildStopped("重建未完成")
        if step.campaign is not None:
            parts = former.enter(str(step.campaign["campaign"]), step.at)
        elif step.decision is not None:
            repeat_decision(store, step.decision, parts.rules.definitions)
        elif step.mail is not None:
            yield work_off(rows[step.mail.sha256], replace(parts, clock=clock_at(step.at)))
            reach("rebuilt_one")
    former.enter(app.settings.campaign.key, app.clock())
    note_passed_slots(store.db, app.settings, app.clock())
    restored = [str(line["answered_until"]) for line in lines if "answered_until" in line]
    state.put(store.db, state.ANSWERED_UNTIL, restored[-1] if restored else "")
    additions.flush()


def work_off(identity: int, parts: Parts) -> Worked:
    try:
        return work_off_one(identity, parts)
    except (OSError, sqlite3.Error, StoreLost):
        raise
    except Exception:
        log.exception("mail not worked off", extra={"mail": identity})
        stored = mails.stored_mail(parts.store.db, identity)
        return give_up(parts, stored, "程序处理这封邮件时出错，请人工查看，并把日志发给维护人员")


def steps(found: Sequence[OnDisk], lines: Sequence[Line]) -> Iterator[Step]:
    """Everything that happened, in its order: the journal's; what it does not tell at the time at which the mail came in."""
    present = {one.sha256: one for one in found if not one.outcome}
    last = {line["mail"]: number for number, line in enumerate(lines) if is_working(line)}
    told = [
        Step(datetime.fromisoformat(line["at"]), present.get(line["mail"]), line if "action" in line else None)
        for number, line in enumerate(lines)
        if "action" in line or (last.get(line["mail"]) == number and line["mail"] in present)
    ]
    untold = [Step(one.received, one) for one in sorted(present.values()) if one.sha256 not in last]
    begun = [Step(moment_of(line["since"]), campaign=line) for line in lines if "campaign" in line]
    return heapq.merge(sorted(begun, key=lambda step: step.at), told, untold, key=lambda step: step.at)


def moment_of(since: str) -> datetime:
    return datetime.fromisoformat(since) if since else datetime.min.replace(tzinfo=UTC)


def is_working(line: Line) -> bool:
    return "at" in line and "action" not in line


def on_disk(app: App, lines: Sequence[Line]) -> list[OnDisk]:
    """Every mail of which there are bytes, a tombstone or a line in the journal; those first whose row is known."""
    store, mailbox, zone = app.store, app.settings.mailbox, app.settings.schedule.zone
    moments = {line["mail"]: datetime.fromisoformat(line["at"]) for line in lines if is_working(line)}
    rows = rows_of(lines)
    purged = dict(store.raw.purged())
    found = []
    for sha256 in {*store.raw.hashes(), *moments} - purged.keys():
        received, place = read_file(store, sha256)
        moment = received or moments.get(sha256) or file_time(store, sha256)
        noted = Place.from_text(mailbox.address, place)
        if noted is not None and noted.folder == mails.DESK and sha256 not in moments:
            continue  # an act that was never carried out: whoever did it was told so
        elsewhere = noted is not None and noted.folder != mailbox.folder
        head = (moment.astimezone(zone), elsewhere, *order_of(place))
        found.append(OnDisk(*head, sha256, place, id=rows.get(sha256, 0)))
    for sha256, note in purged.items():
        moment_text, _, outcome = note.partition(" ")
        moment = datetime.fromisoformat(moment_text)
        found.append(OnDisk(moment, False, "", 0, sha256, "", Outcome(outcome or Outcome.IGNORED), rows.get(sha256, 0)))
    return sorted(found, key=lambda one: (not one.id, one))


def rows_of(lines: Sequence[Line]) -> dict[str, int]:
    """SHA-256 -> row id. Of two mails with one id the later line is right: the other line's transaction was never committed."""
    owners = {int(line["id"]): str(line["mail"]) for line in lines if "id" in line}
    return {sha256: row for row, sha256 in owners.items()}


def read_file(store: Store, sha256: str) -> tuple[datetime | None, str]:
    try:
        return store.raw.received(sha256), store.raw.place(sha256)
    except OSError:
        log.error("raw mail cannot be read", extra={"sha256": sha256})
        return None, ""


def file_time(store: Store, sha256: str) -> datetime:
    return datetime.fromtimestamp(store.raw.path(sha256).stat().st_mtime, UTC)


def order_of(place: str) -> tuple[str, int]:
    """Folder (with its UIDVALIDITY) and UID: mails of one second are worked off as they lay there."""
    head, _, uid = place.rpartition(" ")
    return (head, int(uid)) if head and uid.isdecimal() else ("", 0)


def register(app: App, found: OnDisk, number: int) -> int:
    """The mail's row, with the id that it had, and where it lies in the mailbox if that was noted."""
    store, mailbox = app.store, app.settings.mailbox
    db, moment = store.db, found.received.isoformat(timespec="seconds")
    noted = Place.from_text(mailbox.address, found.place)
    place = noted or Place(mailbox.address, UNKNOWN_FOLDER, 0, number)
    folder = noted.folder if noted else mailbox.folder
    partial = int(not found.outcome and store.raw.is_partial(found.sha256))
    sql = "INSERT INTO mail (id, sha256, received_at, folder, is_partial) VALUES (?, ?, ?, ?, ?)"
    db.execute(sql, [found.id or None, found.sha256, moment, folder, partial])
    at_desk = noted is not None and noted.folder == mails.DESK
    identity = (
        mails.add_mail(db, folder, found.sha256, moment) if at_desk else mails.take_in(db, place, found.sha256, moment)
    )
    if found.outcome:
        mails.close_mail(db, identity, found.outcome, PURGED)
    return identity


def clock_at(moment: datetime) -> Clock:
    return lambda: moment


def clear_unfinished(root: Path) -> None:
    """Remove what an interrupted rebuild left."""
    for suffix in JOURNALS:
        (root / f"{UNFINISHED}{suffix}").unlink(missing_ok=True)


def put_in_place(root: Path, now: datetime) -> Path | None:
    """The finished database takes the place of the old one, which is kept beside it; returns where it lies.

    Killed in between, there is no ``intake.db``: nothing starts on an empty one, and ``rebuild`` can be repeated. The old database's journals
    are moved even where it is gone itself: SQLite would read them into the new one.
    """
    aside = root / f"intake.{now:%Y%m%d-%H%M%S}.old.db"
    for suffix in JOURNALS:
        old = root / f"{DATABASE}{suffix}"
        if old.exists():
            old.rename(aside.with_name(f"{aside.name}{suffix}"))
            reach("old_database_aside")
    (root / UNFINISHED).rename(root / DATABASE)
    return aside if aside.exists() else None
