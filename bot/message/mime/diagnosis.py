"""A second opinion on a mail that is broken: what mail-parser calls its breaches of the standard, for the log and the coordinator.

mail-parser is asked about structure only, never about text: it loses GBK without an error, and its cost grows with the square of a
header's length, so long headers and large mails are not given to it.
"""

from __future__ import annotations

import logging

import mailparser

from bot.message.mime.fields import Fields

# It writes what it cannot decode into the log: other people's names do not belong there.
logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)

MAX_MAIL = 256 * 2**10
MAX_FIELD = 4 * 2**10
MAX_FIELDS = 200


def standard_defects(raw: bytes, fields: Fields) -> tuple[str, ...]:
    """Names of defects such as ``StartBoundaryNotFoundDefect``, sorted; none where the mail is too large to ask. Never raises."""
    if len(raw) > MAX_MAIL or len(fields.items) > MAX_FIELDS or any(len(one.raw) > MAX_FIELD for one in fields.items):
        return ()
    try:
        return tuple(sorted(mailparser.parse_from_bytes(raw).defects_categories))
    except Exception:  # whatever broken bytes lead the library to: then there is no second opinion
        return ()
