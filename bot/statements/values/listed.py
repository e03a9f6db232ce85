"""Lines that belong to what stands before them: answers in the order or by the numbers of our questions, and long texts over several lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.base.problems import Problem
from bot.base.text import Squeezed, is_blank, squeeze
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.labels.index import LabelIndex, members
from bot.forms.values.numerals import counted_value
from bot.forms.values.phones import is_mobile
from bot.statements.values.context import Addressed, Context, HeardClause, LabelsWaiting, Passage
from bot.statements.values.free import SAYS_OF_UNIT
from bot.statements.values.lines import BULLET, IN_WORDS, TIME_ALONE, numbered, quoted_answer
from bot.statements.values.said import FieldWords, mentions, said_of, valued
from bot.statements.values.shapes import PUBLIC, SHAPES, choices_in, found_in, held_at, is_free, is_name_alone, shaped
from bot.statements.values.which_row import row_of_piece
from bot.statements.values.whole import asked_of_kind
from bot.statements.wording.joining import joined
from bot.statements.wording.joints import (
    ANOTHERS,
    CALLED,
    DOUBTS,
    FULL_NAME_OF_UNIT,
    TAKES,
    says_no_value,
    without_tail,
)
from bot.statements.wording.signature import SignedText, kind_of
from bot.statements.wording.words import HOUSE_MOVES, is_courtesy


def problem_of(line: str, context: Context, *, is_list: bool) -> tuple[tuple[Problem, int] | None, str]:
    """The problem whose number begins the line, and the line without it."""
    match = numbered(line)
    if not match:
        return at_an_end(line, context, is_list=is_list)
    number = counted_value(match["number"]) or 0
    known = None if is_list else context.numbered.get(number)
    if known is None and not match["number"].isdigit() and not re.match(r"\s*第?[(（]?\S{1,3}[、.．)）]", line):
        return None, line
    return known, match["rest"]


def at_an_end(line: str, context: Context, *, is_list: bool) -> tuple[tuple[Problem, int] | None, str]:
    """«前一个…», «最后一条…»: the first or the last of the problems; of more than two «前面那个» may be any."""
    match = IN_WORDS.match(line)
    asked = [] if is_list else list(context.numbered.values())
    if match is None or len(asked) < 2 or (len(asked) > 2 and not re.match(r"\s*(?:头|最后|末)", line)):
        return None, line
    return asked[0 if match["first"] else -1], match["rest"]


def answered(line: str, context: Context, *, is_list: bool) -> Addressed | None:
    """A line of our list in its own words, with the answer behind it."""
    told = quoted_answer(line)
    if not told:
        return None
    about, rest = problem_of(told[0], context, is_list=is_list)
    found = mentions(Squeezed.of(rest), context.definition, context.index)
    target = about[0].field if about else found[0].target if found else ""
    row = row_of_piece(target, about[1] if about else None, context) if target else None
    return Addressed(target, valued(told[1]), row, line) if row is not None else None


def in_order(line: str, context: Context) -> list[Addressed]:
    """Bare values for all that was asked, in the order of the questions: «9月18日、260人、诗山中学操场»."""
    asked = [(problem.field, row) for problem, row in context.numbered.values() if problem.field]
    if len(asked) < 2 or names(line, context):
        return []
    body = re.sub(r"^[^:：\d]{0,12}[:：]", "", line).strip("。！! ")
    body = re.sub(r"(?<=[\u4e00-\u9fff])(?=1[3-9]\d{9}|0\d{2,3}-?\d{7})", " ", body)  # «王小明13900000000»
    body = IN_TURN.sub("", re.sub(r"(?<=\d)(?:人|名)?[和与及](?=\d)", "、", body) if IN_TURN.match(body) else body)
    specs = [context.definition.spec(key) for key, _ in asked]
    for cut in (r"[；;\n]", r"[，,；;]", r"[、，,；;/\s]+", r"\s+"):
        pieces = with_hours([part.strip() for part in re.split(cut, body) if part.strip()])
        if len(pieces) == len(asked) and (places := places_of(pieces, specs)):
            return [Addressed(asked[i][0], part, asked[i][1], line) for i, part in zip(places, pieces, strict=True)]
    return []


# «分别是260和18»
IN_TURN = re.compile(r"^(?:两个)?(?:数字?|人数)?(?:分别|依次)(?:应该?|改)?(?:是|为|填|写)*\s*")


def in_lines(lines: Sequence[str], context: Context) -> list[Addressed]:
    """A bare value a line, for all that was asked, and nothing else but thanks."""
    told = [BULLET.sub("", line).strip() for line in lines if line.strip() and not says_no_value(line)]
    framed = [LEADING.sub("", match["inner"], count=1) for line in told if (match := FRAMED.match(line))]
    told = framed or told  # «见【】», and a value in brackets a line
    while len(told) > len(context.numbered) and kind_of(told[-1]):
        told.pop()  # who writes
    if len(told) != len(context.numbered) or len(told) < 2 or any(map(numbered, told)):
        return []
    return [] if any(names(line, context) for line in told) else in_order("\n".join(told), context)


FRAMED = re.compile(r"^【(?P<inner>[^【】]{1,60})】$")


def names(text: str, context: Context) -> bool:
    """Whether a label of the form stands in *text*."""
    return bool(mentions(Squeezed.of(text[:80]), context.definition, context.index))


def places_of(pieces: Sequence[str], specs: Sequence[FieldSpec | None]) -> list[int]:
    """Which question each value answers: in their order, or each the only one that it fits."""
    is_asked = any(spec and spec.kind == "mobile" for spec in specs)
    fitting = [
        [i for i, spec in enumerate(specs) if fits_kind(piece, spec) and not (is_asked and is_others(piece, spec))]
        for piece in pieces
    ]
    if all(i in places for i, places in enumerate(fitting)):
        return list(range(len(pieces)))
    only = [places[0] for places in fitting if len(places) == 1]
    return only if len(set(only)) == len(pieces) else []


def is_others(text: str, spec: FieldSpec | None) -> bool:
    """A mobile number, where the mobile number is asked for as well."""
    return bool(spec and spec.kind == "phone" and is_mobile(re.sub(r"\D", "", text)))


def with_hours(pieces: list[str]) -> list[str]:
    """«9/18», «上午» are one."""
    found: list[str] = []
    for piece in pieces:
        if found and TIME_ALONE.fullmatch(piece) and not piece.isdigit():
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return found


def fits_kind(text: str, spec: FieldSpec | None) -> bool:
    """Whether *text* can be a value of the kind, in a list of values."""
    if spec is None:
        return False
    if spec.kind in SHAPES or spec.kind in {"choice", "person"}:
        return held_at(text, spec)
    return not re.search(r"\d{5,}|[@＠]|\d{1,2}月\d|\d人", text) and is_free(
        text, spec, is_name=spec.kind == "text" and spec.key.endswith("name")
    )


def is_other_list(lines: Sequence[str], context: Context) -> bool:
    """Numbered lines most of whose numbers are no problem's: a menu, or what the sender wants to say himself."""
    numbers = [int(match["number"]) for line in lines if (match := numbered(line)) and match["number"].isdigit()]
    fitting = sum(number in context.numbered for number in numbers)
    return len(numbers) - fitting > fitting


