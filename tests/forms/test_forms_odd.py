"""Single oddities of registrations, each as it came or could come."""

from __future__ import annotations

from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.documents.model import Cell, Table
from bot.documents.shared.grid import table_text
from bot.forms.definitions import load_definitions
from bot.forms.model import Kind
from bot.forms.read import read_forms
from tests.forms.build import AUDIENCES, SUMMARY_HEAD, SUMMARY_TITLE, TITLE, TYPES, document, grid, registration

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
HEAD = "填报单位：晋江市科协  填报日期：2023年8月28日"
ROWS = [
    ["活动名称", ("科普进校园", 3)],
    ["主办单位", ("晋江市科协", 3)],
    ["承办单位", ("晋江一中", 3)],
    ["联系人", "庄晓东", "联系电话", "0595-22000000"],
    ["移动电话", "13900000000", "电子邮箱", "a@example.com"],
    ["活动时间", "9月17日", "活动地点", "一中"],
    ["主要活动类型", ("√展览展示 □互动体验 □现场咨询 □科普宣传", 3)],
    ["活动对象", ("☑青少年 □农民 □产业工人", 3)],
    ["参与人数", ("预计公众参与活动人数500人，组织工作人员20人", 3)],
    ["主要活动内容", ("展览", 3)],
]


def read(*blocks, **more):
    return read_forms(document(*blocks, **more), DEFINITIONS, CAMPAIGN)


def table(**rows):
    """The printed table with the rows of some labels replaced (None: deleted)."""
    return grid([rows.get(row[0], row) for row in ROWS if rows.get(row[0], row) is not None])


def only(form, *keys):
    return {key: form.plain(key) for key in keys}


def codes(form):
    return {(problem.code.value, problem.field, problem.severity.value) for problem in form.problems}


@pytest.mark.parametrize(
    "label",
    [
        "活动名称*",
        "一、活动名称",
        "1.活动名称",
        "活动名称（全称）",
        "活 动 名 称 ：",
        "活动名称/项目名称",
        "【活动名称】",
        "活动名秤",
        "活动名称\n（全称）",
        "(一)活动名称",
        "①活动名称",
    ],
)
def test_labels_as_people_type_them(label):
    (form,) = read(TITLE, HEAD, table(活动名称=[label, ("科普进校园", 3)]))
    assert form.plain("activity_name") == "科普进校园"


@pytest.mark.parametrize(
    ("label", "row", "expected"),
    [
        ("主办单位", ["主（承）办单位", ("主办：晋江市科协；承办：晋江一中", 3)], {"host_unit": "晋江市科协"}),
        ("联系人", ["联系人及手机", ("庄晓东 13900000000", 3)], {"contact_person": "庄晓东", "mobile": "13900000000"}),
        ("联系人", ["联系人", "庄晓东", "联系电话", "手机：13900000001"], {"phone": "13900000001", "mobile": "13900000000"}),
        ("联系人", ["联系人", "张三13900000001", "联系电话", ""], {"contact_person": "张三", "phone": "13900000001"}),
        ("联系人", ["联系人", "", "联系电话", "张三 22000000"], {"contact_person": "张三", "phone": "22000000"}),
        ("联系人", ["联系人", "张三（科普部）", "联系电话", "22000000 传真：22000001"], {"contact_person": "张三（科普部）", "phone": "22000000"}),
        ("联系人", ["联系人", "张三", "联系电话", "同手机"], {"contact_person": "张三", "phone": "13900000000"}),
        ("联系人", ["联系人", "张三", "联系电话", "同传真"], {"contact_person": "张三", "phone": None}),
        ("活动时间", ["活动时间、地点", ("2023年9月17日上午9:00，晋江市科技馆", 3)], {"activity_time": "2023年9月17日上午9:00", "venue": "晋江市科技馆"}),
        ("活动时间", ["活动时间", "2023年", "9月", "17日"], {"start_date": date(2023, 9, 17)}),
        ("活动时间", ["活动时间", "即日起至9月30日", "活动地点", "一中"], {"start_date": None, "end_date": date(2023, 9, 30)}),
        ("承办单位", ["承办单位", ("同上", 3)], {"undertaking_unit": "晋江市科协"}),
        ("承办单位", ["承办单位", ("同封面", 3)], {"undertaking_unit": "晋江市科协"}),
        ("主办单位", ["主办单位", ("晋江市科协\n晋江市第一中学", 3)], {"host_unit": "晋江市科协、晋江市第一中学"}),
        ("主办单位", ["主办单位", ("晋江市科学\n技术协会", 3)], {"host_unit": "晋江市科学技术协会"}),
        ("主办单位", ["主办单位", ("恒安（中国）\n有限公司（盖章）", 3)], {"host_unit": "恒安（中国）有限公司"}),
        ("承办单位", ["协办单位", ("晋江市教育局", 3)], {"undertaking_unit": None}),
        ("联系人", ["联系人", "庄晓东\n林志强", "联系电话", "22000000\n22000001"], {"contact_person": "庄晓东、林志强", "phone": "22000000、22000001"}),
        ("承办单位", ["承办单位", ("/", 3)], {"undertaking_unit": None}),
        ("参与人数", ["预计公众参与活动人数", "500", "人，组织工作人员", "20人"], {"expected_public": 500, "staff_count": 20}),
        ("参与人数", ["参与人数", ("预计参与500人，工作人员20人（含志愿者10人）", 3)], {"expected_public": 500, "staff_count": 20}),
        ("参与人数", ["参与人数", ("500", 3)], {"expected_public": 500, "staff_count": None}),
        ("主要活动类型", ["主要活动类型", "□展览展示", "√互动体验", "□现场咨询"], {"activity_types": ("互动体验",)}),
    ],
    ids=str,
)  # fmt: skip
def test_cells_as_people_fill_them(label, row, expected):
    (form,) = read(TITLE, HEAD, table(**{label: row}))
    assert only(form, *expected) == expected


