"""The story of one mail: bytes on disk in, decision and queued answer out, in one transaction, all or nothing; and the pass over all that wait."""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlite_utils import Database

from bot.base.errors import BotError
from bot.base.failpoints import reach
from bot.base.problems import Code, Problem, Severity
from bot.decision.decide import decide
from bot.decision.facts import Read
from bot.decision.model import keeps_files
from bot.decision.words.about import is_outdated
from bot.decision.words.requests import REF
from bot.documents.errors import ReaderError, WorkerError
from bot.forms.model import Form, Kind
from bot.intake import files
from bot.intake.answers import queue_answers
from bot.intake.at_desk import read_act
from bot.intake.failed import give_up, reason, too_many_deaths
from bot.intake.gather import gather
from bot.intake.listen import listen
from bot.intake.parts import Hands, Parts, Worked
from bot.intake.record import record
from bot.intake.understand import read_mail, read_quickly
from bot.message.model import Message
from bot.store import mails, outbox, reviews
from bot.store.database import StoreLost
from bot.store.files.raw import RawMailLost
from bot.store.mails import DESK, StoredMail

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3  # a mail on which our own code or the worker fails three times is left to a person
MAX_DEATHS = 50  # a mail in hand whenever the process died; low numbers may be chance (power, restarts), this is not


class PutOff(BotError):
    """A mail waits until the others are worked off."""


def work_off_one(mail: int, parts: Parts, waiting: set[str] | None = None) -> Worked:
    """One mail from its bytes on disk to its answer in the queue. Killed anywhere, it is worked off again; then nothing is there twice.

    ``WorkerError`` where the worker could not even read its structure: another time it may. ``PutOff`` where the time of a first try
    (``put_off``, with *waiting*) is not enough.
    """
    store, stored = parts.store, mails.stored_mail(parts.store.db, mail)
    mails.count_attempt(store.db, mail)
    reach("attempt_counted")
    if stored.attempts >= MAX_DEATHS:
        return give_up(parts, stored, too_many_deaths(stored))
    if stored.folder == DESK:
        return settle(stored, read_act(parts, stored), parts)
    try:
        read = read_stored(stored, parts, patient=waiting is None)
    except WorkerError:
        raise
    except (ReaderError, RawMailLost) as error:
        return give_up(parts, stored, str(error))
    put_off(read, waiting)
    read = listen(read, stored, parts)
    reach("understood")
    fresh = files.keep(store, read)
    reach("files_kept")
    worked = settle(stored, read, parts)
    if not keeps_files(worked.outcome):
        files.discard(fresh)
    return worked


def settle(stored: StoredMail, read: Read, hands: Hands) -> Worked:
    """What was read is decided, recorded and answered, all or nothing. What another process settled meanwhile (an act at the desk) stands."""
    store, mail = hands.store, stored.id
    now = hands.clock()
    with store.transaction() as db:
        if outcome := mails.outcome_of(db, mail):
            return Worked(mail, outcome, "", read.sender, read.message.subject)
        case = gather(store, stored, read, hands.rules, now)
        if is_outdated(case):
            raise PutOff("what the letter is about has changed")
        decision = decide(case)
        record(store, stored, case, decision)
        ids = queue_answers(store, stored, case, decision, hands.letters)
        numbers = reviews.numbers_of(db, mail, stored.sha256)
        store.journal.worked(mail, stored.sha256, now.isoformat(), decision.new_references, ids, numbers, decision.acts)
        reach("recorded")
    reach("committed")
    return told(Worked(mail, decision.outcome, decision.ref, read.sender, read.message.subject, decision.why))


def told(worked: Worked) -> Worked:
    extra = {"mail": worked.mail, "outcome": worked.outcome, "ref": worked.ref, "why": worked.why}
    log.info("mail worked off", extra=extra)
    return worked


def put_off(read: Read, waiting: set[str] | None) -> None:
    """``PutOff`` where a mail could not be read whole in the time of a first try: nobody is told anything before the second one.

    *waiting* are the senders of mails put off in this pass, what they sent later waits as well; None: there is no second try.
    """
    if waiting is not None and (read.unfinished or read.sender in waiting):
        waiting.add(read.sender)
        raise PutOff("time of a first try")


def work_off(parts: Parts, stop: threading.Event) -> Iterator[Worked]:
    """Every stored mail that was not worked off yet; stops between two mails.

    A mail on which our own code or the worker fails stays pending, and is left to a person after some tries: the others go on. One
    that takes more time than most comes last, when it is quiet, and has more. A disk or database that fails is no mail's fault
    and ends the pass.
    """
    waiting: set[str] = set()
    later: list[int] = []
    for mail in mails.pending(parts.store.db):
        if stop.is_set():
            return
        try:
            yield from tried(mail, parts, waiting)
        except PutOff:
            later.append(mail)
    for mail in later:
        if stop.is_set():
            return
        with suppress(PutOff):  # it stays pending
            yield from tried(mail, parts, None)


def tried(mail: int, parts: Parts, waiting: set[str] | None) -> Iterator[Worked]:
    """What became of one mail; nothing where it stays pending."""
    try:
        yield work_off_one(mail, parts, waiting)
    except (OSError, sqlite3.Error, StoreLost, PutOff):
        raise
    except Exception as error:
        log.exception("mail not worked off", extra={"mail": mail})
        stored = mails.stored_mail(parts.store.db, mail)
        if stored.attempts >= MAX_ATTEMPTS:
            yield give_up(parts, stored, reason(stored, error))


def read_stored(stored: StoredMail, parts: Parts, *, patient: bool = True) -> Read:
    """What a stored mail says. ``ReaderError`` where not even its structure can be read, ``RawMailLost`` where its bytes are gone."""
    path = f"{stored.id}.eml"
    rules = parts.reading
    if patient:
        rules = replace(rules, limits=rules.limits.patient())
    raw = parts.store.raw.get(stored.sha256)
    letters = partial(letters_to, parts.store.db, stored.id)
    found = read_quickly(raw, path, parts.guard, parts.reading, letters) or read_mail(
        raw, path, parts.guard, rules, letters
    )
    message, forms = found.message, found.forms
    if stored.is_partial:  # only its header was fetched: what is behind it is not lost
        message, forms = replace(message, defects=()), (too_large(path, parts.mailbox.max_mail),)
    in_spam = stored.folder != parts.mailbox.folder
    return Read(message, found.documents, forms, datetime.fromisoformat(stored.received_at), in_spam)


def letters_to(db: Database, mail: int, message: Message) -> list[str]:
    """What we had written to the one who writes, in this thread, or about the references that the mail names."""
    refs = {ref.upper() for ref in re.findall(REF, f"{message.subject}\n{message.text}")}
    thread = outbox.ours(db, message.thread_ids)
    return outbox.letter_texts(db, message.sender.email, thread, refs, mail)


def too_large(path: str, most: int) -> Form:
    """What stands for the parts of a mail of which only the header was fetched; *most* in bytes."""
    message = f"邮件超过 {most // 2**20} MB，附件未能读取。请压缩图片、去掉视频或分几封发送。"
    problem = Problem(Code.TOO_LARGE, Severity.ERROR, message, place=path)
    return Form(Kind.UNRECOGNISED, path, "eml", problems=(problem,))
