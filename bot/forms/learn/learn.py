"""A blank form of any office -> a first definition of it as TOML, for an admin to look over.

Labels are the short cells beside (or above) empty ones and the words before a colon outside of the table. What a label that
the packaged definitions know stands for is taken from there, so that the figures and views find it; else it is guessed.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.base.errors import BotError
from bot.base.text import is_blank, squeeze
from bot.documents.model import Cell, Document, Table
from bot.forms.definitions import FormDefinition, packaged_forms, parse_form
from bot.forms.labels.headers import stacked
from bot.forms.labels.index import NOTE
from bot.forms.labels.raw import covering
from bot.forms.learn.guesses import Guesser, Learned
from bot.forms.learn.printed import counted_phrases, options_in

LONGEST_LABEL = 24
TITLE = re.compile(r"[\u4e00-\u9fff]{2,}(?:表|书|单|函|册)(?:[（(][^）)]*[）)])?$")
OUTSIDE = re.compile(r"([\u4e00-\u9fffA-Za-z\- \u3000]{2,16}?(?:[（(][^（）()]{1,10}[）)])?)\s*[:：]")
INHERITED = (
    "not_titles", "footers", "closings", "blank_phrases", "number_labels", "skip_rows", "example_rows", "ditto", "own_marks",
)  # fmt: skip


class NothingToLearn(BotError):
    """The document holds no table or list of labels that looks like a form."""

    remedy = "请用未填写的空白表（.docx 或 .xlsx）；表中每个栏目名旁边应留有空格"


@dataclass(slots=True)
class Found:
    """A printed label with what is printed beside it."""

    label: str
    printed: str = ""
    outside: bool = False


@dataclass(slots=True)
class Sketch:
    """What was seen of the form before anything is guessed."""

    title: str = ""
    layout: str = "fields"
    inner: list[Found] = field(default_factory=list)
    outside: list[Found] = field(default_factory=list)


def learn(document: Document) -> str:
    """The TOML text of a definition of the blank form in *document*; ``NothingToLearn`` where there is none.

    The text is accepted by ``load_definitions``. Required fields are only those that the packaged forms require, and the anchor.
    """
    sketch = sketch_of(document)
    if len(sketch.inner) < 2:
        raise NothingToLearn(f"{document.name}：没有认出表格栏目")
    text = written(sketch)
    parse_form(tomllib.loads(text), document.name)
    return text


def sketch_of(document: Document) -> Sketch:
    sketch = Sketch()
    tables = sorted(document.tables(), key=lambda table: -len(table.cells))
    for paragraph in document.paragraphs():
        for line in paragraph.text.split("\n"):
            read_line(line, sketch, inside=not tables)
    for table in tables[:1]:
        read_table(table, sketch)
    if len(sketch.inner) < 2 and sketch.outside:
        sketch.inner, sketch.outside = sketch.outside, []
    return sketch


def read_line(line: str, sketch: Sketch, *, inside: bool) -> None:
    """The title, or labels with a colon («填报单位：    填报日期：  年 月 日»)."""
    name = squeeze(line)
    if not sketch.title and 4 <= len(name) <= 60 and TITLE.search(name) and not re.match(r"附件", name):
        sketch.title = re.sub(r"\s+", "", line.strip())
        return
    hits = list(OUTSIDE.finditer(line))
    for i, hit in enumerate(hits):
        stop = hits[i + 1].start() if i + 1 < len(hits) else len(line)
        printed = line[hit.end() : stop]
        if not is_label(hit[1]) or (len(squeeze(printed)) > 12 and not options_in(printed)):
            continue
        (sketch.inner if inside else sketch.outside).append(Found(clean(hit[1]), printed.strip(), outside=not inside))


def read_table(table: Table, sketch: Sketch) -> None:
    cover = covering(table.cells)
    header = header_of(cover, table.n_cols)
    if header:
        sketch.layout = "rows"
        for cell in (cell for number in sorted(cover) if number < header[0] for cell in cover[number]):
            read_line(cell.text, sketch, inside=False)
        sketch.inner = [Found(label) for label in header_labels(header, cover)]
        return
    for number in sorted(cover):
        row = [cell for cell in cover[number] if cell.row == number]
        if len([cell for cell in row if not is_blank(cell.text)]) == 1 and len(row) == 1 and not is_label(row[0].text):
            read_line(row[0].text, sketch, inside=False)
            continue
        sketch.inner += labels_in(row, number, cover, table.n_cols)


def header_of(cover: Mapping[int, Sequence[Cell]], n_cols: int) -> list[int]:
    """The rows of a header: at least four labels side by side, above at least two rows that are empty but for numbers."""
    numbers = sorted(cover)
    for i, number in enumerate(numbers):
        labels = [cell for cell in cover[number] if is_label(cell.text)]
        if len(labels) < 4 or len(labels) < 0.7 * len(cover[number]):
            continue
        below = numbers[i + 1 :]
        deep = 1
        if (
            below
            and any(is_label(c.text) for c in cover[below[0]] if c.row == below[0])
            and any(c.rowspan > 1 or c.colspan > 1 for c in cover[number])
        ):
            deep = 2
        rest = below[deep - 1 :]
        if len(rest) >= 2 and all(empty_row(cover[n]) for n in rest[:2]):
            return numbers[i : i + deep]
    return []


def empty_row(cells: Iterable[Cell]) -> bool:
    return all(is_blank(c.text) or re.fullmatch(r"\d{1,3}|[.…]+", squeeze(c.text)) for c in cells)


def header_labels(header: Sequence[int], cover: Mapping[int, Sequence[Cell]]) -> Iterator[str]:
    seen: set[str] = set()
    for _, cells in sorted(stacked(header, cover).items()):
        label = clean(cells[-1].text if is_label(cells[-1].text) else cells[0].text)
        if label and label not in seen:
            seen.add(label)
            yield label


def labels_in(row: Sequence[Cell], number: int, cover: Mapping[int, Sequence[Cell]], n_cols: int) -> Iterator[Found]:
    """Labels of one row: each followed by its value's place to the right, or with it below."""
    for i, cell in enumerate(row):
        if not is_label(cell.text):
            continue
        beside = row[i + 1] if i + 1 < len(row) else None
        if beside is None or is_label(beside.text):
            under = [
                c for c in cover.get(number + cell.rowspan, ()) if c.col == cell.col and c.row == number + cell.rowspan
            ]
            if under and not is_label(under[0].text):
                yield Found(clean(cell.text), under[0].text)
            elif beside is None and cell.col + cell.colspan < n_cols:
                # The empty cells at the end of a sheet's row are not kept.
                yield Found(clean(cell.text))
            continue
        yield Found(clean(cell.text), beside.text)


