"""The story of one mail: bytes on disk in, decision and queued answer out, in one transaction, all or nothing; and the pass over all that wait."""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
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
from bot.documents.guard import Guard
from bot.forms.model import Form, Kind
from bot.intake import files
from bot.intake.answers import queue_answers
from bot.intake.at_desk import read_act
from bot.intake.failed import give_up, reason, too_many_deaths
from bot.intake.gather import gather
from bot.intake.listen import listen
from bot.intake.parts import Hands, InHand, Parts, Worked
from bot.intake.record import record
from bot.intake.understand import Understood, opened, read_quickly
from bot.message.model import Message
from bot.message.parse import parse_message
from bot.store import mails, outbox, reviews
from bot.store.database import StoreLost
from bot.store.files.raw import RawMailLost
from bot.store.mails import DESK, StoredMail

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3  # a mail on which our own code or the worker fails three times is left to a person
MOST_CHANGES = 3  # of what a letter is about, while it is listened to
FEW = 2  # mails for which nobody begins a further process
AHEAD = 4  # mails that are read before their turn, for each process that reads
LOOK_FOR_STOP = 0.2  # seconds
MAX_DEATHS = 50  # a mail in hand whenever the process died; low numbers may be chance (power, restarts), this is not


Glance = Callable[[], Understood | None]


class PutOff(BotError):
    """A mail stays pending for now."""


def work_off_one(mail: int, parts: Parts) -> Worked:
    """One mail from its bytes on disk to its answer in the queue. Killed anywhere, it is worked off again; then nothing is there twice.

    ``WorkerError`` where the worker could not even read its structure: another time it may.
    """
    stored = begin(mail, parts)
    if stored.attempts >= MAX_DEATHS:
        return give_up(parts, stored, too_many_deaths(stored))
    if stored.folder == DESK:
        return settle(stored, read_act(parts, stored), parts)
    try:
        return finish(stored, read_stored(stored, parts), parts)
    except WorkerError:
        raise
    except (ReaderError, RawMailLost) as error:
        return give_up(parts, stored, str(error))


def begin(mail: int, parts: Parts) -> StoredMail:
    """It is in hand from now on."""
    stored = mails.stored_mail(parts.store.db, mail)
    with parts.store.lightly() as db:
        mails.count_attempt(db, mail)
    reach("attempt_counted")
    return stored


def finish(stored: StoredMail, read: Read, parts: Parts) -> Worked:
    """From what was read to the answer. ``PutOff`` where what the letter is about changes while it is listened to."""
    for _ in range(MOST_CHANGES):
        heard = listen(read, stored, parts)
        reach("understood")
        fresh = files.keep(parts.store, heard)
        reach("files_kept")
        try:
            worked = settle(stored, heard, parts)
        except PutOff:
            continue
        if not keeps_files(worked.outcome):
            files.discard(fresh)
        return worked
    raise PutOff("what the letter is about changes")


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


def work_off(parts: Parts, stop: threading.Event, *, wait: bool = True) -> Iterator[Worked]:
    """Every stored mail that was not worked off yet; stops between two mails. Mails are read ahead, and settled in the order of their arrival.

    What needs more than one call to be read goes to the slow lane and lets others pass, but none of its sender; *wait* for it at the end. A
    mail on which our own code or the worker fails stays pending, and is left to a person after some tries: the others go on. A disk or
    database that fails is no mail's fault and ends the pass.
    """
    line = parts.line
    for mail, reading in read_ahead(parts):
        if stop.is_set():
            return
        yield from settled(parts)
        yield from tried(mail, parts, partial(turn, mail, reading, parts))
    yield from settled(parts)
    while wait and line.reading and not stop.is_set():
        futures.wait([one.found for one in line.reading.values()], LOOK_FOR_STOP, futures.FIRST_COMPLETED)
        yield from settled(parts)


def read_ahead(parts: Parts) -> Iterator[tuple[int, Glance]]:
    """The pending mails with what is being read of each; some are begun before the first one's turn."""
    line, busy = parts.line, parts.line.busy()
    waiting = [
        mail for mail in mails.pending(parts.store.db) if mail not in line.reading and line.held.get(mail) not in busy
    ]
    begun: deque[tuple[int, Glance]] = deque()
    for mail in waiting:
        stored = mails.stored_mail(parts.store.db, mail)
        if len(waiting) > FEW and stored.folder != DESK:
            begun.append((mail, line.quick.submit(partial(glance, stored, parts)).result))
        else:
            begun.append((mail, partial(glance, stored, parts, parts.guard)))
        if len(begun) > AHEAD * line.quick.width:
            yield begun.popleft()
    yield from begun


def glance(stored: StoredMail, parts: Parts, guard: Guard, letters: Sequence[str] = ()) -> Understood | None:
    """What can be read of it in one call; ``RawMailLost`` where its bytes are gone."""
    raw = parts.store.raw.get(stored.sha256)
    return read_quickly(raw, f"{stored.id}.eml", guard, parts.reading, letters)


