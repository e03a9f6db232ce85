"""Which field each line of an answer is about: by label, by the number of a problem, by the quoted problem itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.labels import LabelIndex, column_index, field_index
from bot.forms.model import Form, Value
from bot.forms.text import Squeezed, is_blank, name_key, squeeze
from bot.problems import Problem

LONGEST = 20_000  # characters of an answer that are looked at
MAX_LINES = 400
LONGEST_CHOICE = 60
VERB = r"(?:(?:由|从|原为?|原来是)[^，。；]{0,40}?)?(?:应?该?(?:改|更改|更正|修改|变更|调整|修正|补充|补|写|填写?|更新)(?:为|成|到|至|在|是)?|应为|应是|定为|定在|定于|是|为)"
SAID = re.compile(rf"(?:的|内容|信息|栏)?(?:[:]|{VERB}[:]?)")
LEADING_VERB = re.compile(rf"^\s*(?:{VERB})?\s*[:：]?\s*|^\s*(?:答|回复|回答|答复|答案|更正|补充|改为)\s*[:：]\s*")
NUMBERED = re.compile(
    r"^\s*(?:第\s*)?[(（]?\s*(\d{1,3})\s*(?:[.、．)）:：]|(?:处|条|点|个)(?:问题)?\s*[:：,，、]?|\s(?=\S))\s*(?!\d{1,2}日)(.*)$",
    re.DOTALL,
)
# «第1处：…；第2处：…», «1、…；2、…» in one line
SPLIT = re.compile(r"[；;，,\s]\s*(?=第\s*\d{1,2}\s*[处条点]|\d{1,2}[、．]\s*[^\d\s])")
NO_VALUE = re.compile(
    r"^(?:是?(?:对的|正确|没错|无误|不变)|没有?问题|本人|同上|见附件|附件|已|不|没|请|详见)|[?？]|[吗呢]$|哪里|怎么|如何"
)
ROW = re.compile(r"第\s*(\d{1,4})\s*(?:行|项)\s*(?:（[^（）]{0,40}）|\([^()]{0,40}\))?\s*(?:的|活动)?\s*[，,:：]?")
BEFORE = re.compile(r"(?:^|[\W\d_]|将|把|补充|更正|修改|变更|的|请|为|和|及)$")
POLITE = re.compile(
    r"您好|你好|老师|领导|谢谢|感谢|辛苦|收到|已(?:按要求)?(?:修改|更正|补充|改好|补正)|如下|见附件|请查收|请核对|此致|敬礼|祝好|顺祝|以上|补正内容|更正内容|修改内容|回复[:：]?$|抱歉|不好意思|麻烦"
)
QUOTE = re.compile(r"^[\s>＞|│]+")
TAIL = re.compile(r"[\s，,。；;、]*(?:请(?:予以)?(?:更正|修改|核对|查收)|谢谢[！!。]?|，?特此更正)?[\s，,。；;、！!]*$")
SHOWN = re.compile(r"^\s*(?:（所填：.*?）)?\s*(?:（(?:表\d|第\d|工作表|正文|回信)[^（）]{0,60}）)?\s*")
SHAPES = {
    "phone": re.compile(r"^[\d\-—()（）+\s、/,，转]{7,40}$"),
    "mobile": re.compile(r"^[\d\-+\s、/,，]{11,40}$"),
    "email": re.compile(r"^\S+[@＠]\S+$"),
    "date": re.compile(r"^[\d年月日号./\-\s]{5,20}$"),
    "daterange": re.compile(
        r"^(?!.*\d{7})(?=.*(?:\d\s*月|\d\s*[./\-]\s*\d))[\d年月日号./\-—–~～\s上下午中全天时点分至到:：、，,()（）周星期一二三四五六日]{3,60}$"
    ),
    "count": re.compile(r"^约?\s*\d{1,7}\s*(?:余|多)?(?:人次|人|名)?$"),
}
FORMATTED = {"phone", "mobile", "email", "date", "daterange", "count"}


@dataclass(frozen=True, slots=True)
class Addressed:
    """A piece of the answer and the field it is about: ``target`` a key or ``@`` + group, ``row`` a summary's row or -1."""

    target: str
    text: str
    row: int = -1
    written: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What the lines refer to. ``numbered``: the errors by number; ``messages``: every problem by its squeezed words."""

    form: Form
    definition: FormDefinition
    index: LabelIndex
    numbered: Mapping[int, tuple[Problem, int]]
    messages: Mapping[str, tuple[Problem, int]]
    long: frozenset[str]


def address_lines(text: str, form: Form, definition: FormDefinition, first: int) -> tuple[list[Addressed], list[str]]:
    """The pieces in the order written (a later one for the same field counts), and the lines that fit nothing."""
    context = context_of(form, definition, first)
    said: list[Addressed] = []
    unknown: list[str] = []
    waiting: tuple[str, int] | None = None
    lines = [
        part for line in text[:LONGEST].splitlines()[:MAX_LINES] for part in SPLIT.split(QUOTE.sub("", line).strip())
    ]
    for line in lines:
        if is_blank(line):
            continue
        inside_long = bool(said and said[-1].target in context.long and not waiting)
        found = list(pieces_of(line, context, numbers=not inside_long))
        if not found and said and said[-1].target in context.long and not waiting:
            said[-1] = Addressed(said[-1].target, f"{said[-1].text}\n{line}".strip(), said[-1].row, said[-1].written)
            continue
        if not found and waiting:
            found = [Addressed(waiting[0], LEADING_VERB.sub("", line), waiting[1], line)]
        waiting = None
        for piece in found:
            if is_blank(piece.text) and piece.target not in context.long:
                waiting = (piece.target, piece.row)
            else:
                said.append(piece)
        if not found and not POLITE.search(line):
            unknown.append(line)
    if not said and len(unknown) == 1:
        only = only_question(unknown[0], context)
        if only:
            return [only], []
    return said, unknown


def context_of(form: Form, definition: FormDefinition, first: int) -> Context:
    by_rows = definition.layout == "rows"
    return Context(
        form,
        definition,
        column_index(definition) if by_rows else field_index(definition),
        numbered_problems(form, first),
        {squeeze(problem.message): (problem, row_of(problem, form)) for problem in form.problems},
        frozenset(spec.key for spec in definition.field if spec.kind == "longtext"),
    )


def pieces_of(line: str, context: Context, *, numbers: bool) -> Iterator[Addressed]:
    """What one line says: a quoted problem with its answer, labels with values, or (with *numbers*) a numbered answer."""
    quoted = quoted_problem(line, context)
    if quoted:
        yield quoted
        return
    row, rest = row_named(line, context)
    labelled = list(labelled_pieces(rest, line, row, context))
    if labelled:
        yield from labelled
        return
    match = NUMBERED.match(line) if numbers else None
    if match and int(match[1]) in context.numbered:
        problem, about = context.numbered[int(match[1])]
        inner = list(labelled_pieces(match[2], line, about, context))
        if inner:
            yield from inner
        elif problem.field:
            yield Addressed(problem.field, trimmed(match[2]), about, line)


def quoted_problem(line: str, context: Context) -> Addressed | None:
    squeezed = Squeezed.of(line)
    for words, (problem, row) in context.messages.items():
        at = squeezed.text.find(words)
        if at >= 0 and problem.field:
            rest = line[squeezed.end(at + len(words)) :]
            return Addressed(problem.field, trimmed(SHOWN.sub("", rest)), row, line)
    return None


def labelled_pieces(text: str, line: str, row: int | None, context: Context) -> Iterator[Addressed]:
    """Every «label：value», «label改为value» in *text*."""
    squeezed = Squeezed.of(text)
    hits: list[tuple[int, int, str]] = []
    for match in context.index.pattern.finditer(squeezed.text):
        if not BEFORE.search(squeezed.text[: match.start()]) or (hits and match.start() < hits[-1][1]):
            continue
        target = context.index.names[match[1]]
        said = SAID.match(squeezed.text, match.end(2))
        end = said.end() if said else match.end()
        follows = text[squeezed.end(match.end(2)) :][:1]
        blank = follows.isspace() and not squeezed.text[: match.start()]
        spec = context.definition.spec(target)
        formatted = follows.isdigit() and spec is not None and spec.kind in FORMATTED
        if said or blank or formatted:
            hits.append((match.start(), end, target))
    for i, (_, end, target) in enumerate(hits):
        stop = squeezed.begin(hits[i + 1][0]) if i + 1 < len(hits) and target not in context.long else len(text)
        which = row if row is not None and row >= 0 else row_for(target, context)
        if which is None:
            continue
        yield Addressed(target, trimmed(text[squeezed.end(end) : stop]), which, line)
        if target in context.long:
            return


def row_named(line: str, context: Context) -> tuple[int | None, str]:
    """The row that the line names by number or by the activity's name, and the line without that; None: no row named."""
    if not context.form.rows:
        return -1, line
    match = ROW.search(line)
    if match and 1 <= int(match[1]) <= len(context.form.rows):
        return int(match[1]) - 1, line[: match.start()] + line[match.end() :]
    anchor = context.definition.anchor
    named = [i for i, row in enumerate(context.form.rows) if is_named(row.get(anchor), line)]
    return (named[0] if len(named) == 1 else None), line


