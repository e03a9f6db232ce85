"""The story of one mail: bytes on disk in, decision and queued answer out, in one transaction, all or nothing; and the pass over all that wait."""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sqlite_utils import Database

from bot.base import logs
from bot.base.errors import BotError
from bot.base.expressions import LaterCall
from bot.base.failpoints import reach
from bot.base.replacing import replace
from bot.decision.decide import decide
from bot.decision.facts import Read
from bot.decision.model import keeps_files
from bot.decision.states import outcome_label
from bot.decision.words.requests import REF
from bot.documents.errors import ReaderError, ReadersUnavailable, WorkerError
from bot.documents.guard import Runner
from bot.intake import files
from bot.intake.answers import queue_answers
from bot.intake.at_desk import read_act
from bot.intake.failed import give_up, reason, too_many_deaths
from bot.intake.gather import gather
from bot.intake.listen import heard_with, listen, read_of, read_quickly, still_says
from bot.intake.parts import Hands, InHand, Parts, Reading, Ready, Understood, Worked
from bot.intake.record import record
from bot.message.model import Message
from bot.store import mails, outbox, reviews
from bot.store.database import StoreLost
from bot.store.files.raw import RawMailLost
from bot.store.mails import DESK, StoredMail

if TYPE_CHECKING:
    from bot.intake.understand import opened
    from bot.message.parse import parse_message
else:
    opened = LaterCall("bot.intake.understand", "opened")
    parse_message = LaterCall("bot.message.parse", "parse_message", Message)

log = logging.getLogger(__name__)
logs.call("outcome", outcome_label)

MAX_ATTEMPTS = 3  # a mail on which our own code or the worker fails three times is left to a person
MOST_CHANGES = 3  # of what a letter is about, while it is listened to
AHEAD = 4  # mails that are read before their turn, for each process that reads
TOGETHER = 16  # mails that are settled in one transaction
SETTLED_AFTER = 0.3  # seconds for which those that are ready wait for the next one to be read
LOOK_FOR_STOP = 0.2  # seconds
MAX_DEATHS = 50  # a mail in hand whenever the process died; low numbers may be chance (power, restarts), this is not


class PutOff(BotError):
    """A mail stays pending for now."""


def work_off_one(mail: int, parts: Parts) -> Worked:
    """One mail from its bytes on disk to its answer in the queue. Killed anywhere, it is worked off again; then nothing is there twice.

    ``WorkerError`` where the worker could not even read its structure: another time it may. ``PutOff`` where what the letter is about changes
    whenever it is listened to.
    """
    stored = mails.stored_mail(parts.store.db, mail)
    if worked := take_in_hand(stored, parts):
        return worked
    try:
        found = understand(stored, parts)
    except WorkerError:
        raise
    except (ReaderError, RawMailLost) as error:
        return give_up(parts, stored, str(error))
    ready = prepared(stored, found, parts)
    for _ in range(MOST_CHANGES):
        with suppress(PutOff):
            return tidied(settle(stored, ready.read, parts), ready)
        ready = heard_anew(ready, parts)
    raise PutOff("what the letter is about changes")


def count_attempt(stored: StoredMail, parts: Parts) -> None:
    """Where the process dies with it, that stands."""
    with parts.store.lightly() as db:
        mails.count_attempt(db, stored.id)
    reach("attempt_counted")


def take_in_hand(stored: StoredMail, parts: Parts) -> Worked | None:
    """Begin with it; what became of it where nothing of it is to be read: it was given up, or is an act of the desk."""
    count_attempt(stored, parts)
    if stored.attempts >= MAX_DEATHS:
        return give_up(parts, stored, too_many_deaths(stored))
    if stored.folder == DESK:
        return settle(stored, read_act(parts, stored), parts)
    return None


def prepared(stored: StoredMail, found: Understood, parts: Parts) -> Ready:
    """What was read, listened to, with its files kept: all that takes time and comes before the transaction."""
    heard = heard_with(read_of(stored, found, parts), found, stored, parts)
    reach("understood")
    fresh = files.keep(parts.store, heard)
    reach("files_kept")
    return Ready(stored, heard, tuple(fresh))


