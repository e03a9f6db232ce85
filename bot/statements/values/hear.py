"""The clauses of an answer -> which field each is about and the words for it. Pure.

A clause is read by itself: what leads up to it, the label (or the number of a problem, or the shape of the value), what joins label and value, the
value, and what trails behind. Whatever stands in between and explains (a slip, a reason, what stood there before) is no value; whatever is
not explained goes to a person, and where it doubts, its sentence puts nothing in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.base.problems import Problem
from bot.base.text import Squeezed, is_blank, squeeze
from bot.statements.edits.named import is_of_other_day
from bot.statements.edits.sentence import edited, parts_in
from bot.statements.values.clause.event import OUR_EVENT, held, is_time, of_name, tells_move
from bot.statements.values.clause.labels import Mention, bodies, mentions
from bot.statements.values.clause.said import WITHIN, FieldWords, addressed, said_of, valued
from bot.statements.values.clause.settled import settled
from bot.statements.values.clause.taken_up import (
    REASON,
    left_open_in,
    once_more,
    taken_up,
    with_values_to_come,
    with_what_stood,
)
from bot.statements.values.clause.whole import left_open, moved_later, of_all, outright, the_choice
from bot.statements.values.context import (
    Addressed,
    Context,
    HeardClause,
    LabelsWaiting,
    Passage,
    is_part_told,
    words_around,
)
from bot.statements.values.going_on import apart, goes_on, long_said, not_broken_off
from bot.statements.values.lines import clauses, columns_of, numbered, parts, plain_lines, table_row, thoughts, without
from bot.statements.values.listed import (
    answered,
    asks_who,
    in_lines,
    in_order,
    is_other_list,
    names,
    problem_of,
    quoted_problem,
)
from bot.statements.values.shapes import bare_target, shaped
from bot.statements.values.values import says_nothing
from bot.statements.values.which_row import is_own_name, row_named, row_of_piece
from bot.statements.wording.joints import (
    CASTS_DOUBT,
    CHANGED,
    CHANGED_AT_ALL,
    DOUBTS,
    FOLLOWS,
    FORMER,
    IF,
    NEWLY,
    OLD_SAID,
    OUR_LETTER,
    REFERRED,
    STAY,
    WORDS,
    filling,
    is_explained,
    is_harmless,
    says_no_value,
    without_lead,
    without_tail,
)
from bot.statements.wording.remarks import ended_text
from bot.statements.wording.signature import kind_of
from bot.statements.wording.words import is_announcement, is_courtesy

MOST_LINES = 400
LONGEST_LINE = 400  # characters; what is longer is running text


@dataclass(slots=True)
class Hearing:
    """What was heard so far. ``long``: a long text goes on in the next lines; ``is_numbered``: numbers before the lines were those of our problems,
    ``is_foreign``: this one is none; ``ahead``: clauses above the first value that nothing explains; ``is_last``: no line follows; ``prefix``: what
    stands in front of the line's first clause; ``is_timed``: the sentence has told the time; ``current``: its clauses so far; ``explained``: clauses that say nothing beside values, kept for a person where there are none."""

    context: Context
    is_list: bool = False
    passages: list[Passage] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    waiting: LabelsWaiting | None = None
    long: bool = False
    is_numbered: bool = False
    is_foreign: bool = False
    ahead: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)
    prefix: str = ""
    is_last: bool = False
    columns: int = 0
    final: str = ""
    is_timed: bool = False
    current: list[HeardClause] = field(default_factory=list)

    def take(self, stretch: str) -> None:
        """One stretch of the letter, of one or several lines."""
        self.long = False
        for line in plain_lines(stretch.splitlines()):
            self.is_last = self.final.strip().endswith(line)
            if self.goes_on(line):
                continue
            self.long = False
            if not self.is_of_table(line) and not self.begins_long(line):
                for part in parts(line):
                    self.line(part)

    def is_of_table(self, line: str) -> bool:
        """The head or a row of «项目⇥更正前⇥更正后»; without the head which of the two counts is certain only where the first stands in the form."""
        self.columns = self.columns or columns_of(line)
        if row := table_row(line, self.context, self.columns):
            is_sure = bool(self.columns) or row.only_asked or row.old not in {"", "?"}
            self.keep(line, [row], sure=is_sure, is_change=not row.only_asked)
        return bool(row or columns_of(line))

    def line(self, line: str) -> None:
        quoted = quoted_problem(line, self.context) or answered(line, self.context, is_list=self.is_list)
        if quoted:
            self.is_numbered = True
            if is_blank(quoted.text):
                self.waiting = LabelsWaiting([(quoted.target, quoted.row)], is_open=True)
            else:
                self.keep(line, [quoted], sure=not DOUBTS.search(quoted.text), is_ours=True)
            return
        row, rest = row_named(line, self.context)
        about, rest = problem_of(rest, self.context, is_list=self.is_list)
        self.is_numbered = self.is_numbered or about is not None
        self.is_foreign = about is None and bool(numbered(line)) and bool(self.context.numbered)
        self.prefix = line[: line.find(rest)] if rest and rest in line else ""
        if len(line) > LONGEST_LINE:
            self.unknown.append(line.strip())
            return
        if not self.passages and (positional := in_order(rest, self.context)):
            self.keep(rest, positional)
            return
        for sentence in thoughts(rest, self.context):
            self.sentence(sentence, row, about)
            about = None

    def goes_on(self, line: str) -> bool:
        """More of the long text above."""
        if not self.long:
            return False
        last = self.passages[-1]
        *front, piece = last.pieces
        about, _ = problem_of(line, self.context, is_list=self.is_list)
        if not goes_on(line, piece.text, self.context, is_problems=about is not None):
            return False
        text = f"{piece.text}\n{line}".strip()
        self.passages[-1] = replace(last, pieces=(*front, replace(piece, text=text)), more=(*last.more, line.strip()))
        return True

    def begins_long(self, line: str) -> bool:
        """«主要活动内容：…»: all that follows is its text, up to the next label behind a full stop; what stands before is read by itself."""
        if parts_in(line, self.context):
            return False  # of a part of what stands there
        about, rest = problem_of(line, self.context, is_list=self.is_list)
        said = long_said(rest, self.context)
        at = line.find(rest)
        waits = self.waiting and self.waiting.targets[0][0] in self.context.long
        if (
            said is None
            and not waits
            and about
            and about[0].field in self.context.long
            and not names(rest, self.context)
        ):
            said = (0, FieldWords(about[0].field, rest))
        if said is None:
            if not waits or is_courtesy(line):
                return False
            said = (0, FieldWords(self.waiting.targets[0][0], line)) if self.waiting else None
            self.waiting = None
        if said is None:
            return False
        begin, told = said
        for part in parts(line[: at + begin]) if begin else ():
            self.line(part)
        body, behind = apart(told.text, self.context)
        text, more, is_all = ended_text(body)
        behind = behind or more
        words = line[at + begin : len(line) - len(behind)] if begin else line[: len(line) - len(behind)]
        self.prefix = ""
        self.keep(words, [Addressed(told.target, text, -1, line, told.how, old=told.old)], sure=told.sure and is_all)
        self.long = not behind and text == body
        for part in parts(behind):
            self.line(part)
        return True

    def sentence(self, sentence: str, row: int | None, about: tuple[Problem, int] | None) -> None:
        """The clauses of one sentence: values, what explains them, and the rest."""
        heard: list[HeardClause] = []
        number = about
        if is_courtesy(sentence) and not asks_who(about, self.context):
            self.explained.append(sentence.strip())
            return
        self.is_timed, self.current = False, heard
        for clause in clauses(sentence, self.context):
            heard.append(self.clause(clause, row, about))
            self.is_timed = self.is_timed or any(is_time(piece, self.context) for piece in heard[-1].pieces)
            about = None
        told = {(piece.target, piece.row) for one in self.passages for piece in one.pieces}
        heard = with_what_stood(with_values_to_come(heard), sentence, self.context.definition)
        heard = heard if self.is_foreign else settled(heard, sentence, number, row, self.context, told)
        asked = {} if self.is_foreign else self.context.messages
        told_so_far = {piece.target: piece.text for one in self.passages if one.sure for piece in one.pieces}
        about_now = number[0].field if number else ""
        heard = edited(heard, replace(self.context, messages=asked, about=about_now, told=told_so_far))
        told = {(piece.target, piece.row) for one in heard for piece in one.pieces}
        self.waiting = None if self.waiting and told & set(self.waiting.targets) else self.waiting
        open_ones = left_open_in(heard, {target for target, _ in told}, self.context)
        doubt = any(not is_other for _, is_other in open_ones) or bool(IF.match(sentence))
        for i, one in enumerate(heard):
            if one.pieces:
                rest = without(one.text, [piece.text for piece in one.pieces])
                rest = rest.replace("拟", "") if one.is_told else rest  # «我局拟于…举办» is how one announces
                own = bool(DOUBTS.search(rest)) or is_part_told(heard, i, self.context.definition)
                is_left_open = doubt or own or (one.is_bare and open_ones and not re.search(r"[填写勾按]", one.text))
                sure = one.sure and (one.is_edit or not is_left_open)
                words = words_around(heard, i)
                is_changed = (one.is_edit and not one.is_answer) or bool(CHANGED_AT_ALL.search(words))
                self.keep(words, one.pieces, sure=sure, is_change=is_changed, is_told=one.is_told)
                if one.unsure:
                    self.keep(one.text, one.unsure, sure=False, is_change=is_changed)
            elif one.is_explained:
                self.explained.append(one.text.strip(" ，,。；;、"))
            else:
                self.prefix = ""  # the number stands before this clause
                self.unknown.append(one.text.strip(" ，,。；;、"))

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
        is_signed = (
            self.is_last and kind_of(text.strip(" 。")) == "unit" and not (self.waiting and self.waiting.is_open)
        )
        if is_explained(plain) or (is_signed and (self.passages or self.unknown)):
            return HeardClause(text, is_explained=True)
        again = None if self.waiting else once_more(plain, self.current, self.context)
        if taken := taken_up(text, plain, self.waiting or again, self.context):
            if self.waiting and taken.is_bare:
                rest = self.waiting.targets[1:] if self.waiting.in_turn else []
                self.waiting = replace(self.waiting, targets=rest) if rest else None
            return replace(taken, pieces=tuple(replace(one, old="?") for one in taken.pieces)) if again else taken
        if told_all := of_all(plain, self.context.definition):
            which = row_of_piece(told_all[0].target, row, self.context)
            pieces = tuple(addressed(one, which, text) for one in told_all if which is not None)
            return HeardClause(text, pieces, sure=all(one.sure for one in told_all))
        told = {(piece.target, piece.row) for one in self.passages for piece in one.pieces}
        if vague := left_open(plain, self.context):
            return HeardClause(text, (Addressed(vague[0], valued(plain), vague[1], text),), sure=False)
        if not self.is_foreign and (bare := bare_target(plain, self.context, told)):
            return HeardClause(text, (Addressed(bare[0], bare[1], bare[2], text),), is_bare=True)
        return HeardClause(text)

    def keep(
        self,
        written: str,
        pieces: Sequence[Addressed],
        *,
        sure: bool = True,
        is_change: bool = False,
        is_ours: bool = False,
        is_told: bool = False,
    ) -> None:
        words = f"{self.prefix}{written}".strip(" \t\u3000，,、；;。！!")
        self.prefix = ""
        if not self.passages:
            self.ahead = list(self.unknown)
        self.passages.append(
            Passage(
                words,
                tuple(replace(one, written=words) for one in pieces),
                sure=sure,
                is_change=is_change,
                is_ours=is_ours,
                is_told=is_told,
            )
        )


