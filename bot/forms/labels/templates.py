"""Lines of a form that have their values in the middle of a sentence, without a colon («姓名____，性别____，现有队员____人。»)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from bot.base.text import fold
from bot.forms.definitions import FormDefinition

KEY = re.compile(r"\{(\w+)\}")
LONGEST = 600  # characters of a line that is compared
DAY = r"(?:(?:\d{2,4}\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?)?|(?:20)?\s*年\s*月\s*日"
LEFT = (
    r"(?:(?:20\d{0,2})?[\s_＿]*年[\s_＿]*月[\s_＿]*日[\s_＿]*(?=[\d二]))?"  # the frame, with the day written behind it
)
GAP = r"[\s_＿]*"
GAPS = " \t\u3000_＿"


def values_in(line: str, definition: FormDefinition) -> list[tuple[str, str, str]]:
    """The key, the words before and the value of each gap, where *line* is one of the definition's; else empty."""
    if not definition.lines or len(line) > LONGEST:
        return []
    for keys, labels, pattern in patterns(definition.lines, days_of(definition)):
        match = pattern.fullmatch(line)
        if match is not None:
            return [
                (key, label, value.strip(" _:　"))
                for key, label, value in zip(keys, labels, match.groups(), strict=True)
            ]
    return []


def filled_line(line: str, definition: FormDefinition, texts: Mapping[str, str]) -> str:
    """*line* with the values of *texts* (by key) in its gaps; as it is where it is none of the definition's."""
    for keys, _, pattern in patterns(definition.lines, days_of(definition)):
        match = pattern.fullmatch(line)
        for number in range(len(keys), 0, -1) if match else ():
            value = texts.get(keys[number - 1], "")
            start, end = match.span(number) if match else (0, 0)
            while start > 0 and line[start - 1] in GAPS:
                start -= 1
            while end < len(line) and line[end] in GAPS:
                end += 1
            is_last = end == len(line)
            line = f"{line[:start]}{value}{'' if is_last else ' '}{line[end:]}" if value else line
        if match:
            return line
    return line


def days_of(definition: FormDefinition) -> frozenset[str]:
    return frozenset(spec.key for spec in definition.field if spec.kind == "date")


@lru_cache(maxsize=64)
def patterns(lines: tuple[str, ...], days: frozenset[str]) -> tuple[tuple[list[str], list[str], re.Pattern[str]], ...]:
    return tuple((KEY.findall(line), list(labels_of(line)), re.compile(pattern_of(line, days))) for line in lines)


def pattern_of(line: str, days: frozenset[str]) -> str:
    """The printed words with anything between them; blanks count nowhere, a full stop at the end may be missing."""
    pieces = KEY.split(line.strip().rstrip("。.；;"))
    said = [
        words(piece) if i % 2 == 0 else f"{GAP}{LEFT}({DAY}){GAP}" if piece in days else f"{GAP}(.{{0,200}}?){GAP}"
        for i, piece in enumerate(pieces)
    ]
    return rf"\s*{''.join(said)}\s*[。.；;]?\s*"


def words(piece: str) -> str:
    return r"\s*".join(either(character) for character in fold(piece) if not character.isspace())


def either(character: str) -> str:
    """The character in its plain and in its full width."""
    wide = chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else ""
    return f"[{re.escape(character)}{wide}]" if wide else re.escape(character)


def labels_of(line: str) -> Iterator[str]:
    """The words right before each gap, with their colon."""
    for piece in KEY.split(line)[:-1:2]:
        yield re.split(r"[，,。；;、\s]", piece.strip())[-1]