def heard_anew(ready: Ready, parts: Parts) -> Ready:
    """The same where the words are listened to otherwise by now."""
    return replace(ready, read=listen(ready.read, ready.stored, parts))


def tidied(worked: Worked, ready: Ready) -> Worked:
    """*worked*, without the files of a mail of which none are kept."""
    if not keeps_files(worked.outcome):
        files.discard(ready.fresh)
    return worked


def settle(stored: StoredMail, read: Read, hands: Hands) -> Worked:
    """What was read is decided, recorded and answered, all or nothing. What another process settled meanwhile (an act at the desk) stands.
    ``PutOff`` where the words would be listened to otherwise by now."""
    with hands.store.transaction():
        worked = decided(stored, read, hands)
    reach("committed")
    return logged(worked)


def decided(stored: StoredMail, read: Read, hands: Hands) -> Worked:
    """Known facts, decision, rows, answers and the journal's line. Inside a transaction; ``PutOff`` as ``settle``."""
    store, db, mail, now = hands.store, hands.store.db, stored.id, hands.clock()
    if outcome := mails.outcome_of(db, mail):
        return Worked(mail, outcome, "", read.sender, read.message.subject)
    case = gather(store, stored, read, hands.rules, now)
    if not still_says(case):
        raise PutOff("what the letter is about has changed")
    decision = decide(case)
    record(store, stored, case, decision)
    ids = queue_answers(store, stored, case, decision, hands.letters)
    numbers = reviews.numbers_of(db, mail, stored.sha256)
    store.journal.worked(mail, stored.sha256, now.isoformat(), decision.new_references, ids, numbers, decision.acts)
    reach("recorded")
    return Worked(mail, decision.outcome, decision.ref, read.sender, read.message.subject, decision.why)


def settle_all(parts: Parts) -> Iterator[Worked]:
    """Those that are ready, in their order, in one transaction for as many as still say what they said when they were listened to."""
    ready, parts.line.ready = parts.line.ready, []
    changes = 0
    while ready:
        done, failed, rest = settled_together(ready, parts)
        yield from done
        for one in failed:
            yield from attempted(one.stored, parts, partial(settle, one.stored, one.read, parts))
        changes = changes + 1 if len(rest) == len(ready) else 0
        if rest and changes < MOST_CHANGES:
            rest[0] = heard_anew(rest[0], parts)
        elif rest:
            log.info("mail put off", extra={"mail": rest[0].stored.id})
            rest, changes = rest[1:], 0
        ready = rest


def settled_together(ready: Sequence[Ready], parts: Parts) -> tuple[list[Worked], list[Ready], list[Ready]]:
    """What became of them; those on which our own code failed; the first that has to be listened to again, with all behind it."""
    done: list[tuple[Worked, Ready]] = []
    failed: list[Ready] = []
    rest: list[Ready] = []
    try:
        with parts.store.transaction():
            for place, one in enumerate(ready):
                try:
                    with parts.store.part():
                        done.append((decided(one.stored, one.read, parts), one))
                except PutOff:
                    rest = list(ready[place:])
                    break
                except (OSError, sqlite3.Error, StoreLost):
                    raise
                except Exception:
                    failed.append(one)
    except (OSError, sqlite3.Error, StoreLost):
        raise
    except Exception:  # one of them is not to cost the others
        return [], list(ready), []
    reach("committed")
    return [logged(tidied(worked, one)) for worked, one in done], failed, rest


def logged(worked: Worked) -> Worked:
    extra = {"mail": worked.mail, "outcome": worked.outcome, "ref": worked.ref, "why": worked.why}
    log.info("mail worked off", extra=extra)
    return worked


def work_off(parts: Parts, stop: threading.Event, *, wait: bool = True) -> Iterator[Worked]:
    """Every stored mail that was not worked off yet; stops between two mails. Mails are read ahead, and settled in the order of their arrival.

    What needs more than one call to be read goes to the slow lane and lets others pass, but none of its sender; *wait* for it at the end. A
    mail on which our own code or the worker fails stays pending, and is left to a person after some tries: the others go on. A disk,
    database or cluster that fails is no mail's fault and ends the pass.
    """
    parts.line.reach()
    try:
        yield from one_pass(parts, stop, wait=wait)
    except ReadersUnavailable:
        yield from settle_all(parts)
        for one in parts.line.reading.values():
            take_attempt_back(one.stored, parts)
        parts.line.reading.clear()
        raise


