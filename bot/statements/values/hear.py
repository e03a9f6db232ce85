"""The clauses of an answer -> which field each is about and the words for it. Pure.

A clause is read by itself (``clause/hearing.py``). Whatever stands in between and explains (a slip, a reason, what stood there before) is no value; whatever is
not explained goes to a person, and where it doubts, its sentence puts nothing in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import field

from bot.base.problems import Problem
from bot.base.replacing import replace
from bot.base.text import is_blank
from bot.forms.labels.index import fields_of
from bot.statements.edits.sentence import edited, parts_in
from bot.statements.values.clause.counting import exceeded
from bot.statements.values.clause.event import is_time
from bot.statements.values.clause.hearing import ClauseHearing
from bot.statements.values.clause.said import FieldWords
from bot.statements.values.clause.settled import settled
from bot.statements.values.clause.taken_up import (
    NOT_SO,
    corrected,
    left_open_in,
    spoken_of,
    with_values_to_come,
    with_what_stood,
)
from bot.statements.values.clause.whole import moved_later
from bot.statements.values.context import (
    Addressed,
    Context,
    HeardClause,
    LabelsWaiting,
    Passage,
    is_part_told,
    words_around,
)
from bot.statements.values.going_on import apart, goes_on, is_labelled, led_below, long_said, not_broken_off
from bot.statements.values.left_over import in_turn
from bot.statements.values.lines import clauses, numbered, parts, plain_lines, table_row, thoughts, without
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
from bot.statements.values.which_row import row_named
from bot.statements.wording.joints import (
    CHANGED_AT_ALL,
    DOUBTS,
    IF,
    says_no_value,
)
from bot.statements.wording.remarks import ended_text
from bot.statements.wording.words import columns_of, is_courtesy

MOST_LINES = 400
LONGEST_LINE = 400  # characters; what is longer is running text


# «内容这样写可以吗：…»
ASKS_LEAVE = re.compile(r"[?？]|(?:可以|行|好|成|对|妥|合适)(?:吗|不|么)|行不行|可不可以|好不好|是否|能否|妥否")


class Hearing(ClauseHearing):
    """What was heard so far. ``long``: a long text goes on in the next lines; ``is_numbered``: numbers before the lines were those of our problems;
    ``ahead``: clauses above the first value that nothing explains; ``prefix``: what stands in front of the line's first clause; ``explained``: clauses
    that say nothing beside values, kept for a person where there are none."""

    is_list: bool = False
    long: bool = False
    is_numbered: bool = False
    ahead: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)
    prefix: str = ""
    columns: int = 0
    final: str = ""

    def take(self, stretch: str) -> None:
        """One stretch of the letter, of one or several lines."""
        self.long = False
        for line in plain_lines(stretch.splitlines()):
            self.is_last = self.final.strip().endswith(line)
            if self.goes_on(line):
                continue
            self.long = False
            led = led_below(line, self.context)
            if led or (not self.is_of_table(line) and not self.begins_long(line)):
                for part in parts(led[0] if led else line):
                    self.line(part)
            self.waiting = led[1] if led else self.waiting

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
        self.spoken = None if numbered(line) else self.spoken
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
        about, rest = problem_of(line, self.context, is_list=self.is_list)
        said = long_said(rest, self.context)
        at = line.find(rest)
        awaited = self.waiting.targets[0][0] if self.waiting else ""
        awaited = awaited if awaited in self.context.long else ""
        if (
            said is None
            and not awaited
            and about
            and about[0].field in self.context.long
            and not names(rest, self.context)
        ):
            said = (0, FieldWords(about[0].field, rest))
        is_below = said is None and bool(awaited) and not (is_courtesy(line) or is_labelled(line, self.context))
        said = (0, FieldWords(awaited, line, old=self.waiting.old if self.waiting else "")) if is_below else said
        if said is None or parts_in(line, self.context):
            return False  # nothing, or of a part of what stands there
        self.waiting = None if is_below else self.waiting
        begin, told = said
        for part in parts(line[: at + begin]) if begin else ():
            self.line(part)
        body, behind = apart(told.text, self.context)
        text, more, is_all = ended_text(body)
        behind = behind or more
        words = line[at + begin : len(line) - len(behind)] if begin else line[: len(line) - len(behind)]
        self.prefix = ""
        sure = told.sure and is_all and not ASKS_LEAVE.search(line[: line.find(told.text)])
        self.keep(words, [Addressed(told.target, text, -1, line, told.how, old=told.old)], sure=sure)
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
        spoken = spoken_of(self.spoken, sentence, self.context)
        self.spoken = spoken if spoken is self.spoken else None
        for clause in clauses(sentence, self.context):
            heard.append(self.clause(clause, row, about))
            self.is_timed = self.is_timed or any(is_time(piece, self.context) for piece in heard[-1].pieces)
            about = None
        self.spoken = spoken
        told = {(piece.target, piece.row) for one in self.passages for piece in one.pieces}
        heard = with_what_stood(with_values_to_come(corrected(heard, self.context)), sentence, self.context.definition)
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
                sure = one.sure and (one.is_edit or not is_left_open) and not is_former(heard[: i + 1], self.context)
                sure = sure and not (i + 1 < len(heard) and NOT_SO.match(heard[i + 1].text))
                sure = sure and not exceeded(one, sentence, self.context)
                words = words_around(heard, i)
                is_moved = one.is_told and WAS_PLANNED.search("".join(other.text for other in heard[: i + 1]))
                is_changed = (one.is_edit and not one.is_answer) or bool(is_moved or CHANGED_AT_ALL.search(words))
                self.keep(words, one.pieces, sure=sure, is_change=is_changed, is_told=one.is_told)
                if one.unsure:
                    self.keep(one.text, one.unsure, sure=False, is_change=is_changed)
            elif one.is_explained:
                self.explained.append(one.text.strip(" ，,。；;、"))
            else:
                self.prefix = ""  # the number stands before this clause
                self.unknown.append(one.text.strip(" ，,。；;、"))

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


# «原计划9月18日、19日两天举行，…，现压缩为一天，定于9月19日»
WAS_PLANNED = re.compile(r"原(?:计划|拟|[定订])[^。；;]{0,16}\d[日号][^。；;]*[，,]现(?!场)")
# «去年人太多，后来改到操场办的», but «跟去年一样，80人», «去年的地方太小，改到…».
FORMER_YEAR = re.compile(
    r"(?<![跟和与同比照按像])(?:去年|前年|往年|历年|上一?届)(?![^，,。；;]{0,8}的)(?!.*(?:今年|[这本]次|现|本届|如今|所以|因此))"
)


def is_former(heard: Sequence[HeardClause], context: Context) -> bool:
    """Whether the last of the clauses tells when, where and with how many people it was in another year; a number or a name that changed then stands."""
    keys = [key for piece in heard[-1].pieces for key in fields_of(piece.target)]
    kinds = {spec.kind for key in keys if (spec := context.definition.spec(key))}
    *before, last = (one.text for one in heard)
    value = heard[-1].pieces[-1].text if heard[-1].pieces else ""
    lead = "".join(before) + (last.partition(value)[0] if value else last)
    return bool(kinds & {"count", "daterange", "text"}) and bool(FORMER_YEAR.search(lead))


def heard_in(stretches: Sequence[str], context: Context) -> Hearing:
    """What all *stretches* say, in the order written (a later passage for the same field counts)."""
    lines = [line for stretch in stretches for line in stretch.splitlines()][:MOST_LINES]
    hearing = Hearing(context, is_list=is_other_list(lines, context), final=lines[-1] if lines else "")
    if ordered := in_lines(lines, context):
        hearing.keep("\n".join(line for line in lines if not says_no_value(line)), ordered)
        return hearing
    turned = in_turn(context)
    for line, piece in turned:
        hearing.keep(line, [piece], is_ours=True)
    answered_lines = {line.strip() for line, _ in turned}
    left = MOST_LINES
    for stretch in stretches:
        if answered_lines:
            stretch = "\n".join(one for one in stretch.splitlines() if one.strip() not in answered_lines)
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
