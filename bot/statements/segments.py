"""A letter cut into stretches that each say one thing: of a kind by their words, courtesy, or perhaps a value. Pure.

Every character of the letter stands in one stretch. What is cut off by its kind is no longer looked at for values, so that «地点在一楼大厅，请问还要盖章吗»
is a value and a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.base.text import squeeze
from bot.forms.labels.index import LabelIndex
from bot.statements.kinds import TAIL_QUESTION, kind_of_clause
from bot.statements.model import Said
from bot.statements.values.joints import HEDGED
from bot.statements.wording.words import Letter, is_announcement, is_courtesy, kind_of

SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;]*[”\"」』]?[。！!？?；;]*")
# A clause ends at a comma, and before the words that begin a new thought where somebody speaks without any.
CLAUSE = re.compile(
    r"[^，,、\u3000]+?(?:[，,、\u3000]+|$|(?=(?<=.)(?:另外|对了|顺便|还有(?:就是)?|请问|想问|想咨询|咨询一下|麻烦问))|(?<=[^\s])\s{2,}(?=\S)|(?<=[\u4e00-\u9fff])\s(?=[\u4e00-\u9fff]{4}))"
)
MARKS = re.compile(r"[“\"「『《][^”\"」』》\n]{1,60}[”\"」』》]|[（(][^（）()\n]{1,60}[）)]")
CONDITION = re.compile(r"^(?:另外|还有|但|不过|同时)?(?:如果|如遇|假如|要是|倘若|若(?!干)|万一|遇)")
POLITE = re.compile(
    r"^(?:如|若|倘|有)(?:还|仍)?有?(?:任何|其他|什么|哪里)?(?:问题|疑问|不妥|不当|不足|错误|遗漏|误|不清|不明|需要|需|不对)[^。；;？?]{0,40}(?:联系|告知|致电|指出|沟通|电|指正|找我|说|吩咐|指导|谅解|见谅|修改|回复)[^。？?]{0,24}$"
)


class Plainly(StrEnum):
    """Stretches that say nothing: courtesy and who writes."""

    COURTESY = "courtesy"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a letter from ``begin`` on. ``kind`` None: it may be a value."""

    begin: int
    text: str
    kind: Said | Plainly | None = None

    @property
    def end(self) -> int:
        return self.begin + len(self.text)


def segments_of(text: str, letter: Letter, labels: LabelIndex, *, confirms: bool = False) -> list[Segment]:
    """The stretches of *text*, whose body and signature are *letter*'s lines."""
    found: list[Segment] = []
    at = 0
    inside = False  # the lines of a long text are one value, whatever they say
    for line, is_body in [*((one, True) for one in letter.body), *((one, False) for one in letter.signature)]:
        begin = text.find(line, at)
        at = begin + len(line)
        if not line.strip():
            continue
        if not is_body:
            found.append(Segment(begin, line, Plainly.SIGNATURE))
            continue
        inside = goes_on(line, labels, inside)
        if inside:
            found.append(Segment(begin, line))
        else:
            found += cut(line, begin, labels, confirms=confirms)
    return found


LONG = re.compile(
    r"^(?:[^，,。；;]{0,40}[，,；;。])?[\W\d_一二三四五六七八九十]*(?:主要)?(?:活动)?(?:内容|简介|方案)\S{0,12}?(?:[:：]|如下|改为|补充)"
)
NEXT = re.compile(
    r"^\s*(?:[（(]?\d{1,2}\s*[.、．)）]|[一二三四五六七八九十]{1,3}、|第[\d一二三四五]{1,2}[条项处点])|[?？]\s*$|请问|请教"
)


def goes_on(line: str, labels: LabelIndex, inside: bool) -> bool:
    """Whether *line* belongs to a long text: it begins one, or follows in it without a label, a number or a question of its own."""
    if LONG.match(line):
        return True
    if not inside or is_courtesy(line) or NEXT.search(line):
        return False
    match = labels.pattern.search(squeeze(line))
    return not (match and match.start() <= 3 and re.match(r"[:：是为改]", squeeze(line)[match.end() :]))


