"""The blank forms of ``blanks/``, learnt and filled by three clerks: nothing is invented, nothing sent back, and what they wrote is read."""

from __future__ import annotations

import pytest

from bench import learn as bench
from bot.base.problems import Severity
from bot.base.replacing import replace
from bot.decision.reply import lines_of
from bot.forms.learn.learn import learn
from bot.forms.model import Kind
from bot.forms.read import read_forms
from tests.forms.blank_forms import Blank, blanks, filled, printed
from tests.forms.build import document, grid
from tests.forms.test_forms_learn import CAMPAIGN

BLANKS = blanks()


@pytest.mark.parametrize("blank", BLANKS, ids=[blank.name for blank in BLANKS])
def test_a_learnt_form_is_read_as_it_was_filled(blank: Blank, monkeypatch: pytest.MonkeyPatch) -> None:
    through = bench.THROUGH[blank.format] if blank.format == "xlsx" else (lambda made: made)
    monkeypatch.setitem(bench.THROUGH, blank.format, through)
    untouched, edited = bench.scored(blank)
    assert untouched.right >= 0.95 * untouched.values, untouched.wrong
    assert edited.right >= 0.99 * edited.values, edited.wrong
    assert (untouched.false_errors, untouched.split, untouched.unknown, untouched.invented) == (0, 0, 0, 0), (
        untouched.wrong
    )


def definitions_of(name: str):
    blank = next(one for one in BLANKS if one.name == name)
    return blank, bench.definitions_with(learn(printed(blank)))


def test_an_empty_form_and_an_attendance_list_are_none():
    blank, definitions = definitions_of("training_reply")
    (empty,) = read_forms(printed(blank), definitions, CAMPAIGN)
    assert [problem.code.value for problem in empty.problems] == ["blank_form"]
    head = ["序号", "姓名", "单位", "职务", "手机号码", "签名"]
    rows = [[str(n), f"陈{name}", "晋江市科协", "科员", "13900000000", ""] for n, name in enumerate("一二三", 1)]
    attendance = document("全市科协系统干部培训班签到表", grid([head, *rows]), path="签到表.docx")
    (form,) = read_forms(attendance, definitions, CAMPAIGN)
    assert form.kind is Kind.UNRECOGNISED


def test_what_the_office_printed_is_nobodys_value():
    """The office's telephone stands at the foot of the form; the clerk left his own out."""
    blank, definitions = definitions_of("contest_person")
    one = filled(blank, 0)
    lines = [block.text for block in one.document.paragraphs()]
    assert any("0595-22160001" in line for line in lines)
    table = next(iter(one.document.tables()))
    number = one.fields["联系电话"][0]
    emptied = grid([])
    emptied = type(table)(
        tuple(c if c.text != number else type(c)(c.row, c.col, "", c.rowspan, c.colspan) for c in table.cells)
    )
    blocks = tuple(emptied if block is table else block for block in one.document.blocks)
    (form,) = read_forms(document(*blocks), definitions, CAMPAIGN)
    definition = definitions.form(form.definition)
    values = {spec.label: form.plain(spec.key) for spec in definition.field}
    assert values["联系电话"] is None
    assert values["姓名"] == one.fields["姓名"][1]
    assert not [problem for problem in form.problems if problem.severity is Severity.ERROR]


def test_what_the_form_marks_as_required_is_asked_for():
    _blank, definitions = definitions_of("camp_parent")
    required = {spec.label for form in definitions.forms[3:] for spec in form.field if spec.required}
    assert required == {"营员信息姓名", "性别", "出生日期", "学校", "身份证号", "监护人信息姓名", "联系电话"}


def test_an_admin_may_change_more_than_one_thing():
    blank, _ = definitions_of("budget_totals")
    bench.learnt_text[blank.name] = learn(printed(blank))
    definitions = bench.definitions_with(bench.learnt_text[blank.name])
    name = next(form.name for form in definitions.forms if form.name.startswith("learned"))
    edits = [
        ("合计（金额）", "drop", None),
        ("项目负责人", "kind", "text"),
        ("-", "add", {"key": "hall", "label": "展厅名称"}),
        ("支出科目", "column", {"key": "paid_on", "label": "付款日期", "kind": "date"}),
    ]
    blank = replace(blank, edits=edits)
    (form,) = (one for one in bench.edited(definitions, name, blank).forms if one.name == name)
    assert {spec.label: spec.kind for spec in form.field}["项目负责人"] == "text"
    labels = [spec.label for spec in (*form.field, *form.table[0].column)]
    assert ("合计（金额）" in labels, "展厅名称" in labels, labels[-1]) == (False, True, "付款日期")
    assert "申请经费（万元）" in labels  # a sum says nothing without it
    one = filled(blank, 0)
    (read,) = read_forms(one.document, bench.edited(definitions, name, blank), CAMPAIGN)
    assert read.plain("activity_name") == one.fields["项目名称"][1]


