"""The clauses of an answer -> which field each is about and the words for it. Pure.

A clause is read by itself: what leads up to it, the label (or the number of a problem, or the shape of the value), what joins label and value, the
value, and what trails behind. Whatever stands in between and explains (a slip, a reason, what stood there before) is no value; whatever is
not explained goes to a person, and where it doubts, its sentence puts nothing in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.base.problems import Problem
from bot.base.text import Squeezed, fold, is_blank, squeeze
from bot.forms.labels.index import members
from bot.statements.values.context import Addressed, Context, Passage
from bot.statements.values.joints import (
    CHANGED,
    CHANGED_AT_ALL,
    SHAPES,
    Mention,
    Said,
    is_explained,
    mentions,
    moved,
    said_of,
    without_lead,
    without_tail,
)
from bot.statements.values.shapes import bare_target, held_at
from bot.statements.values.values import says_nothing, trimmed_value
from bot.statements.values.which_row import is_own_name, row_named, row_of_piece
from bot.statements.wording.words import is_announcement, is_courtesy

MOST_LINES = 400
LONGEST_LINE = 400  # characters; what is longer is running text
RUN = re.compile(r"([\W_]{12})[\W_]+")
QUOTE = re.compile(r"^[\s>＞|│]+")
CIRCLED = re.compile(r"^\s*([①-⑳])\s*[、.．:：]?")
PLAIN_DAY = re.compile(r"^\s*\d{1,2}[.．]\d{1,2}(?:\D|$)(?![\d-]{6})")
NUMBERED = re.compile(
    r"^\s*(?:第\s*)?[(（【]?\s*(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:[.、．)）】:：]|(?:处|条|点|个|项)(?:问题)?(?:的)?\s*[:：,，、]?|(?<=\d)\s(?=\S))\s*(?!\d{1,2}日)(?P<rest>.*)$",
    re.DOTALL,
)
SPLIT = re.compile(
    r"[；;，,。]\s*(?=第\s*[\d一二三四五六七八九十]{1,3}\s*[行项处条点个])|[；;，,\s]\s*(?=第\s*\d{1,2}\s*[处条点]|\d{1,2}[、．]\s*[^\d\s]|[（(]\d{1,2}[）)])"
)
CLAUSE = re.compile(
    r"[^，,；;。！!~～\n\u3000]+?(?:[，,；;。！!~～\n\u3000]+|$|(?<=\S)\s{2,}(?=\S)|(?<=\S)\s(?=正确的?|请|麻烦|谢谢|辛苦|第[一二三四五六]|应该?是))"
)
SENTENCE_END = re.compile(r"[。！!\n]\s*$")
MARKED = re.compile(
    r"[“\"「『《‘][^”\"」』》’\n]{1,80}[”\"」』》’]|[（(【][^（）()【】\n]{1,80}[）)】]|\d[,，]\d{3}(?!\d)"
)
# What leaves open what stands beside it.
DOUBTS = re.compile(
    r"待定|待确|未定|暂定|可能|也许|或许|大概率|应该(?!是|为|填|写|改|在)|再定|再确认|再核|再报|再说|再告|再跟|没定|没最后|还没|尚未|未最后|不确定|不太确定|不清楚|不知道|[先暂](?:填|写|用|按|定)|如果|假如|若是|要是|建议|能否|是否|可否|吗|[?？]|领导.{0,4}(?:定|批|研究)|看情况|具体(?:要?看|以)|届时|等.{1,12}(?:再|后|才)|左右浮动|前后$|估计要|打算|考虑|计划(?:在|于|改)|拟(?!人)"
)
FOLLOWS = re.compile(r"^[\s:：]*(?:就|也|都|还|仍|应|现|正|改|换|填|写|是|为|在|定|更|请|麻烦|直接|统一|原)*")


@dataclass(slots=True)
class Hearing:
    """What was heard so far. ``pending``: a label whose value is still to come; ``long``: a long text goes on in the next lines; ``is_numbered``: the
    numbers before the lines were those of our problems; ``ahead``: clauses above a value that nothing explains; ``prefix``: what stands in front of the
    line's first clause (its number)."""

    context: Context
    is_list: bool = False
    passages: list[Passage] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    pending: tuple[str, int] | None = None
    long: bool = False
    is_numbered: bool = False
    ahead: list[str] = field(default_factory=list)
    prefix: str = ""

    def take(self, stretch: str) -> None:
        """One stretch of the letter, of one or several lines."""
        for line in plain_lines(stretch.splitlines()):
            self.line(line)

    def line(self, line: str) -> None:
        if quoted := quoted_problem(line, self.context):
            self.keep(line, [quoted])
            return
        row, rest = row_named(line, self.context)
        about, rest = self.numbered(rest)
        self.is_numbered = self.is_numbered or about is not None
        self.prefix = line[: line.find(rest)] if rest and rest in line else ""
        if self.goes_on(rest, about):
            return
        if long := self.long_text(rest):
            self.keep(line, [long])
            self.long = True
            return
        self.long = False
        if len(line) > LONGEST_LINE:
            self.unknown.append(line.strip())
            return
        if positional := self.in_order(rest):
            self.keep(line, positional)
            return
        for sentence in sentences(rest):
            self.sentence(sentence, row, about)
            about = None

    def numbered(self, line: str) -> tuple[tuple[Problem, int] | None, str]:
        """The problem whose number begins the line, and the line without it."""
        match = NUMBERED.match(line)
        if not match or PLAIN_DAY.match(line):
            return None, line
        number = int(match["number"]) if match["number"].isdigit() else chinese(match["number"])
        known = None if self.is_list else self.context.numbered.get(number)
        if known is None and not match["number"].isdigit() and not re.match(r"\s*第?[(（]?\S{1,3}[、.．)）]", line):
            return None, line
        return known, match["rest"]

    def goes_on(self, line: str, about: object) -> bool:
        """More of the long text above."""
        if not self.long or about or is_courtesy(line) or re.search(r"[?？]\s*$|请问|请教", line):
            return False
        if mentions(Squeezed.of(line), self.context.definition, self.context.index):
            return False
        last = self.passages[-1]
        *front, piece = last.pieces
        text = f"{piece.text}\n{line}".strip()
        self.passages[-1] = replace(last, pieces=(*front, replace(piece, text=text)), more=(*last.more, line.strip()))
        return True

    def long_text(self, line: str) -> Addressed | None:
        squeezed = Squeezed.of(line[:80])
        found = mentions(squeezed, self.context.definition, self.context.index)
        if not found or found[0].target not in self.context.long or not without_lead_is_blank(line, squeezed, found[0]):
            return None
        body = line[squeezed.end(found[0].end) :]
        said = said_of(found[0].target, body, self.context.definition)
        return Addressed(said.target, said.text, -1, line, said.how, old=said.old) if said else None

    def in_order(self, line: str) -> list[Addressed]:
        """Bare values for all that was asked, in the order of the questions: «9月18日、260人、诗山中学操场»."""
        asked = [(problem.field, row) for problem, row in self.context.numbered.values() if problem.field]
        if len(asked) < 2 or self.passages:
            return []
        body = re.sub(r"^[^:：\d]{0,12}[:：]", "", line)
        parts = [part for part in re.split(r"[、，,；;\s]+", body.strip("。！! ")) if part]
        if len(parts) != len(asked):
            return []
        specs = [self.context.definition.spec(key) for key, _ in asked]
        fits = [
            spec is not None and (held_at(part, spec) if spec.kind in SHAPES else not re.search(r"\d{5,}|[@＠]", part))
            for part, spec in zip(parts, specs, strict=True)
        ]
        shaped = sum(spec is not None and spec.kind in SHAPES for spec in specs)
        if not all(fits) or shaped < 2:
            return []
        return [Addressed(key, part, row, line) for (key, row), part in zip(asked, parts, strict=True)]

    def sentence(self, sentence: str, row: int | None, about: tuple[Problem, int] | None) -> None:
        """The clauses of one sentence: values, what explains them, and the rest."""
        heard: list[Heard] = []
        for clause in clauses(sentence, self.context):
            heard.append(self.clause(clause, row, about))
            about = None
        is_changed = any(CHANGED_AT_ALL.search(one.text) for one in heard if one.pieces or one.is_explained)
        doubt = any(
            DOUBTS.search(one.text)
            for one in heard
            if not one.is_explained and (not one.pieces or DOUBTS.search(one.text)) and not one.is_elsewhere
        )
        left: list[str] = []
        for i, one in enumerate(heard):
            if one.pieces:
                words = words_around(heard, i)
                own = bool(DOUBTS.search(without_values(one)))
                self.keep(words, one.pieces, sure=not (doubt or own) and one.sure, is_change=is_changed)
            elif not one.is_explained:
                left.append(one.text.strip(" ，,。；;、"))
        self.unknown += left

    def clause(self, text: str, row: int | None, about: tuple[Problem, int] | None) -> Heard:
        """One clause: its values, or what it is beside them."""
        plain = without_lead(text, lambda word: is_own_name(word, row, self.context))
        if not squeeze(plain).strip(",.;:!") or is_courtesy(plain) or is_announcement(plain):
            return Heard(text, is_explained=True)
        squeezed = Squeezed.of(plain)
        found = mentions(squeezed, self.context.definition, self.context.index)
        pieces: list[Addressed] = []
        if found:
            self.pending = None
            said = [self.piece(squeezed, found, i, row) for i in range(len(found))]
            pieces = [one for one in said if one]
            if pieces and all(said):
                return Heard(text, tuple(pieces), sure=led_up(squeezed, found[0]))
            if is_explained(plain) or (self.pending and not pieces):
                last = found[-1].target
                which = row_of_piece(last, row, self.context)
                self.pending = (last, which) if which is not None else None
                return Heard(text, is_explained=True)
            return Heard(text, tuple(pieces), sure=False, is_elsewhere=not pieces)
        return self.unlabelled(text, plain, row, about)

    def unlabelled(self, text: str, plain: str, row: int | None, about: tuple[Problem, int] | None) -> Heard:
        """A clause without a label: the value of the label before, of the problem whose number began the line, or what its shape tells."""
        if about and about[0].field:
            value = valued(FOLLOWS.sub("", plain, count=1))
            if not says_nothing(value):
                return Heard(text, (Addressed(about[0].field, value, about[1], text),))
        if is_explained(plain):
            return Heard(text, is_explained=True)
        if time := moved(plain, self.context.definition):
            which = row_of_piece(time[0].target, row, self.context)
            return Heard(
                text, (Addressed(time[0].target, time[0].text, which, text, old="?"),) if which is not None else ()
            )
        if self.pending:
            target, which = self.pending
            said = said_of(target, f"：{plain}" if not CHANGED.match(plain) else plain, self.context.definition)
            if said and not is_blank(said.text):
                self.pending = None
                value = valued(FOLLOWS.sub("", said.text, count=1))
                return Heard(text, (Addressed(target, value, which, text, said.how, old=said.old, prose=True),))
        told = {(piece.target, piece.row) for one in self.passages for piece in one.pieces}
        if bare := bare_target(plain, self.context, told):
            return Heard(text, (Addressed(bare[0], bare[1], bare[2], text),))
        return Heard(text)

    def piece(self, squeezed: Squeezed, found: Sequence[Mention], i: int, row: int | None) -> Addressed | None:
        """What is said of the *i*-th label of a clause."""
        stop = squeezed.begin(found[i + 1].begin) if i + 1 < len(found) else len(squeezed.original)
        body = squeezed.original[squeezed.end(found[i].end) : stop].rstrip(" ，,、；;和及与的")
        target = found[i].target
        said: Said | None = said_of(target, without_tail(body), self.context.definition)
        which = row_of_piece(target, row, self.context)
        if said is None or which is None:
            return None
        if is_blank(said.text):
            self.pending = (target, which)
            return None
        return Addressed(target, valued(said.text), which, squeezed.original, said.how, old=said.old, prose=said.prose)

    def keep(self, written: str, pieces: Sequence[Addressed], *, sure: bool = True, is_change: bool = False) -> None:
        words = f"{self.prefix}{written}".strip(" \t\u3000，,、；;")
        self.prefix = ""
        self.ahead += [one for one in self.unknown if one not in self.ahead]
        self.passages.append(
            Passage(words, tuple(replace(one, written=words) for one in pieces), sure=sure, is_change=is_change)
        )