def cut(line: str, begin: int, labels: LabelIndex, *, confirms: bool) -> Iterator[Segment]:
    """The stretches of one line; what may be a value stays together as it was written."""
    pieces: list[Segment] = []
    for match in SENTENCE.finditer(line):
        pieces += sentence(match.group(), begin + match.start(), labels, confirms=confirms)
    yield from together(pieces, line, begin)


def together(pieces: Sequence[Segment], line: str, begin: int) -> Iterator[Segment]:
    """Neighbours of one kind as one stretch."""
    held: Segment | None = None
    for piece in pieces:
        if held and held.kind == piece.kind and (piece.kind is None or not isinstance(piece.kind, Plainly)):
            held = replace(held, text=line[held.begin - begin : piece.end - begin])
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def sentence(text: str, begin: int, labels: LabelIndex, *, confirms: bool) -> list[Segment]:
    plain = text.strip()
    if not plain:
        return []
    if is_courtesy(plain) or POLITE.match(plain.rstrip("。！!~")):
        found = kind_of_clause(plain, confirms=True) if confirms else None
        return [Segment(begin, text, found if found is Said.CONFIRM else Plainly.COURTESY)]
    clauses = list(clauses_of(text, begin))
    if is_asked_about(clauses):
        return [*polite_head(clauses), *joined(text, begin, clauses, Said.QUESTION)]
    found_kinds: list[Segment] = []
    for i, one in enumerate(clauses):
        if CONDITION.match(one.text.strip()) and not is_value_like(one.text, labels):
            rest = Segment(one.begin, text[one.begin - begin :])
            return [*found_kinds, replace(rest, kind=kind_of_clause(rest.text, confirms=confirms))]
        found_kinds.append(classified(one, labels, confirms=confirms))
        del i
    return found_kinds


def is_asked_about(clauses: Sequence[Segment]) -> bool:
    return len(clauses) > 1 and bool(TAIL_QUESTION.search(clauses[-1].text.strip(" ，,。！!")))


def polite_head(clauses: Sequence[Segment]) -> list[Segment]:
    return [replace(clauses[0], kind=Plainly.COURTESY)] if is_courtesy(clauses[0].text) else []


def joined(text: str, begin: int, clauses: Sequence[Segment], kind: Said) -> list[Segment]:
    first = next((one for one in clauses if not is_courtesy(one.text)), clauses[0])
    return [Segment(first.begin, text[first.begin - begin :], kind)]


def classified(clause: Segment, labels: LabelIndex, *, confirms: bool) -> Segment:
    plain = clause.text.strip(" \t\u3000，,。！!；;~～")
    if not plain or is_courtesy(plain) or is_announcement(plain):
        return replace(clause, kind=Plainly.COURTESY)
    kind = kind_of_clause(plain, confirms=confirms)
    if kind in YIELDING and is_value_like(plain, labels):
        kind = None
    return replace(clause, kind=kind)


# Where a label with a value stands in the same clause, it is that.
YIELDING = {Said.COVER, Said.CONTACT, Said.REPLACES, Said.FOR_OTHERS, Said.NIL_REPORT, Said.DRAFT}
TELLS = re.compile(
    r"^(?:那里|那栏|里)?[错漏少多写填打印]|[:：=]\s*\S|(?:为|是|改|在|到|换|定|叫|勾|选|加|去掉)(?=.*\S)|\d{5,}|[@＠]"
)


def is_value_like(text: str, labels: LabelIndex) -> bool:
    """Whether a label of the form with something said of it stands in it."""
    squeezed = squeeze(text)
    match = labels.pattern.search(squeezed)
    return bool(match and TELLS.search(squeezed[match.end() :]) and not HEDGED.search(text))


def clauses_of(text: str, begin: int) -> Iterator[Segment]:
    """The clauses of a sentence; marks and brackets are not cut."""
    masked = MARKS.sub(lambda match: "“" + "＿" * (len(match.group()) - 2) + "”", text)
    for match in CLAUSE.finditer(masked):
        piece = text[match.start() : match.end()]
        if piece.strip():
            yield Segment(begin + match.start(), piece)


def is_plain(segment: Segment) -> bool:
    return isinstance(segment.kind, Plainly) or bool(kind_of(segment.text))