def is_label(text: str) -> bool:
    name = squeeze(re.sub(NOTE, "", squeeze(text))).rstrip(":*")
    if (
        not 2 <= len(name) <= LONGEST_LABEL
        or re.match(r"附件|附表|注", name)
        or options_in(text)
        or counted_phrases(text)
    ):
        return False
    return bool(re.search(r"[\u4e00-\u9fff]{2}|e-?mail", name)) and not re.search(r"[。；，,;]|\d{2}|年月日$", name)


def clean(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"[（(][^（）()]{0,24}[)）]$", "", text.strip())).strip(":：*★")


# -- TOML --------------------------------------------------------------------------------------------------


def written(sketch: Sketch) -> str:
    base = next(form for form in packaged_forms() if form.layout == sketch.layout)
    guesser = Guesser(packaged_forms(), base)
    guesser.reserve(found.label for found in (*sketch.outside, *sketch.inner))
    tried = [guesser.field(found.label, found.printed, outside=True) for found in sketch.outside[:20]]
    outside = [one for one in tried if one is not None]
    groups: list[tuple[str, list[str]]] = []
    inner: list[Learned] = []
    for found in sketch.inner[:80]:
        phrases = counted_phrases(found.printed)
        if len(phrases) > 1 and sketch.layout == "fields":
            members = [guesser.counted(phrase.words) for phrase in phrases]
            inner += [one for one in members if one is not None]
            groups.append((found.label, [one.key for one in members if one is not None]))
            continue
        one = guesser.field(found.label, found.printed, outside=False)
        if one is not None:
            inner.append(one)
    anchor = anchor_of(inner)
    return "\n".join(lines(sketch, base, outside, inner, groups, anchor)) + "\n"


