"""The subject of an answer: theirs without doubled prefixes, and our reference behind it."""

from __future__ import annotations

from bot.base.clean import cut, one_line
from bot.message.identity import bare_subject

LIMIT = 60  # characters of theirs: the reference must stay visible in a list of mails
NO_SUBJECT = "（无主题）"


def reply_subject(theirs: str, ref: str = "", *, is_answer: bool = True) -> str:
    """``Re: <theirs> 【受理号 …】`` on one line.

    Doubled prefixes and a reference of ours that came back are taken off; a very long subject is cut. Not *is_answer*: the subject is ours.
    """
    kept = bare_subject(one_line(theirs, 1000))
    kept = cut(kept, LIMIT) or NO_SUBJECT
    number = one_line(ref, 60)
    first = f"Re: {kept}" if is_answer else kept
    return f"{first} 【受理号 {number}】" if number else first