def heard_in(stretches: Sequence[str], context: Context) -> Hearing:
    """What all *stretches* say, in the order written (a later passage for the same field counts)."""
    lines = [line for stretch in stretches for line in stretch.splitlines()][:MOST_LINES]
    hearing = Hearing(context, is_list=is_other_list(lines, context), final=lines[-1] if lines else "")
    if ordered := in_lines(lines, context):
        hearing.keep("\n".join(line for line in lines if not says_no_value(line)), ordered)
        return hearing
    left = MOST_LINES
    for stretch in stretches:
        hearing.take("\n".join(stretch.splitlines()[: max(left, 0)]))
        left -= stretch.count("\n") + 1
    hearing.passages = not_broken_off(hearing.passages, hearing.unknown, lines, context)
    told = {piece.target for one in hearing.passages for piece in one.pieces}
    if later := moved_later([*hearing.unknown, *hearing.explained], told, context):
        hearing.unknown = [one for one in hearing.unknown if one != later.written]
        hearing.explained = [one for one in hearing.explained if one != later.written]
        hearing.keep(later.written, [later], sure=False, is_change=True)
    if not hearing.passages:
        hearing.unknown += [one for one in hearing.explained if CHANGED_AT_ALL.search(one) and not is_courtesy(one)]
    return hearing
