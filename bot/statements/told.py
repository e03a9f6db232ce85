"""The values that were heard, as statements at their place in the letter; and what no value accounts for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.base.replacing import replace
from bot.statements.clauses import Plainly, Segment
from bot.statements.kinds import value_of
from bot.statements.model import HeardValue, Said, Statement
from bot.statements.plain import plain
from bot.statements.said_beside import said_beside
from bot.statements.wording.beside import is_beside
from bot.statements.wording.formulas import is_formula
from bot.statements.wording.phrases import withdrawals
from bot.statements.wording.words import NO_LETTERS

NUMBER = re.compile(r"^[①-⑳]$|^(?:第\s*)?[(（]?[\d一二三四五六七八九十]{1,3}\s*[.、．)）条点个项处]*$")
CLAUSES = re.compile(r"[，,。；;！!]+")
BORROWED = re.compile(r" {2,}")
AS_LISTED = re.compile(r"^\d{1,2}、")


def placed(heard: Sequence[HeardValue], segments: Sequence[Segment]) -> dict[int, list[tuple[int, HeardValue]]]:
    """By the place of each segment the values that stand in it, with their place there: each where it is found first and no other stands."""
    found: dict[int, list[tuple[int, HeardValue]]] = {}
    may_hold = [one for one in segments if one.kind is None or one.kind is Plainly.BELOW]
    seen: dict[str, int] = {}
    for one in heard:
        nth = seen[one.written] = seen.get(one.written, -1) + 1
        place = next((place for words in forms_of(one.written, nth) if (place := place_of(words, may_hold))), None)
        if place:
            found.setdefault(place[0], []).append((place[1], replace(one, written=place[2])))
    return found


def forms_of(written: str, nth: int) -> list[str]:
    """How *written*, the words of the *nth* value that has them, may stand in the letter: «1、A» may have been «①A» there; of several lines each has one."""
    words = plain(written.strip())
    lines = words.split("\n")
    behind = BORROWED.split(words)[-1]  # a label that stands with another form's value
    return [words, *([lines[nth]] if 0 < nth < len(lines) else []), AS_LISTED.sub("", lines[0]), behind]


def place_of(words: str, segments: Sequence[Segment]) -> tuple[int, int, str] | None:
    for segment in segments:
        at = segment.text.find(words)
        if words and at >= 0:
            return segment.begin, at, words
    return None


def statements_in(
    segment: Segment, heard: Sequence[tuple[int, HeardValue]], *, beside_values: bool
) -> Iterator[Statement]:
    if isinstance(segment.kind, Said):
        words = segment.text.strip(" \t\u3000，,、")
        begin = segment.begin + segment.text.find(words)
        if segment.kind is Said.OTHER:
            yield for_person(words, begin)
        else:
            yield Statement(segment.kind, words, "", value_of(segment.kind, words), begin=begin)
            yield from said_beside(segment.kind, words, begin)
        return
    covered: list[tuple[int, int]] = []
    for at, one in heard:
        # The further lines of a long text stand in its segment.
        words = segment.text[at:].strip() if "\n" in segment.text else one.written
        covered.append((at, at + len(words)))
        kind = Said.CHANGE if one.is_change else Said.VALUE
        is_certain = (one.certain or one.is_clear) and one.value is not None
        yield Statement(kind, words, one.key, one.value, is_certain, segment.begin + at, one.certain)
    if segment.kind is None:
        yield from rest_of(segment, covered, beside_values=beside_values)


def rest_of(segment: Segment, covered: Sequence[tuple[int, int]], *, beside_values: bool) -> Iterator[Statement]:
    """What no value accounts for. *beside_values*: what only explains them is theirs, wherever it stands."""
    at = 0
    for begin, end in [*sorted(covered), (len(segment.text), len(segment.text))]:
        left = segment.text[at:begin]
        for match in re.finditer(r"[^\n]+", left):
            words = NUMBER.sub("", match.group().strip(" \t\u3000，,、。；;"))
            if NO_LETTERS.sub("", words) and not is_formula(words) and not (beside_values and explains_values(words)):
                yield for_person(words, segment.begin + at + left.find(words))
        at = max(at, end)


def for_person(words: str, begin: int) -> Statement:
    """*words* that a person reads: a withdrawal that is not certain, or something that has no kind."""
    kind = Said.WITHDRAWAL if may_withdraw(words) else Said.OTHER
    return Statement(kind, words, "", value_of(kind, words), False, begin)


def may_withdraw(words: str) -> bool:
    """Whether *words* say that the activity is perhaps not held: not a part of it, if it rains, or as a question."""
    clauses = [one for one in CLAUSES.split(words) if not withdrawals.A_PART.search(one)]
    if withdrawals.GOES_ON.search(words):
        return False
    if withdrawals.IF.search(words) and not withdrawals.IF_OF_WEATHER.search(words) and not re.search("[?？吗]", words):
        return any(withdrawals.LETS_GO.search(one) for one in clauses)
    return any(
        withdrawals.WHETHER_HELD.search(one) or (withdrawals.MAY_WITHDRAW.search(one) and not ASKED_OR_IF.search(one))
        for one in clauses
    )


ASKED_OR_IF = re.compile(r"[?？]|吗|如果|假如|要是|万一|若(?!干)|如遇|是否|去年|原来|本来|之前|曾")


def explains_values(words: str) -> bool:
    """Whether *words* beside values say nothing of their own."""
    return all(is_beside(one) or is_formula(one) for one in CLAUSES.split(words))


def holds_one(segment: Segment, told: Sequence[str]) -> bool:
    """Whether in what seemed to be for a person, or who writes, a value was found."""
    if segment.kind is Plainly.SIGNATURE:
        return segment.text.strip(" \t\u3000—–-") in {one.strip(" \t\u3000—–-") for one in told}
    return segment.kind is Said.OTHER and any(words in segment.text for words in told)