def group(head=(), members=(), invoice="○普票 ○专票", works=("", "")):
    """Who takes part by the part that each has, the words of a part printed once for several rows."""
    rows = [[("课题名称", 2), ("潮间带" if head else "", 4)], [("发票", 2), (invoice, 4)]]
    rows.append([("课题组成员", 1, 6), "类别", "姓名", "职称", "单位", "签名"])
    for n, written in enumerate((head, *members, *(4 - len(members)) * [()])):
        part = "主持人" if n == 0 else ("成员", 1, 4) if n == 1 else None
        rows.append([None, part, *(written or 4 * [""])])
    rows += [[("主要成果", 1, 2), "成果形式", (works[0], 4)], [None, "成果名称", (works[1], 4)]]
    return document("课题结题登记表", grid(rows))


def test_rows_of_one_part_are_entries_and_an_answer_that_is_no_option_is_told():
    definitions = bench.definitions_with(learn(group()))
    members = [("陈一", "讲师", "海东大学", ""), ("林二", "", "石塘科技馆", "林二")]
    head = ("高远", "教授", "海东大学", "高远")
    (form,) = read_forms(group(head, members, "电子发票", ("论文", "某文")), definitions, CAMPAIGN)
    assert [[value.text for value in row.values() if value.text] for row in form.rows] == [
        ["主持人", *head],
        ["成员", *members[0][:3]],
        ["成员", "林二", "石塘科技馆", "林二"],
    ]
    told = {spec.label: form.plain(spec.key) for spec in definitions.form(form.definition).field}
    assert (told["成果形式"], told["成果名称"], told["发票"]) == ("论文", "某文", None)
    assert ["电子发票" in problem.message for problem in form.problems] == [True]
    # Nothing ticked is no answer, and nothing to be told.
    (form,) = read_forms(group(head, members), definitions, CAMPAIGN)
    assert not form.problems


def test_the_days_of_a_time_are_told_once():
    blank, definitions = definitions_of("agreement")
    (form,) = read_forms(filled(blank, 0).document, definitions, CAMPAIGN)
    spec = next(spec for spec in definitions.form(form.definition).field if spec.kind == "daterange")
    assert form.plain(spec.start) is not None
    told = [line.label for line in lines_of(form, None)]
    assert len(told) == len(set(told)) == len(form.fields) - 2


@pytest.mark.parametrize(
    ("written", "is_entry"),
    [
        ({}, False),
        ({0: "1"}, False),
        ({1: "安溪县茶业合作社", 2: "安溪云雾", 8: "陈明华"}, True),
        ({0: "1", 1: "安溪县茶业合作社", 2: "安溪云雾", 8: "陈明华"}, True),
    ],
    ids=["left", "numbered", "overwritten", "overwritten and numbered"],
)
def test_the_row_of_an_example_is_an_entry_once_it_is_overwritten(written, is_entry):
    blank, definitions = definitions_of("brands_sample_xlsx")
    one = filled(blank, 0)
    (table,) = one.document.tables()
    row = next(cell.row for cell in table.cells if cell.text == "示例")
    cells = tuple(
        replace(cell, text=written[cell.col]) if cell.row == row and cell.col in written else cell
        for cell in table.cells
    )
    (form,) = read_forms(replace(one.document, blocks=(replace(table, cells=cells),)), definitions, CAMPAIGN)
    assert len(form.rows) == len(one.rows) + is_entry
    written_units = [unit for unit in (written.get(1), *(entry["企业名称"][1] for entry in one.rows)) if unit]
    read_units = [[plain for value in row.values() if (plain := value.value) in written_units] for row in form.rows]
    assert [unit for (unit,) in read_units] == written_units