@dataclass(frozen=True, slots=True)
class Heard:
    """A clause. ``is_explained``: it says nothing by itself; ``is_elsewhere``: it is about another field, of which nothing was understood."""

    text: str
    pieces: tuple[Addressed, ...] = ()
    sure: bool = True
    is_explained: bool = False
    is_elsewhere: bool = False


def heard_in(stretches: Sequence[str], context: Context) -> Hearing:
    """What all *stretches* say, in the order written (a later passage for the same field counts)."""
    lines = [line for stretch in stretches for line in stretch.splitlines()][:MOST_LINES]
    hearing = Hearing(context, is_list=is_other_list(lines, context))
    for stretch in stretches:
        hearing.take(stretch)
    return hearing


def is_other_list(lines: Sequence[str], context: Context) -> bool:
    """Numbered lines most of whose numbers are no problem's: a menu, or what the sender wants to say himself."""
    matches = [match for line in lines if (match := NUMBERED.match(line)) and not PLAIN_DAY.match(line)]
    numbers = [int(match["number"]) for match in matches if match["number"].isdigit()]
    fitting = sum(number in context.numbered for number in numbers)
    return len(numbers) - fitting > fitting


def plain_lines(body: Sequence[str]) -> Iterator[str]:
    for line in body[:MOST_LINES]:
        bare = CIRCLED.sub(lambda match: f"{fold(match[1])}、", RUN.sub(r"\1", QUOTE.sub("", line))).strip()
        yield from (part for part in SPLIT.split(bare) if not is_blank(part))


