"""Lines that answer by the numbers or in the order of our questions, or behind one of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.base.problems import Problem
from bot.base.replacing import replace
from bot.base.text import Squeezed
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.values.numerals import counted_value
from bot.forms.values.phones import shows_mobile
from bot.statements.values.clause.labels import mentions
from bot.statements.values.clause.said import valued
from bot.statements.values.context import Addressed, Context, Passage
from bot.statements.values.lines import BULLET, IN_WORDS, TIME_ALONE, numbered, quoted_answer
from bot.statements.values.shapes import SHAPES, found_in, held_at, is_free
from bot.statements.values.values import is_full_name
from bot.statements.values.which_row import row_of_piece
from bot.statements.wording.joints import (
    says_no_value,
)
from bot.statements.wording.signature import SignedText, kind_of
from bot.statements.wording.words import SURNAMES


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
    return bool(spec and spec.kind == "phone" and shows_mobile(text))


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


def asks_who(about: tuple[Problem, int] | None, context: Context) -> bool:
    """Whether a name was asked for, so that «1. 陈主任» greets nobody."""
    spec = context.definition.spec(about[0].field) if about else None
    return spec is not None and spec.kind == "person"


def as_signed(passage: Passage, letter: SignedText, definition: FormDefinition) -> Passage:
    """«联系电话就用落款的那个», where the signature holds one of its kind; «联系人要写我» of whoever says who he is."""
    pieces: list[Addressed] = []
    for piece in passage.pieces:
        spec = definition.spec(piece.target)
        if spec and spec.kind == "person" and MYSELF.match(piece.text) and len(names := writers(letter)) == 1:
            named = (replace(piece, text=names[0]),)
            return replace(passage, pieces=named, is_change=True) if len(passage.pieces) == 1 else passage
        if not spec or not SIGNED.search(piece.text):
            return passage
        signed = letter.signature or below(passage.written, letter.body)
        lines = [line for line in signed if not re.match(r"\W*(?:传真|Fax)", line, re.IGNORECASE)]
        held = signed_as(spec, lines, letter)
        if len(held) != 1:
            return replace(passage, pieces=tuple(replace(one, text="") for one in passage.pieces), sure=False)
        pieces.append(replace(piece, text=held.pop()))
    return replace(passage, pieces=tuple(pieces), sure=True) if pieces else passage


def signed_as(spec: FieldSpec, lines: Sequence[str], letter: SignedText) -> set[str]:
    """What the *lines* of a signature hold for the field."""
    if spec.kind == "person":
        return set(writers(letter))
    if spec.kind == "unit":
        parts = [line.split() for line in lines if kind_of(line) == "unit"]
        return {unit for unit, *rest in parts if all(kind_of(one) == "person" for one in rest)}
    held = {value for line in lines for _, _, value in found_in(line, spec)}
    own = {one for one in held if not (spec.kind == "phone" and shows_mobile(one))}
    return own if len(held) > 1 else held


def below(words: str, lines: Sequence[str]) -> list[str]:
    """The *lines* of a letter below the one that says *words*."""
    at = next((i for i, line in enumerate(lines) if words[:12] in line), len(lines))
    return list(lines[at + 1 :])


def writers(letter: SignedText) -> list[str]:
    """Whom the writer says that he is, or who signs, by the whole name."""
    said = [one["name"] for line in letter.body for one in INTRODUCES.finditer(line)]
    signed = [one for line in letter.signature for one in line.split() if kind_of(one) == "person"]
    return list(dict.fromkeys(one for one in said or signed if is_full_name(one) and one[0] in SURNAMES))


MYSELF = re.compile(r"^(?:我|本人)(?:本人|自己|的?名字?|吧|了|就行|就好|即可)*$")
INTRODUCES = re.compile(
    r"(?:^|[，,。；;！!\s\d])(?:我|本人)(?:名?叫|是)\s*(?P<name>[\u4e00-\u9fff]{2,3})\s*(?=[，,。；;！!（(]|$)"
)
SIGNED = re.compile(r"落款|签名|署名|信[末尾]|文末|最下面")
