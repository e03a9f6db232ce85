"""Text made comparable: width folded, blanks dropped, with the way back to what was written.

Folding is for matching only; what is stored keeps its own characters (① must not become 1, ㎡ not m2).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from bot.base import expressions as re

DASHES = dict.fromkeys(map(ord, "—–－‐−―‑─━﹣➖"), "-")
TILDES = dict.fromkeys(map(ord, "～〜∼˜﹏"), "~")
INVISIBLE = dict.fromkeys([0x00AD, *range(0x200B, 0x2010), 0x2028, 0x2029, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)])
SPELLED = {**DASHES, **TILDES, ord("〜"): "~"}
UNWRITTEN = {**SPELLED, **INVISIBLE}
ODD = re.compile(f"[{re.escape(''.join(map(chr, UNWRITTEN)))}]")
SHORT = 40
MOST_NAMED = 8  # names of files or numbers of pages in one sentence to people
COMPARED = 64  # characters of two texts that are held against each other
KEPT_UP_TO = 400  # characters of a text whose squeezed form is kept
WRITTEN = re.compile(r"[^\W_]")
CJK = "\u3400-\u9fff\uf900-\ufaff"
BLANKS = re.compile(r"[ \t\u3000\xa0]+")
WRAP = re.compile(rf"(?<=[{CJK}，。、（）“”《》：]) *\n *(?=[{CJK}，。、（）“”《》：])")


@lru_cache(maxsize=8192)
def fold_character(character: str) -> str:
    """One character in its plain width, lower case; dashes and tildes of every length become ``-`` and
    ``~``."""
    if ord(character) in INVISIBLE:
        return ""
    folded = character.translate(SPELLED)
    return unicodedata.normalize("NFKC", folded).translate(SPELLED).lower()


def fold(text: str) -> str:
    """*text* with plain width and unified dashes, blanks kept, case kept."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text.translate(UNWRITTEN) if ODD.search(text) else text)
    return plain.translate(SPELLED) if ODD.search(plain) else plain


@lru_cache(maxsize=1024)
def squeezed(words: tuple[str, ...]) -> frozenset[str]:
    """The words of a definition, each squeezed."""
    return frozenset(map(squeeze, words))


def squeeze(text: str) -> str:
    """*text* folded, in lower case, without any blank: the form in which labels and names are compared."""
    return squeezed_short(text) if len(text) <= SHORT else "".join(fold(text).lower().split())


@lru_cache(maxsize=8192)
def squeezed_short(text: str) -> str:
    """Labels and words of the definitions are asked for again and again."""
    return "".join(fold(text).lower().split())


@lru_cache(maxsize=8192)
def name_key(activity_name: str) -> str:
    """An activity's name for comparing: without marks, blanks, the year in front and a last 活动.

    «“科普进校园”活动», «2023年科普进校园活动», «1、科普进校园» are one.
    """
    plain = re.sub(
        r"^(?:[(（]?\d{1,2}[.、．)）]|[(（]?[一二三四五六七八九十]{1,3}[、.．)）])\s*", "", activity_name.strip()
    )
    key = re.sub(r"[\W_]+", "", squeeze(plain))
    shorter = re.sub(r"^20\d\d年度?|(?:系列)?活动$", "", key)
    return shorter if len(shorter) >= 2 else key


class Squeezed(Struct, frozen=True):
    """A squeezed text and, for each of its characters, the index of the character in the original."""

    original: str
    text: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, original: str) -> Squeezed:
        """Each definition asks for the same cells, and the letter for what was read of them."""
        return kept(original) if len(original) <= KEPT_UP_TO else cls.made(original)

    @classmethod
    def made(cls, original: str) -> Squeezed:
        letters: list[str] = []
        places: list[int] = []
        for index, character in enumerate(original):
            for letter in fold_character(character):
                if not letter.isspace():
                    letters.append(letter)
                    places.append(index)
        return cls(original, "".join(letters), tuple(places))

    def begin(self, index: int) -> int:
        """Where in the original the squeezed character *index* stands; the end of the text behind the
        last one."""
        return self.at[index] if index < len(self.at) else len(self.original)

    def end(self, index: int) -> int:
        """Where in the original the squeezed text up to *index* (not included) ends."""
        return self.at[index - 1] + 1 if index > 0 else 0


@lru_cache(maxsize=2048)
def kept(original: str) -> Squeezed:
    return Squeezed.made(original)


def tidy(text: str, join: str = " ") -> str:
    """*text* without fill-in lines and outer blanks; line breaks become *join*, runs of blanks one blank."""
    lines = (BLANKS.sub(" ", line.translate(INVISIBLE)).strip(" _＿") for line in text.splitlines())
    return join.join(line for line in lines if line)


def tidy_paragraphs(text: str) -> str:
    """*text* as paragraphs joined by newlines, each without outer blanks; empty ones left out."""
    return "\n".join(line.strip() for line in text.translate(INVISIBLE).splitlines() if line.strip())


def join_wrapped(text: str) -> str:
    """A value that was wrapped over lines, as one line: no blank between Chinese characters, one
    elsewhere."""
    return WRAP.sub("", tidy_lines(text)).replace("\n", " ")


def tidy_lines(text: str) -> str:
    return tidy(text, "\n")


def files_named(names: Sequence[str]) -> str:
    """For one sentence to people: the first few names in quotes, and how many there are if these are not all."""
    shown = "、".join(f"“{name}”" for name in names[:MOST_NAMED])
    return shown + (f"等 {len(names)} 个文件" if len(names) > MOST_NAMED else "")


def pages_named(pages: Sequence[int]) -> str:
    return f"第 {'、'.join(map(str, pages[:MOST_NAMED]))}{' 等' if len(pages) > MOST_NAMED else ''} 页"


def is_blank(text: str) -> bool:
    """Nothing but blanks, fill-in lines and punctuation."""
    return WRITTEN.search(text) is None


def stands_within(letters: str, text: str) -> bool:
    """Every character of *letters* comes in *text*, in the same order."""
    rest = iter(text)
    return all(one in rest for one in letters)


def similarity(one: str, other: str) -> float:
    """1 - edit distance / longer length, of the first ``COMPARED`` characters (so that the time is bounded)."""
    a, b = one[:COMPARED], other[:COMPARED]
    if not a or not b:
        return 0.0
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (x != y)))
        previous = row
    return 1 - previous[-1] / max(len(a), len(b))