def anchor_of(inner: Sequence[Learned]) -> str:
    """The field that every form has: a name, else the first text."""
    names = [one for one in inner if one.known and one.kind == "text" and one.required]
    names += [one for one in inner if one.kind == "text" and re.search(r"(?:名称|题目|姓名)$", one.label)]
    names += [one for one in inner if one.kind in {"text", "person", "unit"}]
    return (names or list(inner))[0].key


def lines(
    sketch: Sketch,
    base: FormDefinition,
    outside: Sequence[Learned],
    inner: Sequence[Learned],
    groups: Sequence[tuple[str, list[str]]],
    anchor: str,
) -> Iterator[str]:
    word = title_word(sketch.title) or base.label
    yield "# 由空白表生成的初稿，请核对：每栏的 kind（内容种类）、required（是否必填），并补上别的叫法 synonyms。"
    yield f"name = {quoted('learned_' + base.kind.value)}"
    yield f"kind = {quoted(base.kind.value)}"
    yield f"layout = {quoted(sketch.layout)}"
    yield f"label = {quoted(word)}"
    yield f"title = {quoted(sketch.title)}"
    yield f"titles = {quoted([word])}"
    yield f"anchor = {quoted(anchor)}"
    yield f"min_labels = {max(2, min(base.min_labels, (len(inner) + 1) // 2))}"
    yield f"min_typed = {max(3, min(base.min_typed, len(inner) - 1))}"
    for name in INHERITED:
        value = [one for one in getattr(base, name) if name != "not_titles" or one not in sketch.title]
        if value:
            yield f"{name} = {quoted(value)}"
    for one in outside:
        yield from field_lines("field", one, anchor)
    for one in inner:
        yield from field_lines("column" if sketch.layout == "rows" else "field", one, anchor)
    for label, keys in groups:
        if len(keys) > 1:
            yield from ("", "[[group]]", f"label = {quoted(label)}", f"keys = {quoted(keys)}", "printed = true")


def field_lines(table: str, one: Learned, anchor: str) -> Iterator[str]:
    yield from ("", f"[[{table}]]", f"key = {quoted(one.key)}", f"label = {quoted(one.label)}")
    if one.synonyms:
        yield f"synonyms = {quoted(list(one.synonyms))}"
    yield f"kind = {quoted(one.kind)}"
    if one.required or one.key == anchor:
        yield "required = true"
    if one.outside:
        yield "outside = true"
    if one.kind == "daterange":
        yield f"start = {quoted(one.start)}"
        yield f"end = {quoted(one.end)}"
    if one.kind in {"phone", "mobile"}:
        yield "local_digits = 8"
    if one.choices:
        yield "choices = ["
        for choice in one.choices:
            yield f"    {{ label = {quoted(choice.label)}{', noted = true' if choice.noted else ''} }},"
        yield "]"


def title_word(title: str) -> str:
    match = re.search(r"([\u4e00-\u9fff]{2}(?:表|书|单|函|册))(?:[（(][^）)]*[）)])?$", title)
    return match[1] if match else ""


def quoted(value: str | Sequence[str]) -> str:
    """A TOML string or list: JSON's escapes are TOML's."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)
