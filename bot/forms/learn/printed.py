"""What is printed in the value's place of a blank form: lists of options, sentences with gaps for numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.forms.values.tick_marks import EMPTIES, HINT, Choice

BOX = re.compile(rf"[{re.escape(EMPTIES)}]|[\[(（【〔]\s*[\])）】〕]")
GAP = re.compile(
    r"([\u4e00-\u9fff]{2,16})\s*[:：]?\s*[_＿\s\u3000]+(人次|人|名|位|场|次|份|册|件|元|万元|平方米)(?=[\s，,。；;、]|$)"
)
LONGEST_OPTION = 20


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words before a gap that takes a number («预计公众参与活动人数____人»)."""

    words: str
    unit: str


def options_in(text: str) -> tuple[Choice, ...]:
    """The options of a list with empty boxes before or behind each; empty where there is no such list."""
    boxes = list(BOX.finditer(text))
    if len(boxes) < 2:
        return ()
    before = text[: boxes[0].start()].strip(" \t\n\u3000:：")
    if before and len(before) <= LONGEST_OPTION:
        starts = [0, *(box.end() for box in boxes[:-1])]
        pieces = [text[a : box.start()] for a, box in zip(starts, boxes, strict=True)]
    else:
        ends = [*(box.start() for box in boxes[1:]), len(text)]
        pieces = [text[box.end() : b] for box, b in zip(boxes, ends, strict=True)]
    found: dict[str, Choice] = {}
    for piece in pieces:
        hint = HINT.search(piece)
        noted = hint is not None or bool(re.search(r"[_＿]{2,}|[:：]\s*$", piece))
        label = re.sub(r"\s+", "", (piece[: hint.start()] if hint else piece).split("\n")[0])
        label = label.strip("_＿:：、，,。；;")
        if 0 < len(label) <= LONGEST_OPTION:
            found.setdefault(label, Choice(label, (), noted))
    return tuple(found.values()) if len(found) >= 2 else ()


def counted_phrases(text: str) -> tuple[Phrase, ...]:
    """The gaps for numbers in a printed sentence."""
    if len(text) > 400 or options_in(text):
        return ()
    return tuple(Phrase(match[1], match[2]) for match in GAP.finditer(text))