def is_named(name: Value | None, line: str) -> bool:
    key = name_key(str(name.value)) if name and name.value else ""
    return len(key) >= 4 and key in re.sub(r"[\W_]+", "", squeeze(line))


def row_for(target: str, context: Context) -> int | None:
    """The row where none is named: the only one with a problem of this field, or the only one at all."""
    if not context.form.rows:
        return -1
    rows = {row for problem, row in context.messages.values() if problem.field == target and row >= 0}
    if len(rows) == 1:
        return rows.pop()
    return 0 if len(context.form.rows) == 1 else None


def only_question(line: str, context: Context) -> Addressed | None:
    """A mail of one bare value: the open error whose format it has, where there is exactly one such error."""
    fitting = [
        Addressed(problem.field, trimmed(line), row, line)
        for problem, row in context.numbered.values()
        if (spec := context.definition.spec(problem.field)) and has_shape(line, spec)
    ]
    return fitting[0] if len(fitting) == 1 else None


def has_shape(line: str, spec: FieldSpec) -> bool:
    if spec.kind == "choice":
        return len(line) <= LONGEST_CHOICE and any(squeeze(choice.label) in squeeze(line) for choice in spec.choices)
    shape = SHAPES.get(spec.kind)
    return bool(shape and shape.match(line))


def trimmed(text: str) -> str:
    text = LEADING_VERB.sub("", text, count=1).strip()
    while (shorter := TAIL.sub("", text).strip()) != text:
        text = shorter
    return "" if NO_VALUE.search(text) else text


def row_of(problem: Problem, form: Form) -> int:
    """The index of the summary row that a problem is about, by its place; -1 for the form itself."""
    return next((i for i, row in enumerate(form.rows) if stands_in(problem, row)), -1)


def stands_in(problem: Problem, row: Mapping[str, Value]) -> bool:
    value = row.get(problem.field)
    return bool(value and problem.place and value.place == problem.place)


def numbered_problems(form: Form, first: int) -> Mapping[int, tuple[Problem, int]]:
    """The errors by their number in the mail, each with the row it is about."""
    errors: Sequence[Problem] = [problem for problem in form.problems if problem.is_error]
    return {first + i: (problem, row_of(problem, form)) for i, problem in enumerate(errors)}
