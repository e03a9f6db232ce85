"""Marks and options in the text of a choice field, as tokens in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from bot.base import expressions as re
from bot.base.text import Squeezed, squeeze


class State(StrEnum):
    """What a mark says. WEAK marks are letters that a missing symbol font leaves behind (R, þ, P)."""

    TICK = "tick"
    WEAK = "weak"
    CROSS = "cross"
    EMPTY = "empty"


class Choice(Struct, frozen=True):
    """One option as printed; ``noted`` where the form asks to say which (其他)."""

    label: str
    synonyms: tuple[str, ...] = ()
    noted: bool = False


class Token(Struct, frozen=True):
    """A mark (``state``) or an option (``option``: its index) at [start, end) of the text.

    ``foreign``: words that are neither; ``short``: an option by a part of its name.
    """

    start: int
    end: int
    state: State | None = None
    option: int = -1
    hint_end: int = 0
    foreign: bool = False
    short: bool = False

    @property
    def is_option(self) -> bool:
        return self.option >= 0


TICKS = "☑✔✓√■●◉◎▣◼⬛◆★✅🗹⊙⊡\uf0fe\uf0fc\uf052\uf050\uf06e\uf06c"
CROSSES = "×✗✘☒✕✖╳⊠\uf0fd\uf053\uf051\uf054"
EMPTIES = "□☐○◯❑❒▢⬜◻▫¨£\uf0a8\uf06f\uf071\uf0a3"
# Letters: V is typed on purpose; R, þ, P, ü are what Wingdings ticks become where the font is missing.
TICK_LETTERS = (
    dict.fromkeys("Vvνⅴ∨ˇ", State.TICK) | dict.fromkeys("RþPüYy", State.WEAK) | dict.fromkeys("Xx", State.CROSS)
)
TICK_LETTERS |= {"o": State.EMPTY, "q": State.EMPTY}
STATES = (
    dict.fromkeys(TICKS, State.TICK)
    | dict.fromkeys(CROSSES, State.CROSS)
    | dict.fromkeys(EMPTIES, State.EMPTY)
    | TICK_LETTERS
)
SIGNS = re.escape(TICKS + CROSSES + EMPTIES)
BRACKETED = re.compile(rf"[\[(（【〔［]\s*([{SIGNS}{''.join(TICK_LETTERS)}对勾是]?)\s*[\])）】〕］]")
HOW_TO_TICK = re.compile(r"[（(][^（）()]*[打画划]\s*[“\"‘'「]?\s*[√✓✔勾对○][^（）()]*[)）]")  # «（在相应的□内打“√”）»
SIGN = re.compile(rf"[{SIGNS}]")
HINT = re.compile(
    r"\s*[(（\[【]\s*(?:请|须)?(?:注明|说明|简述|填写|列出|写明)[^:：()（）\[\]【】]{0,8}[:：]?[\s_＿]*[)）\]】]"
)


def tokens(text: str, choices: Sequence[Choice]) -> list[Token]:
    """Options and marks in the order of the text; letters count as marks only right beside an option."""
    options = find_options(text, choices)
    taken = [(token.start, token.end) for token in options]
    marks = []
    for match in BRACKETED.finditer(text):
        inner = match.group(1)
        state = State.TICK if inner and inner in "对勾是" else STATES.get(inner, State.EMPTY)
        if not overlaps(match.start(), match.end(), taken):
            marks.append(Token(match.start(), match.end(), State.TICK if state is State.WEAK else state))
    taken += [(mark.start, mark.end) for mark in marks]
    marks += [
        Token(match.start(), match.end(), STATES[match.group()])
        for match in SIGN.finditer(text)
        if not overlaps(match.start(), match.end(), taken)
    ]
    marks += letters_beside(text, options, marks)
    return merge_pairs(sorted([*options, *marks], key=lambda token: (token.start, token.end)))


def overlaps(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in taken)


@lru_cache(maxsize=64)
def names_of(choices: tuple[Choice, ...]) -> tuple[Mapping[str, int], re.Pattern[str]]:
    """The option that each squeezed name means, and what finds the names in a text, the longest first."""
    names = [(squeeze(name), i) for i, choice in enumerate(choices) for name in (choice.label, *choice.synonyms)]
    names.sort(key=lambda pair: -len(pair[0]))
    return dict(reversed(names)), re.compile("|".join(re.escape(name) for name, _ in names))


def find_options(text: str, choices: Sequence[Choice]) -> list[Token]:
    which, pattern = names_of(tuple(choices))
    if not which:
        return []
    squeezed = Squeezed.of(text)
    found = []
    for match in pattern.finditer(squeezed.text):
        option, end = which[match.group()], squeezed.end(match.end())
        hint = HINT.match(text, end) if choices[option].noted else None
        found.append(Token(squeezed.begin(match.start()), end, None, option, hint.end() if hint else end))
    return found


def letters_beside(text: str, options: Sequence[Token], marks: Sequence[Token]) -> list[Token]:
    """Letters that touch an option (at most one blank between) and are no part of a word."""
    taken = {(mark.start) for mark in marks}
    found = []
    for option in options:
        for place in (option.start - 1, option.start - 2, option.hint_end, option.hint_end + 1):
            if not 0 <= place < len(text) or text[place] not in TICK_LETTERS or place in taken:
                continue
            between = text[place + 1 : option.start] if place < option.start else text[option.hint_end : place]
            before, after = text[place - 1 : place], text[place + 1 : place + 2]
            alone = not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())
            if not between.strip(" \t\u3000") and alone:
                taken.add(place)
                found.append(Token(place, place + 1, TICK_LETTERS[text[place]]))
    return found


def merge_pairs(ordered: list[Token]) -> list[Token]:
    """A box and a tick side by side (``□√``, ``√□``) are one ticked box.

    ``展览展示√□互动体验`` stays two: the tick may belong to the label before it.
    """
    merged: list[Token] = []
    for index, token in enumerate(ordered):
        last = merged[-1] if merged else None
        if token.state and last and last.state and last.end == token.start:
            before = merged[-2] if len(merged) > 1 else None
            behind = ordered[index + 1] if index + 1 < len(ordered) else None
            leads = behind is not None and behind.is_option and behind.start == token.end
            glued = before is not None and before.is_option and before.hint_end == last.start and leads
            states = {last.state, token.state}
            if last.state is State.EMPTY and token.state is not State.EMPTY:
                merged[-1] = Token(last.start, token.end, token.state)
                continue
            if token.state is State.EMPTY and last.state is not State.EMPTY and not glued:
                merged[-1] = Token(last.start, token.end, last.state)
                continue
            if len(states) == 1 and last.state is not State.EMPTY:
                merged[-1] = Token(last.start, token.end, token.state)
                continue
        merged.append(token)
    return merged
