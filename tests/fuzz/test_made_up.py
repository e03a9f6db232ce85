"""Documents that no office ever sent: labels, options and values of the forms in any order, place and shape, through form recognition.

Whatever comes: no exception, the same answer twice, clean texts, and nothing invented: what a field holds stands in the document.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.base.campaign import Campaign
from bot.base.text import squeeze
from bot.documents.model import Block, Cell, Document, Paragraph, Table
from bot.forms.definitions import Definitions, FieldSpec, load_definitions
from bot.forms.model import Form, Plain
from bot.forms.read import read_forms
from tests.bounded import bounded as brake

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
UNCLEAN = re.compile("[\ud800-\udfff\x00]")


@cache
def definitions() -> Definitions:
    return load_definitions()


def printed() -> list[str]:
    """Everything that the forms themselves say."""
    words = [
        "附件1",
        "附件2",
        "2023年泉州市全国科普日重点活动项目申报表",
        "2023年泉州市全国科普日活动汇总表",
        "序号",
        "（盖章）",
        "参与人数",
        "备注",
    ]
    for form in definitions().forms:
        words += [form.title, *form.titles, *form.footers]
        for spec in (*form.field, *form.column):
            words += [*spec.names, *spec.fallback, *(choice.label for choice in spec.choices)]
    return sorted(filter(None, set(words)))


VALUES = [
    "晋江市科学技术协会", "泉州市第三中学（盖章）", "科普进校园", "“AI与未来”讲座、“小小科学家”实验", "9月17日", "2023年9月17日-23日", "9月31日", "九月中旬", "每周六上午",
    "2023.9.17—2023.9.20", "20230917", "8月28日至10月8日", "0595-22217957", "22217957", "139 0000 0000", "13900000000/0595-85000000", "1.39E+10", "陈某某", "陈某某 13900000000",
    "kepu@example.com", "无", "/", "同上", "待定", "约500人", "公众500，工作人员20", "1.2万", "三百余人", "√", "☑", "☐", "□", "■", "×", "（√）", "[x]", "其他（请注明）：", "其他：研学",
    "一、活动内容\n二、活动安排", "见附件", "4522", "1", "2", "合计", "填报日期：2023年8月28日", "年  月  日",
]  # fmt: skip
SEPARATORS = [
    "",
    "：",
    ":",
    " ",
    "\n",
    "\t",
    "、",
    "，",
    "；",
    "（",
    "）",
    "/",
    "-",
    "—",
    "\u3000",
    "____",
    "\u200b",
    "|",
]
NOISE = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12) | st.text(
    "活动时间地点名称人数电话年月日0123456789零一二三十百千万亿-—~至到.,:：（）()√☑☐□■×✔ \u3000\n", max_size=20
)


@cache
def texts() -> st.SearchStrategy[str]:
    word = st.sampled_from(printed()) | st.sampled_from(VALUES) | NOISE
    return st.lists(st.tuples(word, st.sampled_from(SEPARATORS)), min_size=0, max_size=6).map(
        lambda pieces: "".join(word + end for word, end in pieces)
    )


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A grid filled from left to right, cells of any span, some left out."""
    columns, rows = draw(st.integers(1, 8)), draw(st.integers(1, 10))
    taken: set[tuple[int, int]] = set()
    cells = []
    likely = st.sampled_from(printed()) | st.sampled_from(VALUES) | texts()
    for row in range(rows):
        for col in range(columns):
            if (row, col) in taken or not draw(st.integers(0, 12)):
                continue
            width, height = draw(st.sampled_from((1, 1, 1, 1, 2, 3, 7))), draw(st.sampled_from((1, 1, 1, 1, 2, 4)))
            places = {(r, c) for r in range(row, row + height) for c in range(col, min(col + width, columns))}
            if places & taken:
                places, width, height = {(row, col)}, 1, 1
            taken |= places
            text = draw(likely)
            number = draw(st.sampled_from((None, None, None, 500.0, 45186.0, 1e15, -1.5)))
            cells.append(
                Cell(row, col, text, height, min(width, columns - col), number=number if len(text) < 5 else None)
            )
    return Table(tuple(cells), draw(st.sampled_from(("", "", "Sheet1", "汇总表"))))