def sentences(line: str) -> Iterator[str]:
    masked = MARKED.sub(lambda match: "＿" * len(match.group()), line)
    at = 0
    for match in re.finditer(r"[。！!；;]+", masked):
        if line[at : match.end()].strip():
            yield line[at : match.end()]
        at = match.end()
    if line[at:].strip():
        yield line[at:]


def clauses(sentence: str, context: Context) -> Iterator[str]:
    """The clauses of a sentence. Marks, brackets and 1,200 are not cut; a comma belongs to the value behind a label and a colon unless what
    follows begins anew."""
    masked = MARKED.sub(lambda match: "＿" * len(match.group()), sentence)
    pieces = [sentence[match.start() : match.end()] for match in CLAUSE.finditer(masked)]
    held = ""
    for i, piece in enumerate(pieces):
        held += piece
        follower = pieces[i + 1] if i + 1 < len(pieces) else ""
        if follower and belongs(held, follower, context):
            continue
        yield held
        held = ""


def belongs(held: str, follower: str, context: Context) -> bool:
    """Whether *follower* goes on with the value of a label and colon in *held*: «地点：市图书馆，三楼报告厅»."""
    head = re.match(r"^[^:：，,]{2,20}[:：]\s*\S", held)
    plain = follower.strip(" ，,。；;！!")
    if not head or not context.index.pattern.search(squeeze(held[: head.end()])):
        return False
    if is_courtesy(plain) or is_explained(plain) or DOUBTS.search(plain) or len(plain) > 24:
        return False
    if re.search(r"\d{7}|[@＠]|[\d一二三四五六七八九十百千]+\s*余?[人名]", plain) or context.index.pattern.search(
        squeeze(plain)
    ):
        return False
    return not re.search(
        r"[了吧呢吗]$|^(?:我|你|您|请|麻烦|谢|另|还|也|都|但|不|没|因|所以|届时|之前|原|到时|具体)", plain
    )