def quoted_problem(line: str, context: Context) -> Addressed | None:
    """A line of our list of problems with the answer behind it."""
    asked = [words for words, (problem, _) in context.messages.items() if problem.field]
    if (found := behind_question(line, asked)) is None:
        return None
    problem, row = context.messages[found[0]]
    rest = re.sub(r"^\s*[【\[（(](.*)[】\])）]\s*$", r"\1", found[1])
    return Addressed(problem.field, valued(LEADING.sub("", rest, count=1)), row, line)


def behind_question(line: str, asked: Iterable[str]) -> tuple[str, str] | None:
    """Which of the questions that we *asked* (squeezed) stands in *line*, and what was written behind it; None where none does."""
    squeezed = Squeezed.of(line)
    text = squeezed.text.translate(QUOTES)  # programs turn “ ” into " "
    for words in asked:
        if (at := text.find(words.translate(QUOTES))) >= 0:
            return words, SHOWN.sub("", line[squeezed.end(at + len(words)) :])
    return None


QUOTES = dict.fromkeys(map(ord, "“”‘’'「」『』"), '"')
SHOWN = re.compile(r"^\s*(?:（所填：.*?）)?\s*(?:（(?:表\d|第\d|工作表|正文|回信)[^（）]{0,60}）)?\s*")
LEADING = re.compile(
    r"^[\s→\-—–>＞=]*(?:答|回复|回答|答复|答案|更正|补充)?\s*(?:(?:现|应该?|请)?(?:改|更改|更正|修改|变更|调整|补充|补|填写?)(?:为|成|到|是)|应该?[为是]|为|是|勾选|选择?)?\s*[:：]?\s*"
)