@st.composite
def filled_tables(draw: st.DrawFn) -> Table:
    """A form or a list much as it should be, with labels left out, changed, doubled or in another order."""
    definition = draw(st.sampled_from([form for form in definitions().forms if form.field or form.column]))
    names = st.sampled_from(
        [name for spec in (*definition.column, *definition.field) for name in (spec.label, spec.label, *spec.synonyms)]
    )
    value = st.sampled_from(VALUES) | texts()
    labels = [
        draw(names) if not draw(st.integers(0, 6)) else spec.label for spec in definition.column or definition.field
    ]
    if draw(st.booleans()):
        labels = draw(st.permutations(labels))
    if definition.column:
        rows = [labels, *([draw(value) for _ in labels] for _ in range(draw(st.integers(1, 4))))]
    else:
        pairs = draw(st.integers(1, 3))
        flat = [text for label in labels for text in (label, draw(value))]
        rows = [flat[start : start + 2 * pairs] for start in range(0, len(flat), 2 * pairs)]
    cells = [Cell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row) if draw(st.integers(0, 20))]
    return Table(tuple(cells))


@cache
def documents() -> st.SearchStrategy[Document]:
    block = (
        filled_tables()
        | filled_tables()
        | tables()
        | texts().map(Paragraph)
        | st.tuples(texts(), st.floats(0, 1)).map(lambda pair: Paragraph(pair[0], pair[1]))
    )
    return st.builds(
        made_up,
        st.lists(block, max_size=8),
        st.sampled_from(("申报表.docx", "汇总表.xlsx", "活动总结.txt", "a.pdf", "正文")),
        st.booleans(),
        st.booleans(),
    )


def made_up(blocks: list[Block], name: str, ocr: bool, is_body: bool) -> Document:
    return Document(name, name, name.rpartition(".")[2] or "text", tuple(blocks), ocr=ocr, is_body=is_body)


def words_of(document: Document) -> str:
    found = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            found.append(block.text)
        else:
            found += [f"{cell.text} {cell.number or ''}" for cell in block.cells] + [block.name]
    return "\n".join((document.name, *found))


def bare(text: str) -> str:
    """Letters and figures alone: blanks, marks and widths do not count."""
    return "".join(filter(str.isalnum, squeeze(text).casefold()))


def invented(spec: FieldSpec, value: Plain, words: str) -> bool:
    """Whether *value* holds what does not stand in the document."""
    if value is None:
        return False
    if spec.kind in ("phone", "mobile"):
        figures = re.sub(r"\D", "", words)
        return any(len(run) > 4 and run not in figures for run in re.findall(r"\d+", str(value)))
    if spec.kind == "choice" and isinstance(value, tuple):
        names = {name for choice in spec.choices for name in (choice.label, *choice.synonyms)}
        return any(one.partition("：")[0] not in names for one in value)
    if spec.kind in ("text", "unit", "person", "longtext", "email"):
        return pieces(bare(str(value)), words) > 12
    return False


def pieces(text: str, words: str) -> int:
    """Into how many stretches of *words* a text can be cut; a value may have been put together from cells and lines."""
    count = 0
    while text:
        size = next((size for size in range(len(text), 0, -1) if text[:size] in words), 0)
        if not size:
            return 1000
        text, count = text[size:], count + 1
    return count


def fields_of(form: Form) -> Iterator[tuple[FieldSpec, Plain]]:
    definition = definitions().form(form.definition)
    if definition is None:
        return
    for spec in (*definition.field, *definition.column):
        for fields in (form.fields, *form.rows):
            if spec.key in fields:
                yield spec, fields[spec.key].value


def bounded(function: Callable[[Document], None]) -> Callable[[], None]:
    examples = int(SECONDS * 40) or 80
    return settings(max_examples=examples, suppress_health_check=list(HealthCheck))(given(documents())(function))


def check(document: Document) -> None:
    with brake():
        forms = read_forms(document, definitions(), CAMPAIGN)
    assert forms and forms == read_forms(document, definitions(), CAMPAIGN)
    words = bare(words_of(document))
    for form in forms:
        for spec, value in fields_of(form):
            assert not invented(spec, value, words), (spec.key, value)
        for fields in (form.fields, *form.rows):
            start, end = (fields[key].value if key in fields else None for key in ("start_date", "end_date"))
            if isinstance(start, date) and isinstance(end, date):
                assert start <= end
            assert not any(UNCLEAN.search(str(value.value) + value.text) for value in fields.values())
        assert all(problem.message and not UNCLEAN.search(problem.message) for problem in form.problems)


test_made_up_documents = bounded(check)
