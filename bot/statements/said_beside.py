"""What a stretch says beside its kind, in words of its own that stand within the stretch's. Pure.

One kind tells what becomes of a stretch; who admits that he forgot the form hands it over in the same breath, and who shows a draft asks whether it is right: «表忘了贴上去，这封里有了，就一张»,
«重新做了一张放附件，以这张为准», «申报表初稿发您看看格式对不对».
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from bot.statements.kinds import MARKED, asks, value_of
from bot.statements.model import Said, Statement
from bot.statements.wording.covers import counts_alone
from bot.statements.wording.phrases.papers import COMES, COMES_NOT

CLAUSE = re.compile(r"[^，,。；;！!？?\n]+[？?]?")


def brings(clause: str) -> bool:
    """Whether papers come with the letter, in a clause of a stretch that speaks of papers."""
    return bool(COMES.search(clause)) and not COMES_NOT.search(clause)


TELLS: dict[Said, Callable[[str], bool]] = {Said.COVER: brings, Said.QUESTION: asks}
BESIDE = {
    Said.FORGOTTEN_ATTACHMENT: (Said.COVER,),
    Said.REPLACES: (Said.COVER,),
    Said.FOR_OTHERS: (Said.COVER,),
    Said.DRAFT: (Said.COVER, Said.QUESTION),
}


def said_beside(kind: Said, words: str, begin: int) -> Iterator[Statement]:
    """The statements of other kinds in *words*, a stretch of *kind* that begins at *begin*."""
    masked = MARKED.sub(lambda match: "“" + "＿" * (len(match.group()) - 2) + "”", words)
    clauses = list(CLAUSE.finditer(masked))
    for other in BESIDE.get(kind, ()):
        told = [TELLS[other](one.group()) for one in clauses]
        if other is Said.COVER:  # «…，就一张» behind what comes, or before it
            is_count = [counts_alone(one.group()) for one in clauses]
            told = [
                one or (count and any(told[max(0, at - 1) : at + 2]))
                for at, (one, count) in enumerate(zip(told, is_count, strict=True))
            ]
        for is_told, run in groupby(zip(told, clauses, strict=True), key=lambda one: one[0]):
            found = [clause for _, clause in run]
            if is_told:
                part = words[found[0].start() : found[-1].end()]
                yield Statement(other, part, "", value_of(other, part), begin=begin + found[0].start())
