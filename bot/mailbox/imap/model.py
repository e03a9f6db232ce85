"""What the mailbox hands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from msgspec import Struct


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """Everything in the folder up to ``last_uid`` has been taken in or was handed on as not to be had, as long as UIDVALIDITY stays the same.

    ``count``: how many mails with these UIDs were there; None where that is not known. New mails get higher UIDs, so there can only
    be fewer later (RFC 3501, 2.3.1.1): more mean that the UIDs began anew.
    """

    uidvalidity: int
    last_uid: int
    count: int | None = field(default=None, compare=False)


class KnownMails(Protocol):
    """What the caller knows of one folder; each question is about the UIDs under one UIDVALIDITY."""

    def holds(self, uidvalidity: int, uid: int) -> bool:
        """Whether the mail is taken in, or among those of ``again`` now or later."""

    def came(self, uidvalidity: int, uid: int) -> datetime | None:
        """INTERNALDATE (aware) of the mail that was taken in under this UID; None where none was, or without a date."""

    def newest(self, uidvalidity: int) -> Sequence[int]:
        """The highest UIDs that were taken in: whether they still mean the same mails tells whether the folder was built anew."""

    def again(self, uidvalidity: int) -> Sequence[int]:
        """UIDs that were not to be had before and are to be asked for now."""


class Listed(Struct, frozen=True):
    """A mail as the listing names it. ``size`` is the server's estimate in bytes, 0 where it is not known."""

    uid: int
    internal_date: datetime | None
    size: int


class FetchedMail(Struct, frozen=True):
    """One mail of *folder*, in one of three states.

    - whole: ``raw`` holds its bytes;
    - too large (``is_too_large``): ``raw`` is None and ``header`` its header; final, fetching again is useless;
    - not now: ``raw`` is None and ``error`` (Chinese) says why. The caller notes it and names it in ``KnownMails.again``.

    ``internal_date`` is aware (in the configured time zone), None where the server gave none. ``size`` is the length of raw, else the server's estimate.
    """

    folder: str
    uidvalidity: int
    uid: int
    internal_date: datetime | None
    size: int
    raw: bytes | None
    error: str = ""
    header: bytes = b""
    is_too_large: bool = False


class SentMail(Struct, frozen=True):
    """A mail in the Sent folder: every id that it is known by (QQ keeps ours in X-OQ-MSGID), subject and recipients."""

    message_ids: frozenset[str]
    subject: str
    to: frozenset[str]
