"""An office with things to decide upon, and the two doors through which a coordinator decides: a mail, and the desk."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

from bot.base.clock import Clock
from bot.base.replacing import replace
from bot.base.settings import load_settings
from bot.decision.office.reading import Act
from bot.desk.desk import Desk, desk_of
from bot.intake.parts import Hands
from bot.intake.story import work_off
from bot.operation.acting import Told, act
from bot.operation.app import running
from bot.store import mails
from bot.store.mails import Place
from tests.desk.conftest import COORDINATOR, reading_guard
from tests.flow.office import Office
from tests.flow.samples import mail, registration
from tests.flow.test_conversation import VOUCHED
from tests.servers.dovecot import PASSWORD

LATER = "2023-08-25T15:00+08:00"
STRANGER = "someone@example.org"


def more_mails() -> list[bytes]:
    """An update and a withdrawal by somebody who is not on record for the form."""
    update = registration(venue="石狮市文化馆")
    return [
        mail(sender=STRANGER, subject="更新 KP2023-0001", files={"申报表.docx": update}, message_id="<u1@example.org>"),
        mail(sender=STRANGER, subject="撤回", text="活动取消，请撤回 KP2023-0003", message_id="<u2@example.org>"),
    ]


def standing_at(now: str) -> Clock:
    return lambda: datetime.fromisoformat(now)


def settings_of(office: Office) -> Any:
    return load_settings(office.path / "config.toml")


def come_in(office: Office, *raws: bytes, now: str = LATER) -> None:
    """These mails come in and are worked off, without a server."""
    settings = settings_of(office)
    moment = datetime.fromisoformat(now)
    with running(settings, standing_at(now)) as app:
        app.parts = replace(app.parts, guard=reading_guard())
        for number, raw in enumerate(raws):
            sha256 = app.store.raw.put(raw, moment)
            with app.store.transaction() as db:
                place = Place(settings.mailbox.address, "INBOX", 7, 1000 + 10 * int(moment.timestamp()) + number)
                mails.take_in(db, place, sha256, moment.isoformat(timespec="seconds"))
        list(work_off(app.parts, threading.Event()))


def by_mail(office: Office, text: str, now: str = LATER) -> None:
    come_in(
        office, mail(sender=COORDINATOR, subject="办理", text=text, message_id=f"<b{now}@c>", headers=VOUCHED), now=now
    )


@contextmanager
def hands_of(office: Office, now: str = LATER) -> Iterator[Hands]:
    settings = settings_of(office)
    desk: Desk = desk_of(settings, standing_at(now))
    with desk.store() as store:
        yield desk.hands(store)


def at_desk(office: Office, *acts: Act, who: str = COORDINATOR, now: str = LATER, key: str = "") -> Told:
    with hands_of(office, now) as hands:
        return act(hands, who, acts, key)


STATE = (
    "SELECT ref, version, status, unit, title, is_current, content, content_hash, from_addr, is_late FROM submission ORDER BY ref, version",
    "SELECT id, reason, ref, unit, closed_at, closed_by, act FROM v_reviews ORDER BY id",
    "SELECT ref, act, outcome, done_at FROM waiting ORDER BY id",
    "SELECT unit, at FROM nil_report ORDER BY unit",
    "SELECT * FROM v_activities ORDER BY ref, activity_name",
    "SELECT * FROM v_units ORDER BY unit",
)


def state(office: Office) -> list[list[dict[str, Any]]]:
    found = [office.view(sql) for sql in STATE]
    for row in found[0]:
        row["content"] = json.loads(row["content"])
        for places in row["content"].get("places", {}).values():
            for place in places:
                place.pop("path", None)  # the mail in which a value was written
    return found


def letters(office: Office, after: int = 0) -> list[tuple[Any, ...]]:
    """What was queued for others than coordinators, as it is read."""
    rows = office.view("SELECT * FROM outbox WHERE id > ? AND to_addr != ? ORDER BY id", after, COORDINATOR)
    found = []
    for row in rows:
        message = message_from_bytes(row["raw"], policy=policy.default)
        body = message.get_body(("plain",))
        found.append(
            (
                row["to_addr"],
                row["subject"],
                row["in_reply_to"],
                row["template"],
                json.loads(row["refs"]),
                body.get_content(),
            )
        )
    return found


def last_letter(office: Office) -> int:
    return int(office.view("SELECT coalesce(max(id), 0) AS last FROM outbox")[0]["last"])


def item(office: Office, reason: str) -> int:
    return int(
        office.view("SELECT id FROM v_reviews WHERE reason = ? AND closed_at IS NULL ORDER BY id", reason)[0]["id"]
    )


__all__ = ["PASSWORD"]
