"""Stored mails opened once more, as many at once as the lanes hold, and given in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from functools import partial

from bot.documents.errors import ReaderError
from bot.intake.parts import Line, Parts, Understood
from bot.intake.story import AHEAD, glance, open_part_by_part, with_letters
from bot.store.files.raw import RawMailLost
from bot.store.mails import StoredMail

Found = tuple[StoredMail, Parts, Future[Understood] | None]


def opened_ahead(many: Iterable[tuple[StoredMail, Parts, bool]], line: Line) -> Iterator[Found]:
    """Each of *many* with what it holds, where the last of the three says that it is to be opened; the errors of ``story.understand`` stand in the future.
    ``ReadersUnavailable`` where nobody could read now."""
    line.reach()
    seen: deque[tuple[StoredMail, Parts, Future[Understood | None] | None]] = deque()
    found: deque[Found] = deque()
    for stored, parts, is_wanted in many:
        seen.append((stored, parts, line.quick.submit(partial(glance, stored, parts)) if is_wanted else None))
        if len(seen) > AHEAD * line.quick.width:
            found.append(gone_on(*seen.popleft()))
        if len(found) > AHEAD * line.slow.width:
            yield found.popleft()
    while seen or found:
        while seen and len(found) <= AHEAD * line.slow.width:
            found.append(gone_on(*seen.popleft()))
        yield found.popleft()


def gone_on(stored: StoredMail, parts: Parts, seen: Future[Understood | None] | None) -> Found:
    """What was not read to its end in one call goes to the slow lane, with all the time that it may take."""
    if seen is None:
        return stored, parts, None
    done: Future[Understood] = Future()
    try:
        _, found, letters = with_letters(stored, seen.result(), parts)
    except (ReaderError, RawMailLost) as error:
        done.set_exception(error)
        return stored, parts, done
    if found is not None and found.is_whole:
        done.set_result(found)
        return stored, parts, done
    return (
        stored,
        parts,
        parts.line.slow.submit(partial(open_part_by_part, stored, parts, letters, parts.reading.patient())),
    )
