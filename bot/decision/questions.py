"""The admin's list of questions that are asked again and again, and their answers. Pure."""

from __future__ import annotations

from msgspec import Struct

from bot.base.text import squeeze


class KnownQuestion(Struct, frozen=True):
    """``groups``: of each group one of its words must stand in the question. none of ``never`` may. ``brings_blanks``: the blank forms go with the answer."""

    groups: tuple[tuple[str, ...], ...]
    answer: str
    brings_blanks: bool = False
    never: tuple[str, ...] = ()

    def answer_to(self, question: str) -> str:
        """The answer to *question*; empty where it is another."""
        plain = squeeze(question)
        fits = bool(self.groups) and all(any(squeeze(word) in plain for word in group) for group in self.groups)
        return self.answer if fits and not any(squeeze(word) in plain for word in self.never) else ""
