"""The subject of an answer: theirs without doubled prefixes, and our reference behind it."""

from __future__ import annotations

import re

from bot.replies.clean import cut, one_line

# «Re:», «RE[2]：», «回复(3):», «Fw:», «答复：», «转发：», also several in a row; only at the very start.
PREFIX = re.compile(
    r"^\s*(?:re|fwd?|aw|sv|回复|回覆|答复|回信|转发|轉寄|回)\s*(?:[\[(（]\s*\d+\s*[\])）])?\s*[:：]\s*", re.IGNORECASE
)
OWN_REFERENCE = re.compile(r"\s*【受理号[^】]{0,60}】")
LIMIT = 60  # characters of theirs: the reference must stay visible in a list of mails
NO_SUBJECT = "（无主题）"


def reply_subject(theirs: str, ref: str = "") -> str:
    """``Re: <theirs> 【受理号 …】`` on one line.

    Doubled prefixes and a reference of ours that came back are taken off; a very long subject is cut.
    """
    kept = OWN_REFERENCE.sub("", one_line(theirs, 1000))
    while match := PREFIX.match(kept):
        kept = kept[match.end() :]
    kept = cut(kept.strip(), LIMIT) or NO_SUBJECT
    number = one_line(ref, 60)
    return f"Re: {kept} 【受理号 {number}】" if number else f"Re: {kept}"
