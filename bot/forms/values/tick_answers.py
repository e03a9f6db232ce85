"""An answer that names no option by its own words: by its letter or number, by a part of its name, by yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.text import squeeze
from bot.forms.values.identifiers import NO, YES
from bot.forms.values.tick_marks import Choice

CODES = re.compile(r"(?:[A-H]|[①-⑩]|\d{1,2})(?:[\s、,，;；/]*(?:[A-H]|[①-⑩]|\d{1,2}))*")
CODE = re.compile(r"[A-H]|[①-⑩]|\d{1,2}")
PRINTED_CODE = re.compile(r"(\d{1,2})[.、．)）]")
NEGATIONS = "不未无非没"


def by_code(text: str, choices: Sequence[Choice]) -> set[int] | None:
    """«B», «①、③»: in their order; by a number only where the form prints one («2.科普基地» is a synonym then)."""
    if CODES.fullmatch(text) is None:
        return None
    numbers = {
        match[1]: i for i, one in enumerate(choices) for name in one.synonyms if (match := PRINTED_CODE.match(name))
    }
    places = dict(zip("ABCDEFGH", range(len(choices)), strict=False))
    places |= dict(zip("①②③④⑤⑥⑦⑧⑨⑩", range(len(choices)), strict=False)) | numbers
    codes = CODE.findall(text)
    return {places[code] for code in codes} if all(code in places for code in codes) else None


def by_other_words(text: str, choices: Sequence[Choice]) -> set[int] | None:
    """«小学» for 小学组 where no other option has these characters together; «不需要» where there are 是 and 否, «否» where there are 涉密 and 不涉密."""
    names = [squeeze(choice.label) for choice in choices]
    name = squeeze(text)
    pair = sorted(range(len(names)), key=lambda i: bool(NO.fullmatch(names[i])) or names[i][:1] in NEGATIONS)
    if len(pair) == 2 and is_yes_or_no(names[pair[0]], names[pair[1]]) and (NO.fullmatch(text) or YES.fullmatch(text)):
        return {pair[1] if NO.fullmatch(text) else pair[0]}
    fitting = [i for i, one in enumerate(names) if name in one]
    is_short = (
        len(name) > 1 and len(fitting) == 1 and not re.search(f"[{NEGATIONS}]", names[fitting[0]].replace(name, ""))
    )
    return set(fitting) if is_short and not choices[fitting[0]].noted else None


def is_yes_or_no(one: str, other: str) -> bool:
    return (other[1:] == one and other[0] in NEGATIONS) or bool(YES.fullmatch(one) and NO.fullmatch(other))
