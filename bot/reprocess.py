"""Stored mails read again with today's rules. What a mail gave before keeps its reference and version; only its content changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answered import IN_WORDS
from bot.app import App
from bot.decided import Decision
from bot.decision import decide
from bot.documents.errors import ReaderError
from bot.known import KnownSubmission, RepliesToday
from bot.record import gather, record, version_of
from bot.settle import Settled
from bot.store import mails, submissions
from bot.store.mails import StoredMail
from bot.store.raw import RawMailLost


def reprocess(
    app: App, wanted: Sequence[str], everything: bool, with_reply: bool, stop: threading.Event
) -> Iterator[str]:
    """Read these mails (ids of v_messages or Message-IDs) again, or all; yields one line for each."""
    for identity in mails.find(app.store.db, wanted, everything):
        if stop.is_set():
            return
        yield read_again(app, mails.stored_mail(app.store.db, identity), with_reply)


def read_again(app: App, stored: StoredMail, with_reply: bool) -> str:
    store, now = app.store, app.clock()
    try:
        read = app.intake.understand(stored)
    except (ReaderError, RawMailLost) as error:
        return f"[{stored.id}] 读不了：{error}"
    if any(one.content.get(IN_WORDS) for one in submissions.versions_of_mail(store.db, stored.id)):
        return f"[{stored.id}] 文字答复，保持不变"
    with store.transaction() as db:
        known, units = gather(store, stored, read, app.rules, now)
        own = submissions.versions_of_mail(db, stored.id)
        known = replace(
            known,
            own=tuple(own),
            duplicate_of=None,
            submissions=tuple(without(known.submissions, own)),
            replies=RepliesToday(),
        )
        decision = decide(read, units, known, app.rules, now)
        kept = tuple(one for one in decision.settled if one.own)
        gone = [one for one in own if one.ref not in {settled.ref for settled in kept}]
        for one in kept:
            submissions.replace_version(
                db, one.own.id if one.own else 0, version_of(store, read, one, one.version), stored.id
            )
        for lost in gone:
            submissions.set_status(db, lost.id, "rejected")
        submissions.drop_file_problems(db, stored.id)
        fresh = replace(
            decision,
            settled=tuple(one for one in decision.settled if not one.own),
            reply=decision.reply if with_reply and changed(decision, kept, gone) else None,
        )
        record(
            store,
            stored,
            read,
            fresh,
            app.rules,
            app.renderer,
            now,
            salt=now.isoformat() if with_reply else "",
        )
    return line(stored, decision, kept, gone)


def without(present: Sequence[KnownSubmission], own: Sequence[KnownSubmission]) -> list[KnownSubmission]:
    return [one for one in present if one.id not in {mine.id for mine in own}]


def changed(decision: Decision, kept: Sequence[Settled], gone: Sequence[KnownSubmission]) -> bool:
    return bool(gone) or len(kept) < len(decision.settled) or any(one.is_stored for one in kept)


def line(stored: StoredMail, decision: Decision, kept: Sequence[Settled], gone: Sequence[KnownSubmission]) -> str:
    told = [f"{one.ref} {'有变化' if one.is_stored else '无变化'}" for one in kept]
    told += [f"{one.ref} 新读出" for one in decision.settled if not one.own]
    told += [f"{one.ref} 不再读得出，已标为不采用" for one in gone]
    return f"[{stored.id}] {decision.outcome}  " + "，".join(told)
