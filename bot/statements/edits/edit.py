"""What a sentence says is to be done to one field of a form as it stands. Pure data."""

from __future__ import annotations

from dataclasses import dataclass

from bot.statements.values.context import Addressed


@dataclass(frozen=True, slots=True)
class Edit:
    """``piece``: the value that the field is to hold. ``begin`` and ``end``: the words that say so, ``at``: where its value, or the verb, stands in them
    (characters of the sentence). ``sure``: nothing else can be meant; otherwise it is proposed. ``is_answer``: it answers what was asked for; whether its
    words leave it open was looked at."""

    piece: Addressed
    begin: int
    end: int
    at: int
    sure: bool = True
    is_answer: bool = False
