"""How the bot is, for programs that look at it: a small file in the store's folder, and figures for Prometheus."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlite_utils import Database

from bot.base.config.packaged import version
from bot.base.errors import cause_and_file
from bot.base.settings import Settings
from bot.operation.status import Status, reasons_of
from bot.store import outbox, state

log = logging.getLogger(__name__)

FILE = "health.json"


def write_health(db: Database, settings: Settings, now: datetime) -> None:
    """After each cycle. Whoever looks: ``healthy``, and ``at`` not older than a few polls. Where it cannot be written the bot goes on."""
    wrong = reasons_of(db, settings, now)
    told = {
        **({"mailbox": settings.mailbox.name} if settings.mailbox.name else {}),
        "healthy": not wrong,
        "at": now.isoformat(timespec="seconds"),
        "unhealthy": wrong,
        "last_poll": state.get(db, state.LAST_POLL),
        "waiting": outbox.count_waiting(db),
        "version": version(),
    }
    path = settings.store.path / FILE
    try:
        beside = path.with_suffix(".part")
        beside.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        log.warning("health file cannot be written", extra={"reason": cause_and_file(error)})


def metrics(status: Status | None, now: datetime, mailbox: str) -> str:
    """The exposition format of Prometheus. Counts and moments only: nothing of anybody's form or address. *mailbox*: its name among several.
    Without *status* the store cannot be used: that is all there is to say."""
    ours = {"mailbox": mailbox} if mailbox else {}

    def gauge(name: str, what: str, value: float) -> Iterator[str]:
        yield from labelled(name, what, "", {"": value})

    def labelled(name: str, what: str, label: str, values: Mapping[str, float]) -> Iterator[str]:
        yield f"# HELP intake_{name} {what}"
        yield f"# TYPE intake_{name} gauge"
        for key, number in sorted(values.items()):
            labels = ",".join(f'{one}="{text}"' for one, text in {**ours, **({label: key} if label else {})}.items())
            yield f"intake_{name}{f'{{{labels}}}' if labels else ''} {float(number):.0f}"

    def lines() -> Iterator[str]:
        yield from gauge("healthy", "1 where status is healthy", status is not None and status.healthy)
        if status is None:
            return
        yield from gauge("pending_mails", "mails taken in and not worked off", status.pending)
        yield from gauge("activities", "activities that stand", status.activities)
        yield from gauge("reviews_open", "items that a person must decide", len(status.review))
        yield from labelled("mails", "mails by outcome", "outcome", status.messages)
        yield from labelled("submissions", "current forms by kind and status", "state", status.submissions)
        yield from labelled("units", "units by state", "state", status.units)
        yield from labelled("outbox", "mails that the bot wrote, by status", "status", status.outbox)
        if status.last_poll:
            at = datetime.fromisoformat(status.last_poll).timestamp()
            yield from gauge("last_poll_timestamp_seconds", "last time that the mailbox was read", at)
        waiting = (now - datetime.fromisoformat(status.oldest_waiting)).total_seconds() if status.oldest_waiting else 0
        yield from gauge("oldest_waiting_seconds", "age of the oldest mail in the queue", max(0, waiting))

    return "\n".join(lines()) + "\n"