@pytest.mark.parametrize(
    ("head", "tail", "unit", "day"),
    [
        ("", ["晋江市科学技术协会（盖章）", "2023年8月28日"], "晋江市科学技术协会", date(2023, 8, 28)),
        (
            "填报单位：      填报日期：  年 月 日",
            ["晋江市科学技术协会", "2023年8月28日"],
            "晋江市科学技术协会",
            date(2023, 8, 28),
        ),
        ("填报单位：\n晋江市科协", [], "晋江市科协", None),
        ("填报单位：\n2023年8月28日", [], None, None),
        ("", ["以上内容属实", "2023年8月28日"], None, None),
        ("", ["填报单位（盖章）：晋江市科协"], "晋江市科协", None),
        ("填报单位：晋江市科协\n填报日期：2023.8.28", ["泉州市科学技术协会（盖章）"], "晋江市科协", date(2023, 8, 28)),
    ],
)
def test_the_unit_and_its_date(head, tail, unit, day):
    (form,) = read(TITLE, *([head] if head else []), table(), *tail)
    assert only(form, "reporting_unit", "report_date") == {"reporting_unit": unit, "report_date": day}


def test_contact_in_the_line_of_the_unit():
    (form,) = read(TITLE, "填报单位：晋江市科协   联系人：林志强  联系电话：22000001", table(联系人=None))
    assert only(form, "contact_person", "phone") == {"contact_person": "林志强", "phone": "22000001"}


def test_contact_of_a_letter_above_the_form_is_not_the_forms():
    (form,) = read("现报送申报表，请查收。联系人：林志强，电话：22000001。", TITLE, HEAD, table(联系人=None))
    assert only(form, "contact_person", "phone") == {"contact_person": None, "phone": None}


@pytest.mark.parametrize("joint", ["：", ":", "——", "\t", "  ", "=", "|"])
def test_a_form_typed_in_lines(joint):
    labels = [
        "活动名称",
        "主办单位",
        "承办单位",
        "联系人",
        "联系电话",
        "活动时间",
        "活动地点",
        "活动类型",
        "活动对象",
        "主要活动内容",
    ]
    values = [
        "科普进校园",
        "晋江市科协",
        "一中",
        "庄晓东",
        "22000000",
        "9月17日",
        "一中操场",
        "展览展示",
        "青少年",
        "科普展览",
    ]
    lines = [label + joint + value for label, value in zip(labels, values, strict=True)]
    end = {"：": ["此致", "敬礼", "林志强"], ":": ["讲座两场。", "晋江市科协", "2023年8月25日"]}.get(
        joint, ["以上请查收。", "林志强"]
    )
    (form,) = read("您好，现申报活动：", *lines, *end, is_body=True, format="html")
    assert form.kind is Kind.REGISTRATION
    wanted = {
        "activity_name": "科普进校园",
        "phone": "22000000",
        "venue": "一中操场",
        "content": "科普展览\n讲座两场。" if joint == ":" else "科普展览",
        "activity_types": ("展览展示",),
    }
    assert only(form, *wanted) == wanted