def take_attempt_back(stored: StoredMail, parts: Parts) -> None:
    """It was in hand, and nobody looked at it."""
    with parts.store.lightly() as db:
        mails.count_attempt(db, stored.id, -1)


def one_pass(parts: Parts, stop: threading.Event, *, wait: bool) -> Iterator[Worked]:
    """The loop of ``work_off``: who is ready is settled in company, but a deed of the desk, or where the next mail is not read yet, at once."""
    line = parts.line
    for begun in read_ahead(parts):
        if stop.is_set():
            break
        yield from from_slow_lane(parts)
        if len(line.ready) >= TOGETHER or begun.stored.folder == DESK or not begun.is_there(SETTLED_AFTER):
            yield from settle_all(parts)
        yield from attempted(begun.stored, parts, partial(take_turn, begun, parts))
    yield from settle_all(parts)
    yield from from_slow_lane(parts)
    while wait and line.reading and not stop.is_set():
        futures.wait([one.found for one in line.reading.values()], LOOK_FOR_STOP, futures.FIRST_COMPLETED)
        yield from from_slow_lane(parts)


class Begun(NamedTuple):
    """A pending mail, and what is being read of it; None where nobody reads ahead."""

    stored: StoredMail
    found: futures.Future[Understood | None] | None

    def is_there(self, seconds: float) -> bool:
        return self.found is None or not futures.wait([self.found], seconds).not_done


def read_ahead(parts: Parts) -> Iterator[Begun]:
    """The pending mails; some are read before the first one's turn."""
    line, busy, db = parts.line, parts.line.busy(), parts.store.db
    waiting = [mail for mail in mails.pending(db) if mail not in line.reading and line.held.get(mail) not in busy]
    ahead: deque[Begun] = deque()
    for mail in waiting:
        stored = mails.stored_mail(db, mail)
        is_alone = len(waiting) <= line.few or stored.folder == DESK
        ahead.append(Begun(stored, None if is_alone else line.quick.submit(partial(glance, stored, parts))))
        if len(ahead) > AHEAD * line.quick.width:
            yield ahead.popleft()
    yield from ahead


def glance(stored: StoredMail, parts: Parts, guard: Runner, letters: Sequence[str] = ()) -> Understood | None:
    """What can be read of it in one call; ``RawMailLost`` where its bytes are gone."""
    raw = parts.store.raw.get(stored.sha256)
    return read_quickly(raw, f"{stored.id}.eml", guard, parts.reading, letters)


def take_turn(begun: Begun, parts: Parts) -> Worked | Ready | None:
    """What becomes of a mail whose turn it is; None where it needs the slow lane, or its sender has another one there."""
    line, stored = parts.line, begun.stored
    is_patient = line.held.pop(stored.id, None) is not None
    if worked := take_in_hand(stored, parts):
        return worked
    seen = begun.found.result() if begun.found else glance(stored, parts, parts.guard)
    message, found, letters = with_letters(stored, seen, parts)
    if message.sender.email in line.busy():
        line.held[stored.id] = message.sender.email
        return None
    if found and found.is_whole:
        return prepared(stored, found, parts)
    send_to_slow_lane(stored, message.sender.email, letters, parts, is_patient=is_patient)
    return None


def send_to_slow_lane(
    stored: StoredMail, sender: str, letters: Sequence[str], parts: Parts, *, is_patient: bool
) -> None:
    """Where each of its parts has a call of its own, and pixels are read; for the second time with more time. Its bytes are looked up again when its
    turn comes: a thousand scans may wait."""
    line, rules = parts.line, parts.reading.patient() if is_patient else parts.reading
    found = line.slow.submit(partial(open_part_by_part, stored, parts, letters, rules))
    line.reading[stored.id] = InHand(stored, sender, letters, found, is_patient)
    found.add_done_callback(lambda _: line.on_read())


