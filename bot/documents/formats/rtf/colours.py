"""The colour table of an RTF file, and whether text in one of its colours can be seen."""

from __future__ import annotations

from bot.documents.formats.rtf.words import COLOUR_WORDS
from bot.documents.shared.colours import WHITE, Colour, is_unseen

_MOST = 5000


class ColourTable:
    """Filled while ``\\colortbl`` is read. Index 0 is the automatic colour; one that is not there is unknown."""

    def __init__(self) -> None:
        self._colours: list[Colour | None] = []
        self._mixing: list[int] | None = None

    def word(self, name: str, number: int | None) -> None:
        """``\\red``, ``\\green`` or ``\\blue`` of the entry in hand."""
        self._mixing = self._mixing or [0, 0, 0]
        self._mixing[COLOUR_WORDS.index(name)] = max(0, min(number or 0, 255))

    def text(self, text: str) -> None:
        """Each semicolon ends an entry."""
        for _ in range(min(text.count(";"), _MOST - len(self._colours))):
            self._colours.append((self._mixing[0], self._mixing[1], self._mixing[2]) if self._mixing else None)
            self._mixing = None

    def is_unseen(self, ink: int, ground: int, *, in_box: bool) -> bool:
        """Whether letters of the colour *ink* vanish on *ground* (0: the page, or the unknown filling of a text box)."""
        if not ground:
            return not in_box and is_unseen(self._at(ink), WHITE)
        return is_unseen(self._at(ink), self._at(ground))

    def _at(self, index: int) -> Colour | None:
        return self._colours[index] if 0 < index < len(self._colours) else None
