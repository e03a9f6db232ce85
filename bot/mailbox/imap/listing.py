"""What FETCH answered, as plain values: which mails there are, and what belongs to which of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from bot.mailbox.imap.connection import Connection
from bot.mailbox.imap.model import Listed
from bot.mailbox.imap.wire import FetchItems


def list_from(
    connection: Connection, uid: int, zone: tzinfo, further: Iterable[int] = ()
) -> tuple[list[Listed], list[Listed]]:
    """The mails of the open folder from *uid* on, in order, and always its last one, even where that has a lower UID; and those of the
    *further* UIDs that are there: by one command."""
    # QUIRK(NetEase): SELECT tells no UIDNEXT: ``uid:*`` is asked for, whatever it says. RFC 3501 §6.3.1
    wanted = set(further)
    found = rows_of(connection, ",".join([*map(str, sorted(wanted)), f"{uid}:*"]), zone)
    return [one for one in found if one.uid >= uid] or found[-1:], [one for one in found if one.uid in wanted]


def list_ends(connection: Connection, zone: tzinfo) -> list[Listed]:
    """The first and the last mail of the open folder."""
    return rows_of(connection, "1,*", zone, are_uids=False)


def rows_of(connection: Connection, which: str, zone: tzinfo, *, are_uids: bool = True) -> list[Listed]:
    with connection.translated("列出邮件"):
        answers = connection.client.fetch_range(which, "(UID INTERNALDATE RFC822.SIZE)", by_uid=are_uids)
    return [
        Listed(found, aware(items.get(b"INTERNALDATE"), zone), size_of(items))
        for found, items in sorted(by_uid(answers).items())
    ]


def is_older(listed: Listed, since: date, zone: tzinfo) -> bool:
    """Whether the mail came before that day began in *zone*; a mail without a date counts as new."""
    return listed.internal_date is not None and listed.internal_date.astimezone(zone).date() < since


def by_uid(answers: Iterable[FetchItems]) -> dict[int, FetchItems]:
    """Answers without UID are flag changes that came unasked; several answers for one UID are one."""
    result: dict[int, FetchItems] = {}
    for items in answers:
        uid = items.get(b"UID")
        if isinstance(uid, int) and uid > 0:
            result.setdefault(uid, {}).update(items)
    return result


def body_of(items: FetchItems) -> tuple[bytes, bytes]:
    """Key and bytes of the BODY[…] item; empty where it is missing or NIL."""
    for key, value in items.items():
        if key.startswith(b"BODY[") and isinstance(value, bytes):
            return key, value
    return b"", b""


def size_of(items: FetchItems) -> int:
    size = items.get(b"RFC822.SIZE")
    return size if isinstance(size, int) and size > 0 else 0


def aware(moment: object, zone: tzinfo) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