def from_slow_lane(parts: Parts) -> Iterator[Worked]:
    """What the slow lane has read, and what waited behind it."""
    line = parts.line
    for mail, one in list(line.reading.items()):
        if one.found.done():
            del line.reading[mail]
            yield from attempted(one.stored, parts, partial(take_slow_turn, one, parts))
            for held in sorted(mail for mail, sender in line.held.items() if sender == one.sender not in line.busy()):
                begun = Begun(mails.stored_mail(parts.store.db, held), None)
                yield from settle_all(parts)
                yield from attempted(begun.stored, parts, partial(take_turn, begun, parts))
            yield from settle_all(parts)


def take_slow_turn(one: InHand, parts: Parts) -> Ready | None:
    """What the slow lane made of a mail; None where it is read for a second time."""
    found = one.found.result()
    if not found.is_whole and not one.is_patient:  # nobody is told anything before the second try
        count_attempt(one.stored, parts)
        send_to_slow_lane(one.stored, one.sender, one.letters, parts, is_patient=True)
        return None
    return prepared(one.stored, found, parts)


def attempted(stored: StoredMail, parts: Parts, work: Callable[[], Worked | Ready | None]) -> Iterator[Worked]:
    """What became of one mail; nothing where it stays pending, or is ready now."""
    try:
        try:
            came = work()
        except WorkerError:
            raise
        except (ReaderError, RawMailLost) as error:
            came = give_up(parts, stored, str(error))
        if isinstance(came, Ready):
            parts.line.ready.append(came)
        elif came is not None:
            yield came
    except PutOff:
        log.info("mail put off", extra={"mail": stored.id})
    except ReadersUnavailable:
        take_attempt_back(stored, parts)
        raise
    except (OSError, sqlite3.Error, StoreLost):
        raise
    except Exception as error:
        log.exception("mail not worked off", extra={"mail": stored.id})
        stored = mails.stored_mail(parts.store.db, stored.id)
        if stored.attempts >= MAX_ATTEMPTS:
            yield give_up(parts, stored, reason(stored, error))


def understand(stored: StoredMail, parts: Parts) -> Understood:
    """A stored mail opened, with all the time that it may take. ``ReaderError`` where not even its structure can be read, ``RawMailLost``
    where its bytes are gone."""
    message, found, _ = with_letters(stored, glance(stored, parts, parts.guard), parts)
    if found is None or not found.is_whole:
        found = opened(message, f"{stored.id}.eml", parts.guard, parts.reading.patient())
    return found


def open_part_by_part(
    stored: StoredMail, parts: Parts, letters: Sequence[str], rules: Reading, guard: Runner
) -> Understood:
    """A stored mail from its bytes on, each of its parts in a call of its own."""
    return opened(guarded_message(stored, parts, letters, guard, rules), f"{stored.id}.eml", guard, rules)


def with_letters(
    stored: StoredMail, found: Understood | None, parts: Parts
) -> tuple[Message, Understood | None, Sequence[str]]:
    """The message, the whole as far as it was *found*, and our letters where it quotes them; then both were read once more."""
    message = found.message if found else guarded_message(stored, parts, (), parts.guard, parts.reading)
    letters = letters_to(parts.store.db, stored.id, message)
    quoting = guarded_message(stored, parts, letters, parts.guard, parts.reading) if letters else message
    if quoting == message:
        return message, found, ()
    if found is not None and found.is_whole:
        found = glance(stored, parts, parts.guard, letters)
    return quoting, found, letters


def guarded_message(stored: StoredMail, parts: Parts, letters: Sequence[str], guard: Runner, rules: Reading) -> Message:
    raw = parts.store.raw.get(stored.sha256)
    return guard.run(parse_message, raw, rules.own, letters, seconds=rules.limits.seconds)


def letters_to(db: Database, mail: int, message: Message) -> list[str]:
    """What we had written to the one who writes, in this thread, or about the references that the mail names."""
    refs = {ref.upper() for ref in re.findall(REF, f"{message.subject}\n{message.text}")}
    thread = outbox.ours(db, message.thread_ids)
    return outbox.letter_texts(db, message.sender.email, thread, refs, mail)
