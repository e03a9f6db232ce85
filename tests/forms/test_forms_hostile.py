"""Documents made to hurt: nothing is raised, work stays bounded, nothing is made up."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.base.campaign import Campaign
from bot.decision.versions.copies import without_copies
from bot.documents.model import Cell, Document, Paragraph, Table
from bot.forms.definitions import load_definitions
from bot.forms.learn.learn import NothingToLearn, learn
from bot.forms.model import Form, Kind, Value
from bot.forms.read import read_forms
from bot.forms.together import KnownActivities, check_together
from bot.forms.units.assign import Ground, UnitGuess
from bot.forms.units.roster import Roster
from bot.statements.values.answers import read_answers
from tests.bounded import bounded
from tests.counted import calls_made
from tests.forms.build import SUMMARY_HEAD, SUMMARY_TITLE, document, grid, registration_table

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
LABELS = [name for form in DEFINITIONS.forms for spec in (*form.field, *form.column) for name in spec.names]
PIECES = st.sampled_from(
    [
        *LABELS,
        "：",
        "\n",
        "\t",
        " ",
        "□",
        "√",
        "同上",
        "序号",
        "1",
        "2、",
        "9月17日",
        "13900000000",
        "（盖章）",
        "申报表",
        "汇总表",
        "总结",
        "方案",
        "“",
        "科普进校园",
        "@",
        "0595-",
        "合计",
        "。",
        "\u200b",
        "\ufeff",
        "𠮷",
        "　",
    ]
)
TEXTS = st.lists(PIECES, max_size=8).map("".join)
CELLS = st.builds(
    Cell,
    row=st.integers(0, 6),
    col=st.integers(0, 6),
    text=TEXTS,
    rowspan=st.sampled_from([1, 1, 1, 2, 5, 10**6]),
    colspan=st.sampled_from([1, 1, 2, 3, 10**6]),
    number=st.one_of(st.none(), st.floats(allow_nan=True)),
    confidence=st.one_of(st.none(), st.floats(0, 1)),
)
FLAT = st.builds(Table, st.lists(CELLS, max_size=24).map(tuple), st.sampled_from(["", "Sheet1", "汇总表"]))
NESTED = st.builds(
    lambda cells, inner: Table((*cells, Cell(7, 0, "外", nested=(inner,)))), st.lists(CELLS, max_size=6), FLAT
)
BLOCKS = st.lists(st.one_of(st.builds(Paragraph, TEXTS), FLAT, NESTED), max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(BLOCKS, st.sampled_from(["docx", "pdf", "xlsx", "html", "text"]), st.booleans(), st.booleans())
def test_any_blocks_give_forms(blocks, kind, ocr, is_body):
    made = Document("a", "a", kind, tuple(blocks), ocr=ocr, is_body=is_body)
    forms = read_forms(made, DEFINITIONS, CAMPAIGN)
    assert forms
    units = ["甲单位"] * len(forms)
    for form in check_together(forms, units, KnownActivities((), frozenset(units)), DEFINITIONS, Roster()):
        for fields in (form.fields, *form.rows):
            start, end = fields.get("start_date"), fields.get("end_date")
            if start and end and start.value and end.value:
                assert start.value <= end.value
        for problem in form.problems:
            assert "{" not in problem.message
        read_answers("1、9月18日\n联系电话：22000000\n" + form.title, form, DEFINITIONS, CAMPAIGN)
    with contextlib.suppress(NothingToLearn):
        learn(made)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_answer_is_bounded_and_never_raises(text):
    form = read_forms(
        document(SUMMARY_TITLE, grid([SUMMARY_HEAD, ["1", "科普", "", "", "", "", ""]])), DEFINITIONS, CAMPAIGN
    )[0]
    answers = read_answers(text, form, DEFINITIONS, CAMPAIGN)
    assert len(answers.form.rows) == len(form.rows)


LONG = "活动时间：9月17日，联系人：张三、" * 3000
HUGE = {
    "one long cell": lambda: document(registration_table(content=LONG, venue=LONG, types=LONG, phone=LONG, time=LONG)),
    "one long line": lambda: document(LONG),
    "many lines": lambda: document(*["活动名称：科普"] * 3000),
    "many columns": lambda: document(grid([SUMMARY_HEAD * 60, ["1"] * 420])),
    "many rows": lambda: document(
        grid([SUMMARY_HEAD, *[["1", "科普", "9月17日", "一中", "科协", "张三", "1"]] * 5000])
    ),
    "a far cell": lambda: document(Table((Cell(0, 0, "活动名称"), Cell(10**6, 10**4, "x", 10**6, 10**6)))),
    "open brackets": lambda: document(registration_table(types="（" * 5000 + "√展览展示", name="(" * 5000)),
    "spaces": lambda: document("填报单位" + " " * 100_000 + "：", " " * 100_000),
    "boxes": lambda: document(registration_table(types="□√" * 20_000)),
}


@pytest.mark.parametrize("name", HUGE)
def test_work_stays_bounded(name):
    made = HUGE[name]()
    with bounded():
        assert read_forms(made, DEFINITIONS, CAMPAIGN)


def repeated(piece: str) -> Callable[[int], Document]:
    return lambda times: document(Paragraph(piece * times))


def labelled(times: int) -> Document:
    return document(
        Table(tuple(Cell(r, c, text) for r in range(times) for c, text in enumerate(("活动名称", f"甲{r}"))))
    )


@pytest.mark.parametrize(
    "make",
    [
        repeated("联系电话：1\n"),
        repeated("联系电话：1 "),
        repeated("填报单位：甲\n"),
        repeated("活动名称：甲\n活动地点：乙\n"),
        labelled,
    ],
    ids=["lines", "one line", "outside", "forms", "table"],
)
def test_work_grows_with_the_number_of_labels_and_not_with_its_square(make: Callable[[int], Document]) -> None:
    one, two = (calls_made(lambda n=n: read_forms(make(n), DEFINITIONS, CAMPAIGN)) for n in (1_000, 2_000))
    assert two < 2.5 * one


def test_many_forms_in_one_mail_are_compared_by_what_was_made_of_them_once() -> None:
    def decided(times: int) -> Callable[[], object]:
        forms = [
            Form(Kind.REGISTRATION, "a.docx", "docx", {"activity_name": Value(f"活动{n}"), "venue": Value("广场")})
            for n in range(times)
        ]
        return lambda: without_copies([(form, UnitGuess("甲", Ground.FORM)) for form in forms])

    assert calls_made(decided(200)) < 2 * 200 * 200  # of each pair only whether both are the same is looked at