def turn(mail: int, reading: Glance, parts: Parts) -> Worked | None:
    """What becomes of a mail whose turn it is; None where it needs the slow lane, or its sender has another one there."""
    line, stored = parts.line, begin(mail, parts)
    is_patient = line.held.pop(mail, None) is not None
    if stored.attempts >= MAX_DEATHS:
        return give_up(parts, stored, too_many_deaths(stored))
    if stored.folder == DESK:
        return settle(stored, read_act(parts, stored), parts)
    message, found = with_letters(stored, reading(), parts)
    if message.sender.email in line.busy():
        line.held[mail] = message.sender.email
        return None
    if found and found.is_whole:
        return finish(stored, read_of(stored, found, parts), parts)
    send_to_slow_lane(stored, message, parts, is_patient=is_patient)
    return None


def send_to_slow_lane(stored: StoredMail, message: Message, parts: Parts, *, is_patient: bool) -> None:
    """Where each of its parts has a call of its own, and pixels are read; for the second time with more time."""
    line, rules = parts.line, parts.reading
    if is_patient:
        rules = replace(rules, limits=rules.limits.patient())
    found = line.slow.submit(lambda guard: opened(message, f"{stored.id}.eml", guard, rules))
    line.reading[stored.id] = InHand(stored, message.sender.email, found, is_patient)
    found.add_done_callback(lambda _: line.on_read())


def settled(parts: Parts) -> Iterator[Worked]:
    """What the slow lane has read, and what waited behind it."""
    line = parts.line
    for mail, one in list(line.reading.items()):
        if one.found.done():
            del line.reading[mail]
            yield from tried(mail, parts, partial(slow_turn, one, parts))
            for held in sorted(mail for mail, sender in line.held.items() if sender == one.sender not in line.busy()):
                reading = partial(glance, mails.stored_mail(parts.store.db, held), parts, parts.guard)
                yield from tried(held, parts, partial(turn, held, reading, parts))


def slow_turn(one: InHand, parts: Parts) -> Worked | None:
    found = one.found.result()
    if not found.is_whole and not one.is_patient:  # nobody is told anything before the second try
        with parts.store.lightly() as db:
            mails.count_attempt(db, one.stored.id)
        send_to_slow_lane(one.stored, found.message, parts, is_patient=True)
        return None
    return finish(one.stored, read_of(one.stored, found, parts), parts)


def tried(mail: int, parts: Parts, work: Callable[[], Worked | None]) -> Iterator[Worked]:
    """What became of one mail; nothing where it stays pending."""
    try:
        try:
            worked = work()
        except WorkerError:
            raise
        except (ReaderError, RawMailLost) as error:
            worked = give_up(parts, mails.stored_mail(parts.store.db, mail), str(error))
        if worked is not None:
            yield worked
    except PutOff:
        log.info("mail put off", extra={"mail": mail})
    except (OSError, sqlite3.Error, StoreLost):
        raise
    except Exception as error:
        log.exception("mail not worked off", extra={"mail": mail})
        stored = mails.stored_mail(parts.store.db, mail)
        if stored.attempts >= MAX_ATTEMPTS:
            yield give_up(parts, stored, reason(stored, error))


def read_stored(stored: StoredMail, parts: Parts) -> Read:
    """What a stored mail says, with all the time that it may take. ``ReaderError`` where not even its structure can be read, ``RawMailLost``
    where its bytes are gone."""
    message, found = with_letters(stored, glance(stored, parts, parts.guard), parts)
    if found is None or not found.is_whole:
        rules = replace(parts.reading, limits=parts.reading.limits.patient())
        found = opened(message, f"{stored.id}.eml", parts.guard, rules)
    return read_of(stored, found, parts)


def with_letters(stored: StoredMail, found: Understood | None, parts: Parts) -> tuple[Message, Understood | None]:
    """The message, and the whole as far as it was *found*; read once more where it quotes what we wrote."""
    message = found.message if found else guarded_message(stored, parts, ())
    letters = letters_to(parts.store.db, stored.id, message)
    quoting = guarded_message(stored, parts, letters) if letters else message
    if quoting != message and found is not None and found.is_whole:
        found = glance(stored, parts, parts.guard, letters)
    return quoting, found


def guarded_message(stored: StoredMail, parts: Parts, letters: Sequence[str]) -> Message:
    rules, raw = parts.reading, parts.store.raw.get(stored.sha256)
    return parts.guard.run(parse_message, raw, rules.own, letters, seconds=rules.limits.seconds)


def read_of(stored: StoredMail, found: Understood, parts: Parts) -> Read:
    message, forms = found.message, found.forms
    if stored.is_partial:  # only its header was fetched: what is behind it is not lost
        message, forms = replace(message, defects=()), (too_large(f"{stored.id}.eml", parts.mailbox.max_mail),)
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
