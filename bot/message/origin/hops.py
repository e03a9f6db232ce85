"""The way that a mail took, and who tells of it; and a second reading of From.

mail-parser takes the Received lines apart and reads From once more, of these fields alone: its cost grows with the square of a long
header, and its texts are not used, because it loses GBK (docs/decisions/001). What it calls a time zone is not taken either: it reads
CST as American.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

import mailparser

from bot.message.identity import parse_date
from bot.message.mime.addresses import addresses
from bot.message.mime.encoded_words import clean
from bot.message.mime.fields import Field, Fields
from bot.message.model import Hop
from bot.message.origin.auth import border_of

# It writes what it cannot decode into the log: other people's names do not belong there.
logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)

MAX_HOPS = 30  # the newest; a mail that took more is turned in a loop
MAX_FIELD = 2000  # bytes
# What the library says where one field names two writers.
_AMBIGUOUS = "ambiguous-angle-address"


def read_way(fields: Fields) -> tuple[tuple[Hop, ...], bool]:
    """The hops, newest first, and whether another program may take somebody else for the writer. Never raises."""
    border = border_of(fields.items)
    received = [(one, place <= border) for place, one in enumerate(fields.items) if one.name == "received"][:MAX_HOPS]
    senders = [one for one in fields.items if one.name == "from"][:1]
    try:
        mail = mailparser.parse_from_bytes(_head([*(one for one, _ in received), *senders]))
        told = [*reversed(mail.received)]
        others = {one.email for _, address in mail.from_ for one in addresses(address)}
        is_ambiguous = any(one.get("reason") == _AMBIGUOUS for one in mail.address_header_defects)
    except Exception:  # whatever broken bytes lead the library to: then nobody tells of the way
        return (), False
    hops = tuple(
        Hop(clean(one.get("by", ""))[:200], parse_date(one.get("date", "")), is_ours)
        for one, (_, is_ours) in zip(told, received, strict=False)
    )
    ours = {one.email for field in senders for one in addresses(field.value)}
    return hops, is_ambiguous or (bool(others) and not (ours & others))


def _head(chosen: Iterable[Field]) -> bytes:
    return b"".join(b"%s: %s\r\n" % (one.name.encode(), one.raw[:MAX_FIELD]) for one in chosen) + b"\r\n"
