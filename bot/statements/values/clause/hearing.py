"""One clause of an answer: its values, or what it is beside them. Pure.

What leads up to it, the label (or the number of a problem, or the shape of the value), what joins label and value, the value, and what trails behind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field

from bot.base.problems import Problem
from bot.base.replacing import replace
from bot.base.text import Squeezed, is_blank, squeeze
from bot.statements.edits.named import is_of_other_day
from bot.statements.values.clause.event import OUR_EVENT, held, is_time, of_name, tells_move
from bot.statements.values.clause.labels import Mention, bodies, mentions
from bot.statements.values.clause.said import WITHIN, addressed, said_of, valued
from bot.statements.values.clause.taken_up import (
    REASON,
    in_the_end,
    once_more,
    taken_up,
)
from bot.statements.values.clause.whole import left_open, of_all, outright, the_choice
from bot.statements.values.context import (
    Addressed,
    Context,
    HeardClause,
    LabelsWaiting,
    Passage,
)
from bot.statements.values.listed import (
    asks_who,
)
from bot.statements.values.put import TOTAL
from bot.statements.values.shapes import bare_target, shaped
from bot.statements.values.values import says_nothing
from bot.statements.values.which_row import is_own_name, row_of_piece
from bot.statements.wording.joints import (
    CASTS_DOUBT,
    CHANGED,
    FOLLOWS,
    FORMER,
    NEWLY,
    OLD_SAID,
    OUR_LETTER,
    REFERRED,
    STAY,
    WORDS,
    filling,
    is_explained,
    is_harmless,
    without_lead,
    without_tail,
)
from bot.statements.wording.signature import kind_of
from bot.statements.wording.words import is_announcement, is_courtesy

SET_RIGHT = re.compile(r"\n[ \t\u3000]{8,}[^\n，,。；;：:]+$")  # where a writer stands


class ClauseHearing(Struct):
    """What a clause is heard against. ``passages``, ``unknown``: what was heard so far; ``waiting``: labels without their value; ``is_foreign``: the number
    before the line is none of our problems'; ``is_last``: no line follows; ``is_timed``: the sentence has told the time; ``current``: its clauses so far;
    ``spoken``: what told, in a sentence before, of one field what stands there."""

    context: Context
    passages: list[Passage] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    waiting: LabelsWaiting | None = None
    is_foreign: bool = False
    is_last: bool = False
    is_timed: bool = False
    current: list[HeardClause] = field(default_factory=list)
    spoken: HeardClause | None = None

    def clause(self, text: str, row: int | None, about: tuple[Problem, int] | None) -> HeardClause:
        """One clause: its values, or what it is beside them."""
        plain = without_lead(text, lambda word: is_own_name(word, row, self.context))
        is_polite = is_courtesy(plain) and not asks_who(about, self.context)
        if not squeeze(plain).strip(",.;:!") or is_polite or is_announcement(plain):
            return HeardClause(text, is_explained=True)
        squeezed = Squeezed.of(plain)
        found = mentions(squeezed, self.context.definition, self.context.index)
        definition = self.context.definition
        event = [] if found else held(plain, definition, goes_on=self.is_timed)
        event = [] if event and is_of_other_day(text, self.context) else event
        told = outright(plain, self.context) or event or ([] if found else of_name(plain, self.context))
        if told and (which := row_of_piece(told[0].target, row, self.context)) is not None:
            sure, unsure = (
                [addressed(one, which, text) for one in told if one.sure is is_sure] for is_sure in (True, False)
            )
            more = tuple(unsure if sure else ())
            is_told = told is event and not any(one.old for one in event)
            return HeardClause(text, tuple(sure or unsure), sure=bool(sure), unsure=more, is_told=is_told)
        if not found:
            return self.unlabelled(text, plain, row, about)
        one = self.labelled(text, squeezed, found, row)
        if one.pieces and not one.sure and all(is_time(piece, self.context) for piece in one.pieces):
            lead = squeezed.original[: squeezed.begin(found[0].begin)]
            one = replace(
                one, sure=bool(OUR_EVENT.match(lead)) and tells_move(plain)
            )  # «我院“爱耳护耳”义诊时间调整至9月21日»
        return one

    def labelled(self, text: str, squeezed: Squeezed, found: Sequence[Mention], row: int | None) -> HeardClause:
        """What a clause says of the labels in it; labels that are only joined hold the same."""
        pieces: list[Addressed] = []
        lead = squeezed.original[: squeezed.begin(found[0].begin)]
        sure = not CASTS_DOUBT.search(lead) and (
            is_harmless(lead) or filling(lead, lambda word: is_own_name(word, row, self.context))
        )
        missing: list[tuple[str, int]] = []
        is_open = False
        for joined, body in bodies(squeezed, found):
            if STAY.fullmatch(without_tail(body)):
                continue
            said = said_of(joined[-1], body if REFERRED.match(body) else without_tail(body), self.context.definition)
            is_old = OLD_SAID.match(body) or (FORMER.fullmatch(lead.strip()) and not CHANGED.search(body))
            said = None if is_old and not NEWLY.search(body) else said
            rows = [(target, row_of_piece(target, row, self.context)) for target in joined]
            places = [(target, which) for target, which in rows if which is not None]
            is_heading = joined[-1] != found[-1].target and re.search(r"[:：]$", body)
            if (said is None or is_blank(said.text)) and is_heading:
                continue  # «两个电话补报如下：座机…»
            if said is None or is_blank(said.text) or len(places) < len(rows):
                missing += places
                is_open = is_open or bool(said and is_blank(said.text))
                continue
            sure = sure and said.sure and (bool(said.old) or not OUR_LETTER.search(lead))
            pieces += [replace(addressed(said, which, squeezed.original), target=target) for target, which in places]
        in_turn = len(missing) > 1 and bool(re.search(r"依次|分别|[、 ]", squeezed.original))
        is_part = all(target in self.context.long for target, _ in missing) and WITHIN.match(body)
        self.waiting = LabelsWaiting(missing, in_turn, is_open, sure) if missing and not is_part else None
        if pieces:
            return HeardClause(text, tuple(pieces), sure=sure and not missing)
        behind = squeezed.original[squeezed.end(found[-1].end) :]
        if (
            not missing
            or (is_open and not re.search(r"[?？]", text))
            or is_explained(squeezed.original)
            or OLD_SAID.match(behind)
            or FORMER.fullmatch(lead.strip())
            or (sure and is_blank(WORDS.sub(" ", behind)) and not re.search(r"[?？]", text))
        ):
            return HeardClause(text, is_explained=True)
        return HeardClause(text, sure=False, is_elsewhere=True, awaits=tuple(target for target, _ in missing))

    def summed_up(self, text: str) -> str:
        """What stands before *text* in its sentence, where that sums it up: «工作人员：老师9名、家委5名，总共14名»."""
        return "".join(one.text for one in self.current) if TOTAL.match(text.strip()) else ""

    def unlabelled(self, text: str, plain: str, row: int | None, about: tuple[Problem, int] | None) -> HeardClause:
        """A clause without a label: the value of the label before, of the problem whose number began the line, or what its shape tells."""
        plain = REASON.sub("", plain, count=1) if self.waiting else plain
        if about and about[0].field:
            spec = self.context.definition.spec(about[0].field)
            found = shaped(plain, spec) if spec else None
            chosen = the_choice(plain, spec) if spec and spec.kind == "choice" else None
            value = chosen or (found.text if found and found.is_clean else valued(FOLLOWS.sub("", plain, count=1)))
            if not says_nothing(value):
                return HeardClause(text, (Addressed(about[0].field, value, about[1], text),))
        last = SET_RIGHT.search(self.context.letter.rstrip())
        closes = kind_of(text.strip(" 。")) == "unit" or bool(last and last.group().strip() == text.strip())
        is_signed = self.is_last and closes and not (self.waiting and self.waiting.is_open)
        if is_explained(plain) or (is_signed and (self.passages or self.unknown)):
            return HeardClause(text, is_explained=True)
        if last_word := in_the_end(text, plain, next(reversed(self.passages), None), self.current, self.context):
            return last_word
        again = (
            None
            if self.waiting
            else once_more(plain, [*([self.spoken] if self.spoken else []), *self.current], self.context)
        )
        old = "?" if again else self.waiting.old if self.waiting else ""
        if taken := taken_up(text, plain, self.waiting or again, self.context):
            if self.waiting and taken.is_bare:
                rest = self.waiting.targets[1:] if self.waiting.in_turn else []
                self.waiting = replace(self.waiting, targets=rest) if rest else None
            return replace(taken, pieces=tuple(replace(one, old=one.old or old) for one in taken.pieces))
        if told_all := of_all(plain, self.context.definition):
            which = row_of_piece(told_all[0].target, row, self.context)
            pieces = tuple(addressed(one, which, text) for one in told_all if which is not None)
            return HeardClause(text, pieces, sure=all(one.sure for one in told_all))
        told = {(piece.target, piece.row) for one in self.passages for piece in one.pieces}
        if vague := left_open(plain, self.context):
            return HeardClause(text, (Addressed(vague[0], valued(plain), vague[1], text),), sure=False)
        if not self.is_foreign and (bare := bare_target(plain, self.context, told, self.summed_up(plain))):
            return HeardClause(text, (Addressed(bare[0], bare[1], bare[2], text),), is_bare=True)
        return HeardClause(text)