LONG_ENDS = re.compile(
    r"^\s*(?:另|此外|请(?!专家|来|到)|以上|特此|附[:：件]|妥否|注[:：]|PS|备注|其[他它余]|[（(]?联系)|[?？]\s*$|请问|请教",
    re.IGNORECASE,
)


def goes_on(line: str, text: str, context: Context, *, is_problems: bool) -> bool:
    """Whether *line* is more of *text*, which stands above it. *is_problems*: its number is one of our problems'."""
    if is_courtesy(line) or LONG_ENDS.search(line) or kind_of(line):
        return False
    if is_problems and text and not numbered(text):
        return False
    is_short = len(line) <= 24 and not re.search(r"[。；;！]$", line) and not numbered(line)
    if text.endswith(("。", "！")) and is_short:
        return False  # who writes
    squeezed = Squeezed.of(line)
    found = mentions(squeezed, context.definition, context.index)
    told = joined(squeezed.original[squeezed.end(found[0].end) :]) if found else None
    return not found or (found[0].begin > 3 and not found[0].is_led_up and not (told and told.is_change))


def apart(text: str, context: Context) -> tuple[str, str]:
    """A long text, and what follows it in the same line about another field."""
    for match in re.finditer(r"[。；;]\s*", text):
        behind = text[match.end() :]
        squeezed = Squeezed.of(behind[:40])
        label = context.index.pattern.match(squeezed.text)
        if label and re.match(r"[:：]", squeezed.text[label.end(1) :]):
            return text[: match.start() + 1], behind
    return text, ""


def long_said(line: str, context: Context) -> tuple[int, FieldWords] | None:
    """Where in *line* a long text is announced, and what is said of it."""
    for match in re.finditer(r"(?:^|[；;。，,])", line[:200]):
        rest = WE_SAID.sub("", line[match.end() :], count=1)
        squeezed = Squeezed.of(rest[:40])
        found = mentions(squeezed, context.definition, context.index)
        if not found or found[0].target not in context.long or not found[0].is_led_up:
            continue
        body = rest[squeezed.end(found[0].end) :]
        if (said := said_of(found[0].target, body, context.definition)) and said.how != "part":
            return match.end(), said
    return None


# «你们说主要活动内容太简单，现补充如下：…»
WE_SAID = re.compile(
    r"\s*(?:(?:老师|您|你们?|贵部|科普部|通知|邮件|来信|信)(?:们|里|中)?)*(?:说|提到|提出|指出|反馈|反映|要求)*(?:的|是)?"
)


def with_values_to_come(heard: Sequence[HeardClause]) -> list[HeardClause]:
    """«时间临时有变，9月20日»: the label's clause says nothing more where the next has its value."""
    return [
        replace(one, is_explained=True)
        if not DOUBTS.search(one.text) and any(piece.target in one.awaits for piece in follower.pieces)
        else one
        for one, follower in zip(heard, [*heard[1:], HeardClause("")], strict=False)
    ]


def asks_who(about: tuple[Problem, int] | None, context: Context) -> bool:
    """Whether a name was asked for, so that «1. 陈主任» greets nobody."""
    spec = context.definition.spec(about[0].field) if about else None
    return spec is not None and spec.kind == "person"