LETTER = "活动当天，共有500余名群众参加，累计发放科普资料1000份，受到了群众的一致好评，取得了良好的社会效果。" * 3
PLAN = [
    "一、活动名称：科普进校园",
    "二、活动时间：9月17日",
    "三、活动地点：一中",
    "四、主办单位：晋江市科协",
    "承办单位：一中",
    "五、活动对象：青少年",
    "六、活动内容：",
    "1.展览",
    "联系人：庄晓东  电话：22000000",
]


@pytest.mark.parametrize(
    ("kind", "blocks"),
    [
        ("report", ["晋江市科协2023年全国科普日活动总结", LETTER, LETTER]),
        ("report", ["关于“银龄科普大讲堂”活动开展", "情况的总结报告", LETTER]),
        ("report", ["2023年全国科普日活动总结材料", LETTER, grid([["活动", "人数"], ["展览", "500"]])]),
        (
            "report",
            [
                "各位领导：",
                "我局圆满完成全国科普日活动。现将活动情况汇报如下：",
                LETTER,
                "下一步，我们将继续努力。" + LETTER,
            ],
        ),
        ("unrecognised", ["2023年全国科普日活动方案", *PLAN]),
        ("unrecognised", ["科普进校园活动策划", *PLAN]),
        ("unrecognised", ["现报送申报表及汇总表，请查收。联系人：庄晓东，电话：22000000。"]),
        ("unrecognised", ["关于邀请参加科普日活动的函", "尊敬的专家：", LETTER, "活动时间：9月17日", "活动地点：一中"]),
        ("unrecognised", ["泉州市举办2023年全国科普日主场活动", "9月17日，活动在一中举行。" + LETTER]),
        (
            "unrecognised",
            ["科普日活动议程", grid([["时间", "内容", "地点", "主持人"], ["9:00", "开幕", "一楼", "张三"]])],
        ),
        ("unrecognised", []),
    ],
)
def test_what_a_text_is(kind, blocks):
    (form,) = read(*blocks, path="材料.docx")
    assert form.kind.value == kind
    assert not any(problem.is_error for problem in form.problems)


def test_a_plan_in_a_file_named_so():
    (form,) = read(*PLAN, path="科普进校园活动方案.docx")
    assert form.kind is Kind.UNRECOGNISED


def test_what_a_report_tells():
    (form,) = read(
        "2023年全国科普日活动总结",
        "我单位于9月17日开展了“科普进校园”活动，现将情况总结如下：",
        LETTER,
        "新闻链接：https://news.example.com/a.html",
        "晋江市科学技术协会",
        "2023年9月28日",
        links=("https://v.example.com/1",),
    )
    assert only(form, "activity_name", "reporting_unit", "links") == {
        "activity_name": "科普进校园",
        "reporting_unit": "晋江市科学技术协会",
        "links": ("https://news.example.com/a.html", "https://v.example.com/1"),
    }
    assert codes(form) == {("missing", "pictures", "warning")}


@pytest.mark.parametrize("title", ["关于做好2023年全国科普日活动的通知", "转发泉州市科协的通知"])
def test_blank_forms_in_a_notice_are_no_submission(title):
    blank = registration(
        "填报单位：",
        name="",
        host="",
        undertaking="",
        person="",
        phone="",
        mobile="",
        email="",
        time="",
        venue="",
        types=TYPES,
        audiences=AUDIENCES,
        counts="",
        content="",
    )
    (form,) = read(title, "各单位：", "请按附件填报。", *blank)
    assert (form.kind, form.problems) == (Kind.UNRECOGNISED, ())
    (filled,) = read(title, "各单位：", "请按附件填报。", *registration())
    assert (filled.kind, filled.plain("activity_name")) == (Kind.REGISTRATION, "科普进校园活动")