def quoted_problem(line: str, context: Context) -> Addressed | None:
    """A line of our list of problems with the answer behind it."""
    squeezed = Squeezed.of(line)
    for words, (problem, row) in context.messages.items():
        at = squeezed.text.find(words)
        if at >= 0 and problem.field:
            rest = SHOWN.sub("", line[squeezed.end(at + len(words)) :])
            return Addressed(problem.field, valued(LEADING.sub("", rest, count=1)), row, line)
    return None


SHOWN = re.compile(r"^\s*(?:（所填：.*?）)?\s*(?:（(?:表\d|第\d|工作表|正文|回信)[^（）]{0,60}）)?\s*")
LEADING = re.compile(
    r"^[\s→\-—–>＞=]*(?:答|回复|回答|答复|答案|更正|补充)?\s*(?:(?:现|应该?|请)?(?:改|更改|更正|修改|变更|调整|补充|补|填写?)(?:为|成|到|是)|应为|应是|为|是|勾选|选择?)?\s*[:：]?\s*"
)


def valued(text: str) -> str:
    return trimmed_value(without_tail(text))


def led_up(squeezed: Squeezed, first: Mention) -> bool:
    return first.is_led_up


def without_lead_is_blank(line: str, squeezed: Squeezed, mention: Mention) -> bool:
    return is_blank(without_lead(line[: squeezed.begin(mention.begin)], lambda word: False)) or mention.is_led_up


def words_around(heard: Sequence[Heard], i: int) -> str:
    """The words of the *i*-th clause with what explains it before and behind."""
    first = i
    while first > 0 and heard[first - 1].is_explained:
        first -= 1
    last = i
    while last + 1 < len(heard) and heard[last + 1].is_explained:
        last += 1
    return "".join(one.text for one in heard[first : last + 1])


def without_values(one: Heard) -> str:
    text = one.text
    for piece in one.pieces:
        text = text.replace(piece.text, " ")
    return text


def targets_of(pieces: Sequence[Addressed]) -> set[str]:
    return {key for piece in pieces for key in (members(piece.target) or (piece.target,))}


def chinese(text: str) -> int:
    """«一» to «九十九» as a number, 0 for anything else."""
    digits = "零一二三四五六七八九"
    tens, ten, ones = text.partition("十")
    if not ten:
        return digits.index(text) if len(text) == 1 else 0
    return (digits.index(tens) if tens else 1) * 10 + (digits.index(ones) if ones else 0)