def as_signed(passage: Passage, letter: SignedText, definition: FormDefinition) -> Passage:
    """«联系电话就用落款的那个», where the signature holds one of its kind."""
    pieces: list[Addressed] = []
    for piece in passage.pieces:
        spec = definition.spec(piece.target)
        lines = [line for line in letter.signature if not re.match(r"\W*(?:传真|Fax)", line, re.IGNORECASE)]
        held = {value for line in lines if spec for _, _, value in found_in(line, spec)}
        if not spec or not SIGNED.search(piece.text) or len(held) != 1:
            return passage
        pieces.append(replace(piece, text=held.pop()))
    return replace(passage, pieces=tuple(pieces), sure=True) if pieces else passage


SIGNED = re.compile(r"落款|签名|署名|信[末尾]|文末|最下面")


def not_broken_off(
    passages: Sequence[Passage], unknown: Collection[str], lines: Sequence[str], context: Context
) -> list[Passage]:
    """The passages; a place or a unit whose line ends with it may go on in the next one, of which nothing was understood: so it does where more
    lines follow; of the last one it is not certain (it may be who writes)."""
    behind = {line.strip(): after.strip(" \u3000，,。；;、") for line, after in pairwise(lines) if line.strip()}
    last = max((i for i, line in enumerate(lines) if line.strip()), default=0)
    inner = {line.strip(" \u3000，,。；;、") for line in lines[:last]}
    found: list[Passage] = []
    for one in passages:
        after = line_below(one, behind, unknown, context)
        if (
            after
            and after in inner
            and CALLED.search(after)
            and not (GOES_ON_ANEW.match(after) or SAYS_OF_UNIT.match(after))
        ):
            *front, piece = one.pieces
            one = replace(one, pieces=(*front, replace(piece, text=f"{piece.text}{after}")), more=(after,))
        found.append(replace(one, sure=one.sure and not (after and not one.more)))
    return found


GOES_ON_ANEW = re.compile(r"还有|和|及|与|另|也|就|在|以及")


def line_below(passage: Passage, behind: Mapping[str, str], unknown: Collection[str], context: Context) -> str:
    """The next line, where a place or a unit may go on in it."""
    piece = passage.pieces[-1] if passage.pieces else None
    spec = context.definition.spec(piece.target) if piece else None
    if piece is None or spec is None or spec.kind not in {"text", "unit"}:
        return ""
    after = next((after for line, after in behind.items() if piece.text and line.endswith(piece.text)), "")
    return after if after in unknown else ""


REASON = re.compile(r"^(?:因为?|由于|受)[^，,]{1,16}?(?=改|换|调整|移|挪|变更)")


# «…，麻烦改成60», «…，全称“小小机器人工程师”»: of the field just spoken of.
ONCE_MORE = re.compile(
    r"^(?:请|麻烦|烦请|帮忙?|您|老师|核对一下|要|统一|还是|就|再|直接|给我?们?)*(?:更?改|换|更正|调整|修改|变更)(?:成|为|到|在)|^(?:请|麻烦|烦请|帮)[^，,]{0,4}(?:改|换)(?![正过下一])|^(?:活动)?(?:名称)?的?(?:全称|全名|完整的?名称)"
)
FULL_NAME = re.compile(r"^(?:活动)?(?:名称)?的?(?:全称|全名|完整的?名称)(?:应该?)?(?:[是为叫]|[:：])?(?P<value>.{3,})$")


def once_more(plain: str, current: Sequence[HeardClause], context: Context) -> LabelsWaiting | None:
    """The field of which the sentence spoke last, where a clause without any label goes on with it."""
    last = next((one for one in reversed(current) if one.pieces or one.awaits), None)
    if last is None or not ONCE_MORE.match(plain):
        return None
    target = (last.pieces[-1].target, last.pieces[-1].row) if last.pieces else (last.awaits[-1], -1)
    return None if target[0] in context.long else LabelsWaiting([target], is_open=False)


