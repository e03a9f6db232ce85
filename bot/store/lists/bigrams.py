"""Text as pairs of neighbouring characters: two Chinese characters are a word, and SQLite's own tokenizers find none below three.

«科普日» is «科普 普日 日»: whatever stands in a text is found by the pairs of its characters in a row, and by a single one as the beginning of a pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from bot.base.text import fold

# Wrapped lines and blanks within Chinese names («张　三»), and how telephone numbers are set («0595-2200 0000»).
JOINTS = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])|(?<=\d)[\s-]+(?=\d)")
RUN = re.compile(r"[^\W_]+")


def runs(text: str) -> list[str]:
    """Letters and digits that stand together, in plain width and lower case."""
    return RUN.findall(JOINTS.sub("", fold(text).lower()))


def pairs(run: str) -> list[str]:
    return [one + other for one, other in pairwise(run)]


def tokens(texts: Iterable[str]) -> str:
    """What SQLite is given of *texts*. A run's last character stands alone, so that no pairs of two runs follow one another."""
    found: list[str] = []
    for text in texts:
        for run in runs(text):
            found += [*pairs(run), run[-1]]
    return " ".join(found)


def query(words: str) -> str:
    """*words* as an FTS5 query: every one of them (set apart by blanks) must be there; empty where there is nothing to look for."""
    found = [f'"{" ".join(pairs(run))}"' if run[1:] else f'"{run}" *' for word in words.split() for run in runs(word)]
    return " AND ".join(dict.fromkeys(found))
