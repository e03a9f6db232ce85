"""The admin's list of questions that are asked again and again, and their answers. Pure."""

from __future__ import annotations

from msgspec import Struct

from bot.base import expressions as re
from bot.base.text import squeeze

SENTENCES = re.compile(r"[。？！；?!;\n]+")


class KnownQuestion(Struct, frozen=True):
    """``groups``: of each group one of its words must stand in the question. none of ``never`` may. ``brings_blanks``: the blank forms go with the answer."""

    groups: tuple[tuple[str, ...], ...]
    answer: str
    brings_blanks: bool = False
    never: tuple[str, ...] = ()

    def answer_to(self, question: str) -> str:
        """The answer to *question*; empty where it is another. What one sentence asks and what the next one tells are not one question."""
        if any(squeeze(word) in squeeze(question) for word in self.never):
            return ""
        return self.answer if self.groups and any(map(self.asks, SENTENCES.split(question))) else ""

    def asks(self, sentence: str) -> bool:
        plain = squeeze(sentence)
        return all(any(squeeze(word) in plain for word in group) for group in self.groups)