def taken_up(text: str, plain: str, waiting: LabelsWaiting | None, context: Context) -> HeardClause | None:
    """A clause as the value of the labels that wait for one (``is_bare``), or of the one unit that was asked for."""
    units = asked_of_kind("unit", context)
    if len(units) == 1 and (match := FULL_NAME_OF_UNIT.match(plain)):
        return HeardClause(text, (Addressed(units[0][0], valued(match["value"]), -1, text),))
    if waiting is None:
        return None
    target = waiting.targets[0][0]
    keys = members(target) or (target,)
    spec = context.definition.spec(keys[0])
    value, sure = "", True
    kinds = {one.kind for key in keys if (one := context.definition.spec(key))}
    if spec and (spec.kind in SHAPES or spec.kind == "choice") and len(kinds) == 1:
        found = shaped(plain, spec)
        value, sure = (found.text, found.is_clean) if found else ("", False)
        value = "" if "staff" in spec.key and PUBLIC.search(plain) else value  # «…，800是公众»
    elif (told := joined(without_tail(plain))) and told.old and told.is_change:
        value = valued(told.new)  # «由室外广场移至室内体育馆»
    elif match := FULL_NAME.match(without_tail(plain)) or TAKES.match(without_tail(plain)):
        value = valued(match["value"])
    elif told and (told.is_change or re.match("现|最[终后]", plain)):
        value = valued(told.new)  # «因装修改在市青少年宫三楼», «“…农科所”应是“…研究所”»
    elif waiting.is_open or (spec and (held_at(plain, spec) or is_name_alone(plain, spec, context))):
        value = valued(plain)
    if is_blank(value) or COMPLAINS.search(plain):
        return None
    if (
        spec
        and spec.kind == "text"
        and re.search(rf"(?:我们?|本)(?![\u4e00-\u9fff]{{2,3}}[市县区镇乡]){re.escape(value)}", plain)
    ):
        sure = False  # «在我们镇综合文化站»: the name is shorter than it is
    if spec and spec.kind == "text" and HOUSE_MOVES.search(plain):
        sure = False
    targets = waiting.targets[:1] if waiting.in_turn else waiting.targets
    prose = not waiting.is_open
    pieces = tuple(Addressed(one, value, row, text, prose=prose) for one, row in targets)
    return HeardClause(text, pieces, sure=sure and waiting.sure, is_bare=True)


COMPLAINS = re.compile(r"明明|[写填]着(?=[^，,。；;]{2})|怎么会")  # «可明明写着县林业局»
ONLY = re.compile(r"只(?:勾|选|填|写|打)(?:选|勾)?了(?P<old>[^，,。；;]{2,30})")


def with_what_stood(heard: Sequence[HeardClause], sentence: str, definition: FormDefinition) -> list[HeardClause]:
    """«加上老年人，原来只勾了青少年»: choices are added to those that stood there, as the sentence says."""
    match = ONLY.search(sentence)

    def told(piece: Addressed) -> Addressed:
        spec = definition.spec(piece.target)
        stood = next(choices_in(match["old"], spec), None) if match and spec and spec.kind == "choice" else None
        return replace(piece, old=stood[2]) if stood and piece.how == "add" else piece

    return [replace(one, pieces=tuple(map(told, one.pieces))) for one in heard]


def is_of_others(text: str, told: Collection[str], index: LabelIndex) -> bool:
    """Whether a clause speaks of other fields than those *told*: «报名人数爆了应该有两百多人吧» leaves no place open."""
    named = {index.names[match[1]] for match in index.pattern.finditer(squeeze(text))}
    return bool(named and told) and not named & set(told)


def left_open_in(
    heard: Sequence[HeardClause], told: Collection[str], context: Context
) -> list[tuple[HeardClause, bool]]:
    """The clauses that leave something open, each with whether that is another field than those *told*: «联系人待定，等馆长定了再报»."""
    found: list[tuple[HeardClause, bool]] = []
    is_other = False
    for one in heard:
        is_of_another = one.is_elsewhere or is_of_others(one.text, told, context.index)
        is_other = not one.pieces and (is_of_another or (is_other and not names(one.text, context)))
        if (DOUBTS.search(one.text) or ANOTHERS.search(one.text)) and not one.is_explained and not one.pieces:
            found.append((one, is_other))
    return found
