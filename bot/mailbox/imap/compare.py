"""Which mails of a folder are new: what is listed against what is known of it, UIDVALIDITY or not."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta, tzinfo

from msgspec import Struct

from bot.mailbox.imap.connection import Connection, Selected
from bot.mailbox.imap.listing import is_older, list_from
from bot.mailbox.imap.model import Cursor, KnownMails, Listed

log = logging.getLogger(__name__)

# Two moments of one mail, one of them kept in whole seconds.
SAME_MOMENT = timedelta(seconds=1)


class News(Struct, frozen=True):
    """What a look at the folder gave.

    ``wanted``: to be fetched, in UID order. ``others``: listed too, but known or left out. ``start``: the cursor, None where it
    is of another UIDVALIDITY. ``end``: the cursor once everything that is wanted is dealt with. ``gone``: UIDs that were to be
    asked for again and are not there any more. ``from_scratch``: every mail of the folder was compared.
    """

    wanted: tuple[Listed, ...]
    others: tuple[Listed, ...]
    start: Cursor | None
    end: Cursor
    gone: tuple[int, ...] = ()
    skipped_old: int = 0
    from_scratch: bool = False


def look(connection: Connection, selected: Selected, cursor: Cursor | None, known: KnownMails, zone: tzinfo) -> News:
    """List the open folder as far as needed and compare."""
    validity = selected.uidvalidity
    start = cursor if cursor is not None and cursor.uidvalidity == validity else None
    if cursor is not None and start is None:
        log.warning("UIDVALIDITY changed, comparing all mails", extra={"folder": selected.folder})
    again = known.again(validity)
    if not selected.exists:
        return News((), (), start, Cursor(validity, start.last_uid if start else 0, 0), tuple(again))
    last = start.last_uid if start else 0
    listed, landmarks = list_from(connection, last + 1, zone, [*known.newest(validity), *again] if start else ())
    is_rebuilt = start is not None and begins_anew(start, selected.exists, listed, landmarks, known)
    if is_rebuilt:
        listed, _ = list_from(connection, 1, zone)
    else:
        listed = [item for item in listed if item.uid > last]
    since = connection.settings.since
    from_scratch = start is None or is_rebuilt
    fresh = [item for item in listed if not (since and from_scratch and is_older(item, since, zone))]
    skipped_old = len(listed) - len(fresh)
    if skipped_old and start is None:
        log.info("old mails skipped", extra={"folder": selected.folder, "since": since, "count": skipped_old})
    there = {item.uid: item for item in [*landmarks, *listed]}
    wanted = {item.uid: item for item in fresh if not is_known(item, validity, known)}
    if is_rebuilt and wanted:
        log.warning(
            "UIDs have begun anew, mails found that were not known",
            extra={"folder": selected.folder, "count": len(wanted)},
        )
    wanted |= {uid: there[uid] for uid in again if uid in there}
    return News(
        tuple(wanted[uid] for uid in sorted(wanted)),
        tuple(there[uid] for uid in sorted(there) if uid not in wanted),
        start,
        Cursor(validity, max([last, *there]), max(selected.exists, len(listed))),
        tuple(uid for uid in again if uid not in there),
        skipped_old,
        from_scratch,
    )


def begins_anew(
    start: Cursor, exists: int, listed: Sequence[Listed], landmarks: Sequence[Listed], known: KnownMails
) -> bool:
    """Whether the UIDs at or below *start* mean other mails than before. NetEase's UIDVALIDITY stays 1 for ever.

    UIDs that have all become lower may also mean that the last mails were removed; only a look at every mail can tell.
    """
    beyond = [item for item in listed if item.uid > start.last_uid]
    return (
        (bool(listed) and not beyond and listed[-1].uid < start.last_uid)
        or any(not is_same(item, start.uidvalidity, known) for item in landmarks)
        or (start.count is not None and exists - len(beyond) > start.count)
    )


def is_known(item: Listed, validity: int, known: KnownMails) -> bool:
    return known.holds(validity, item.uid) and is_same(item, validity, known)


def is_same(item: Listed, validity: int, known: KnownMails) -> bool:
    """Whether the mail that is known under this UID, if any, came at the same moment."""
    earlier = known.came(validity, item.uid)
    return earlier is None or item.internal_date is None or abs(earlier - item.internal_date) <= SAME_MOMENT