def test_a_value_with_the_options_of_another_field_is_asked_for():
    (form,) = read(
        TITLE, HEAD, table(**{"活动时间": ["活动时间", "9月17日", "活动地点", "一中主要活动 ☑展览展示 □互动体验"]})
    )
    assert ("invalid", "venue", "error") in codes(form)
    (form,) = read(TITLE, HEAD, table(**{"活动时间": ["活动时间", "9月17日", "活动地点", "☑一中 □二中"]}))
    assert not codes(form)


def test_values_beside_a_form_that_looks_blank_are_seen():
    """What no field took may be all that was sent."""
    blank = grid([[row[0], ("", 3)] for row in ROWS])
    (form,) = read(TITLE, HEAD, blank, "科普进校园  9月17日  一中  庄晓东  13900000000  a@example.com", "展览  9月18日")
    assert (form.kind, codes(form)) == (Kind.UNRECOGNISED, set())
    (form,) = read(TITLE, HEAD, blank, "请于9月5日前发送至 a@example.com，联系电话：0595-22000000")
    assert codes(form) == {("blank_form", "", "error")}


def test_lines_below_the_title_of_a_summary_are_no_registration():
    (form,) = read(SUMMARY_TITLE, "活动名称  活动时间  联系人  电话", "1科普进校园  9月17日  庄晓东  13900000000")
    assert form.kind is not Kind.REGISTRATION


def test_a_blank_form_with_its_unit_filled_in():
    values = dict.fromkeys(
        ("name", "host", "undertaking", "person", "phone", "mobile", "email", "time", "venue", "content"), ""
    )
    (form,) = read(
        *registration(
            types=TYPES, audiences=AUDIENCES, counts="预计公众参与活动人数     人，组织工作人员     人。", **values
        )
    )
    assert codes(form) == {("blank_form", "", "error")}
    assert form.plain("reporting_unit") == "晋江市科学技术协会"


def test_our_own_answer_sent_back_is_no_submission():
    lines = [
        "来信已收到，所报材料已登记。以下是登记的内容，请核对。",
        "申报表：科普进校园\n受理号 KP2023-0007　已登记　文件：a.docx",
    ]
    (form,) = read(*lines, table(), is_body=True, format="html")
    assert form.kind is Kind.UNRECOGNISED
    (above,) = read(
        TITLE, HEAD, table(), *lines, table(活动名称=["活动名称", ("旧的", 3)]), is_body=True, format="html"
    )
    assert above.plain("activity_name") == "科普进校园"


def test_problems_of_the_file_stay_with_the_first_form():
    from bot.base.problems import Code, Problem, Severity

    problem = Problem(Code.TOO_LARGE, Severity.WARNING, "文件太大")
    forms = read(*registration(), *registration(name="第二项"), problems=(problem,))
    assert [len([p for p in form.problems if p is problem]) for form in forms] == [1, 0]


def test_where_each_value_stands():
    (form,) = read(*registration())
    assert form.fields["phone"].place == "表1 第4行第4列"
    assert form.fields["reporting_unit"].place == "第3段"
    assert form.fields["start_date"].text == "2023年9月17日-23日"


def test_a_schedule_inside_the_content_is_content():
    schedule = grid(
        [
            ["时间", "地点", "活动内容", "联系人"],
            ["9:00", "一楼", "开幕", "林志强"],
            ["10:00", "二楼", "讲座", "蔡建华"],
        ]
    )
    content = Cell(9, 1, "日程：\n" + table_text(schedule), 1, 3, nested=(schedule,))
    made = table()
    (form,) = read(TITLE, HEAD, Table((*made.cells[:-1], content)))
    assert only(form, "contact_person", "venue") == {"contact_person": "庄晓东", "venue": "一中"}
    assert "10:00\t二楼\t讲座" in form.plain("content")


def test_a_page_laid_out_as_a_table():
    inner, rows = (
        table(),
        grid([SUMMARY_HEAD, ["1", "科普进校园", "9月17日", "一中", "晋江市科协", "庄晓东", "22000000"]]),
    )
    text = "\n".join([TITLE, HEAD, table_text(inner), SUMMARY_TITLE, "填报单位：晋江市科协", table_text(rows)])
    forms = read(Table((Cell(0, 0, text, nested=(inner, rows)),)))
    assert [(form.kind.value, form.plain("reporting_unit")) for form in forms] == [
        ("registration", "晋江市科协"),
        ("summary", "晋江市科协"),
    ]
