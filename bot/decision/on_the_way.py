"""When a mail was sent, and when our side of the way had it: what a coordinator may weigh where a form came late. Pure.

Nothing here makes a form late or not (docs/decisions/004): the sender can write any Date and any Received line but those of the server
that took the mail in.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.decision.versions.standing import shows_results
from bot.message.model import Message

# So long servers go on trying (RFC 5321 §4.5.4.1): what claims to be older was not on the way, its clock is wrong.
LONGEST_WAY = timedelta(days=5)


def sent_at(message: Message, received: datetime) -> datetime | None:
    """When the mail was sent, by the sender's word: the first server that had it, else its Date. None where that cannot be."""
    told = next((hop.at for hop in reversed(message.hops) if hop.at and not hop.is_ours), message.date)
    return told if told is not None and received - LONGEST_WAY <= told < received else None


def taken_at(message: Message, received: datetime, trusted: Collection[str]) -> datetime | None:
    """When the receiving server had it, by its own word; None where it cannot be told from the sender's."""
    told = [hop.at for hop in message.hops if hop.at and hop.is_ours]
    if not told or not shows_results(message.auth, trusted):
        return None
    return min(told) if received - LONGEST_WAY <= min(told) < received else None
