"""Blank forms of other offices: learned, filled and read, with no line of code changed."""

from __future__ import annotations

from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.base.replacing import replace
from bot.documents.model import Cell, Table
from bot.documents.shared.grid import table_text
from bot.forms.definitions import load_definitions
from bot.forms.learn.inside import inside
from bot.forms.learn.learn import NothingToLearn, learn, learn_all
from bot.forms.model import Kind
from bot.forms.read import read_forms
from tests.forms.build import HEAD, SUMMARY_HEAD, SUMMARY_TITLE, TITLE, document, grid, registration, registration_table
from tests.forms.files import through_docx, through_xlsx

CAMPAIGN = Campaign("2024年科技活动周", date(2024, 5, 1), date(2024, 6, 30))
FIELDS = "□卫生健康  □信息技术  □生态环境\n□航空航天  □其他（请注明）"


def lecture(head, *values):
    """An application for a lecture: labels that no packaged form has."""
    topic, speaker, post, person, mobile, time, place, count, email, fields, tools, content = values or ("",) * 12
    return document(
        "附件2",
        "2024年“科技活动周”科普讲座申请表",
        head,
        grid(
            [
                ["讲座题目", (topic, 3)],
                ["主讲人", speaker, "职称/职务", post],
                ["联 系 人", person, "手机号码", mobile],
                ["讲座时间", time, "讲座地点", place],
                ["听众人数", count, "电子信箱", email],
                ["讲座领域", (fields or FIELDS, 3)],
                ["是否需要设备", (tools or "□是   □否", 3)],
                ["讲座\n内容\n简介", (content, 3)],
            ]
        ),
    )


def definitions_of(blank, tmp_path):
    path = tmp_path / "learned.toml"
    path.write_text(learn(blank), encoding="utf-8")
    return load_definitions([path])


@pytest.mark.parametrize("through", [lambda d: d, through_docx, through_xlsx], ids=["blocks", "docx", "xlsx"])
def test_an_application_for_a_lecture(tmp_path, through):
    blank = lecture("申请单位（公章）：                申请日期：    年   月   日")
    definitions = definitions_of(through(blank), tmp_path)
    filled = lecture(
        "申请单位（公章）：惠安县实验小学    申请日期：2024年5月6日",
        "走近航天", "庄晓东", "高级工程师", "林志强", "13900000000", "5月20日下午", "学校礼堂", "约300人", "a@example.com",
        FIELDS.replace("□航", "√航").replace("□信", "√信"), "□是   ☑否", "一、讲座\n二、互动",
    )  # fmt: skip
    (form,) = read_forms(through(filled), definitions, CAMPAIGN)
    assert form.definition == "learned_registration"
    assert form.kind is Kind.REGISTRATION
    by_label = {}
    for spec in definitions.form("learned_registration").field:
        by_label[spec.label] = form.plain(spec.key)
    assert by_label == {
        "申请单位": "惠安县实验小学",
        "申请日期": date(2024, 5, 6),
        "讲座题目": "走近航天",
        "主讲人": "庄晓东",
        "职称/职务": "高级工程师",
        "联系人": "林志强",
        "手机号码": "13900000000",
        "讲座时间": "5月20日下午",
        "讲座地点": "学校礼堂",
        "听众人数": 300,
        "电子信箱": "a@example.com",
        "讲座领域": ("信息技术", "航空航天"),
        "是否需要设备": ("否",),
        "讲座内容简介": "一、讲座\n二、互动",
    }
    assert (form.plain("start_date"), form.plain("end_date")) == (date(2024, 5, 20), date(2024, 5, 20))
    assert form.title == "走近航天"
    assert not form.problems


def test_the_blank_form_itself_is_blank(tmp_path):
    blank = lecture("申请单位（公章）：                申请日期：    年   月   日")
    (form,) = read_forms(blank, definitions_of(blank, tmp_path), CAMPAIGN)
    assert [problem.code.value for problem in form.problems] == ["blank_form"]


@pytest.mark.parametrize("through", [lambda d: d, through_docx, through_xlsx], ids=["blocks", "docx", "xlsx"])
def test_a_table_of_projects(tmp_path, through):
    head = ["序号", "服务项目", "服务时间", "服务地点", "参与单位", "项目负责人", "联系方式", "志愿者人数"]

    def table(unit, *rows):
        return document("2024年科技志愿服务项目统计表", f"单位（盖章）：{unit}", grid([head, *rows]))

    definitions = definitions_of(through(table("", *([str(n)] + [""] * 7 for n in (1, 2, 3)))), tmp_path)
    filled = table(
        "安溪县科协",
        ["1", "茶园技术指导", "5月8日-10日", "西坪镇", "安溪县茶叶学会", "庄晓东", "13900000000", "12"],
        ["2", "义诊", "5月12日", "湖头镇", "安溪县医院", "林志强", "0595-22000000", "20人"],
    )
    (form,) = read_forms(through(filled), definitions, CAMPAIGN)
    assert (form.kind, form.definition) == (Kind.SUMMARY, "learned_summary")
    assert form.plain("reporting_unit") == "安溪县科协"
    columns = definitions.form("learned_summary").column
    rows = [{spec.label: row[spec.key].value for spec in columns} for row in form.rows]
    assert rows[0] == {
        "服务项目": "茶园技术指导", "服务时间": "5月8日-10日", "服务地点": "西坪镇", "参与单位": "安溪县茶叶学会",
        "项目负责人": "庄晓东", "联系方式": "13900000000", "志愿者人数": 12,
    }  # fmt: skip
    assert rows[1]["志愿者人数"] == 20


def test_lines_without_a_table(tmp_path):
    labels = ["项目名称", "实施单位", "项目负责人", "办公电话", "实施时间", "项目简介"]
    blank = document("科普项目推荐表", *(f"{label}：________" for label in labels))
    definitions = definitions_of(blank, tmp_path)
    values = ["科普长廊", "永春县科协", "庄晓东", "22000000", "5月8日", "建设科普长廊一处"]
    filled = document("科普项目推荐表", *(f"{label}：{value}" for label, value in zip(labels, values, strict=True)))
    (form,) = read_forms(filled, definitions, CAMPAIGN)
    assert form.definition == "learned_registration"
    specs = definitions.form("learned_registration").field
    assert [form.plain(spec.key) for spec in specs] == values


def test_the_official_forms_learned_are_read_as_before(tmp_path):
    definitions = definitions_of(document("附件1", TITLE, HEAD, registration_table()), tmp_path)
    campaign = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
    (learned,) = read_forms(document(*registration()), definitions, campaign)
    (packaged,) = read_forms(document(*registration()), load_definitions(), campaign)
    assert {k: v.value for k, v in learned.fields.items()} == {k: v.value for k, v in packaged.fields.items()}
    blank = document(SUMMARY_TITLE, "填报单位（章）：", grid([SUMMARY_HEAD, *([str(n)] + [""] * 6 for n in (1, 2, 3))]))
    columns = definitions_of(blank, tmp_path).form("learned_summary").column
    assert [spec.key for spec in columns] == [
        "activity_name",
        "activity_time",
        "venue",
        "units",
        "contact_person",
        "phone",
    ]


def test_another_learned_form_leaves_the_official_one_alone(tmp_path):
    blank = lecture("申请单位（公章）：                申请日期：    年   月   日")
    campaign = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
    (form,) = read_forms(document(*registration()), definitions_of(blank, tmp_path), campaign)
    assert form.definition == "registration"


def test_a_letter_holds_nothing_to_learn():
    with pytest.raises(NothingToLearn, match="没有认出"):
        learn(document("各位老师：", "请于周五前报送材料。"))


CHECKS = [
    "持有有效许可证并公示",
    "从业人员持证上岗",
    "每日晨检记录完整",
    "原料离地离墙存放",
    "生熟用具分开",
    "成品留样四十八小时",
    "餐具消毒后入柜",
]


def check_list(unit, person, answers):
    """A self-check: two columns are printed in each row, and how a row is judged has boxes of its own."""
    rows = [["学校名称*", unit, "负责人*\n（签名）", person], ["项目", "检查内容", "检查结果", "问题描述"]]
    for i, text in enumerate(CHECKS):
        result, note = answers.get(i, ("☐是 ☐否 ☐不适用", ""))
        rows.append(["食堂卫生" if i < 4 else "加工制作", text, result, note])
    return document("学校食堂自查表", grid(rows))


def test_rows_that_the_form_has_begun_are_entries_once_somebody_wrote_into_them(tmp_path):
    definitions = definitions_of(check_list("", "", {}), tmp_path)
    answers = {1: ("☐是 ☑否 ☐不适用", "一人证件过期"), 4: ("☐是√ ☐否 ☐不适用", "")}
    (form,) = read_forms(check_list("青石镇中心小学", "林志强", answers), definitions, CAMPAIGN)
    told = [
        {definitions.form(form.definition).spec(key).label: value.value for key, value in row.items() if value.value}
        for row in form.rows
    ]
    assert told == [
        {"项目": "食堂卫生", "检查内容": CHECKS[1], "检查结果": ("否",), "问题描述": "一人证件过期"},
        {"项目": "加工制作", "检查内容": CHECKS[4], "检查结果": ("是",)},
    ]


def test_a_value_typed_behind_the_label_in_its_own_cell_is_the_value(tmp_path):
    definitions = definitions_of(lecture("申请单位（公章）：                申请日期：    年   月   日"), tmp_path)
    filled = lecture(
        "申请单位（公章）：惠安县实验小学", *("走近航天", "庄晓东", "", "", "", "", "", "", "", "", "", "")
    )
    cells = [c for b in filled.tables() for c in b.cells]
    there = next(c for c in cells if c.text == "讲座地点")
    typed = document(
        *(
            replace(
                b, cells=tuple(replace(c, text="讲座地点*\n（如：礼堂）学校操场") if c is there else c for c in b.cells)
            )
            if isinstance(b, Table)
            else b
            for b in filled.blocks
        )
    )
    (form,) = read_forms(typed, definitions, CAMPAIGN)
    assert form.text("venue") == "学校操场"


def test_who_signs_an_agreement_is_told_apart_and_no_day_is_a_name(tmp_path):
    def agreement(one, other, body, days, who=("", "", "")):
        stamps = grid(
            [["甲方（盖章）：", "乙方（签字）：", "见证方（盖章）："], [f"代表人：{name}" for name in who], days]
        )
        head = ["科普驻点协议书", f"甲方：{one[0]}  电话：{one[1]}", f"乙方：{other[0]}  电话：{other[1]}"]
        return document(*head, "见证方：          ", *body, stamps)

    blank = agreement(
        ("________", "________"), ("________", "________"),
        ["一、报酬。甲方□不支付　□支付乙方服务费        元。", "二、甲方□提供　□不提供场地，乙方□负责　□不负责设备。"],
        ["    年  月  日"] * 3,
    )  # fmt: skip
    definitions = definitions_of(blank, tmp_path)
    filled = agreement(
        ("安溪县科协", "13900000001"), ("庄晓东", "13900000002"),
        ["一、报酬。甲方□不支付　☑支付乙方服务费 800 元。", "二、甲方☑提供　□不提供场地，乙方□负责　☑不负责设备。"],
        ["2024年5月6日", "    年  月  日", "2024年5月8日"], ("林海燕", "", "周小云"),
    )  # fmt: skip
    (form,) = read_forms(filled, definitions, CAMPAIGN)
    said = {spec.label: form.plain(spec.key) for spec in definitions.form(form.definition).field}
    assert {label: value for label, value in said.items() if value is not None} == {
        "甲方": "安溪县科协", "甲方电话": "13900000001", "乙方": "庄晓东", "乙方电话": "13900000002",
        "报酬（甲方）": ("支付",), "乙方服务费": "800", "甲方（提供/不提供）": ("提供",), "乙方（负责/不负责）": ("不负责",),
        "甲方日期": date(2024, 5, 6), "见证方日期": date(2024, 5, 8), "甲方代表人": "林海燕", "见证方代表人": "周小云",
    }  # fmt: skip


def test_a_stamp_ends_a_text_and_an_opinion_is_signed_on_a_day_without_its_year(tmp_path):
    def request(topic, tools, wish, stamp, opinion):
        lines = [
            f"报告题目：{topic}",
            "联系人：李四" if topic else "联系人：",
            *tools,
            "希望讲解的内容：",
            *wish,
            stamp,
        ]
        return document(
            "科普报告预约函", f"预约单位：{'永春县科协' if topic else ''}", *lines, grid([["教研组意见", opinion]])
        )

    blank = request(
        "", ["现场条件：□投影　□音响　□其他"], ["", "", ""], "          预约单位（公章）：", "签字：          月   日"
    )
    definitions = definitions_of(blank, tmp_path)
    tools = ["现场条件：☑投影　□音响　√其他：电视机"]
    filled = request(
        "走近航天", tools, ["多讲故事。"], "          预约单位（公章）：永春科协", "同意\n签字：蔡明    10月9日\n— 3 —"
    )
    (form,) = read_forms(filled, definitions, CAMPAIGN)
    said = {spec.label: form.plain(spec.key) for spec in definitions.form(form.definition).field}
    assert (said["希望讲解的内容"], said["预约单位"]) == ("多讲故事。", "永春县科协")
    assert said["现场条件"] == ("投影", "其他：电视机")
    assert (said["教研组意见"], said["教研组意见签字"]) == ("同意", "蔡明")
    assert said["教研组意见日期"] == date(2024, 10, 9)


def test_a_numbered_heading_is_no_title_and_a_row_of_column_numbers_no_entry(tmp_path):
    """An application in parts, one of which is called a form; households and people in one sentence; who signs is nobody called «盖»."""

    def application(name, people, rows, marks, opinion):
        ways = "[ ]平日 [ ]周末\n[ ]假期"
        numbers = [f"（{n}）" for n in range(1, 5)]
        entries = [[str(n), *(rows[n - 1] if n <= len(rows) else ("", "", ways))] for n in range(1, 4)]
        tasks = ["每月更新画廊", "每季举办讲座"]
        return document(
            "丰泽区科普社区",
            "申　报　书",
            "一、基本情况",
            grid([["社区名称", name], ["人口情况", people]]),
            "二、志愿者",
            grid([["序号", "姓名", "单位", "可服务时间"], numbers, *entries]),
            "三、自评表",
            grid([["项　目", "每周", "每月", "很少"], *([t, *m] for t, m in zip(tasks, marks, strict=True))]),
            "四、审核意见",
            grid([["街道意见", f"{opinion}负责人（签字）：          　　　盖　章\n      年   月   日"]]),
        )

    free = [("", "", "")] * 2
    definitions = definitions_of(
        application("", "常住      户，        人；其中老人      人。", [], free, ""), tmp_path
    )
    rows = [("陈晓东", "海星小学", "[ ]平日 [√]周末\n[√]假期"), ("林海燕", "", "[√]平日 [ ]周末\n[ ]假期")]
    marks = [("", "√", ""), ("", "", "√")]
    filled = application("海星社区", "常住 860 户，2900 人；其中老人 700 人。", rows, marks, "同意。\n")
    (form,) = read_forms(filled, definitions, CAMPAIGN)
    definition = definitions.form(form.definition)
    said = {spec.label: form.plain(spec.key) for spec in definition.field if form.plain(spec.key) is not None}
    assert said == {
        "社区名称": "海星社区", "人口情况（常住）": "860", "人口情况（人数）": 2900, "人口情况（其中老人）": 700,
        "每月更新画廊": ("每月",), "每季举办讲座": ("很少",), "街道意见": "同意。",
    }  # fmt: skip
    told = [{definition.spec(key).label: v.value for key, v in row.items() if v.value} for row in form.rows]
    assert told == [
        {"姓名": "陈晓东", "单位": "海星小学", "可服务时间": ("周末", "假期")},
        {"姓名": "林海燕", "可服务时间": ("平日",)},
    ]


def test_months_above_one_row_of_counts_and_what_stands_behind_options_and_places(tmp_path):
    """Twelve months in two rows of heads; a label behind the last option; what is counted is printed in the place."""

    def register(year, head, tools, scope, way, first, second, checked):
        return document(
            "科普场馆开放登记表",
            f"（{year}年度）",
            grid(
                [
                    ["馆　长\n（负责人）", head, "工作人员", tools],
                    ["免费范围", scope, "雨天场地", way],
                    ["往返里程", "      公里" if not head else " 164  公里", "展区面积", "     平方米" if not head else "一个操场平方米"],
                ]
            ),
            "各月接待人次",
            grid([["月份", *(f"{n}月" for n in range(1, 4)), "上半年"], ["人次", *first], ["月份", *(f"{n}月" for n in range(7, 10)), "下半年"], ["人次", *second]]),
            grid([["主管部门意见", checked]]),
        )  # fmt: skip

    blank = register(
        "      ", "", "专职    人，兼职    人", "☐ 全部免费  ☐ 仅对学生免费　收费项目：", "□有　□无　（面积      ㎡）",
        [""] * 4, [""] * 4, "☐ 属实　☐ 需补充\n核实人：        　　      年   月   日",
    )  # fmt: skip
    definitions = definitions_of(blank, tmp_path)
    filled = register(
        " 2024 ", "程东", "专职 46 人，兼职 12 人", "☑ 全部免费  ☐ 仅对学生免费　收费项目：   球幕影院", "☑有　□无　（面积 420  ㎡）",
        ["310", "420", "", "2000"], ["710", "", "930", "3000"], "☑ 属实　☐ 需补充\n核实人：        　　      年   月   日",
    )  # fmt: skip
    (form,) = read_forms(filled, definitions, CAMPAIGN)
    definition = definitions.form(form.definition)
    said = {spec.label: form.plain(spec.key) for spec in definition.field if form.plain(spec.key) is not None}
    assert said == {
        "年度": "2024", "馆长": "程东", "工作人员（专职）": 46, "工作人员（兼职）": 12, "免费范围": ("全部免费",), "收费项目": "球幕影院",
        "雨天场地": ("有",), "往返里程": "164", "展区面积": "一个操场", "主管部门意见": ("属实",),
        "人次（1月）": 310, "人次（2月）": 420, "人次（上半年）": 2000, "人次（7月）": 710, "人次（9月）": 930, "人次（下半年）": 3000,
    }  # fmt: skip


def test_boxes_behind_options_a_sum_in_words_a_short_day_below_a_stamp_and_narrow_gaps(tmp_path):
    def account(unit, ways, state, first, total, words, age, opinion, power, term):
        return document(
            "科普经费使用明细表",
            f"承担单位：{unit}",
            ways,
            grid(
                [
                    ["支出科目", "预算数", "实际支出", "备注"],
                    ["场地布置费", *first],
                    ["合　计", *total],
                    ["合计（大写）", *words],
                ]
            ),
            grid(
                [
                    ["图书状况", state, "从业年限", age],
                    ["220V电源", power, "聘任信息", term],
                    ["派出单位意见", (opinion, 3)],
                ]
            ),
        )

    place = "负责人：\n（公章）\n      年   月   日"
    blank = account(
        "", "捐赠意愿：定向□　不定向□　　　是否需要证书：是□　否□　　　可否公示：可以□　不可以□",
        "全新□　八成新以上□　有破损□    册", [""] * 3, [""] * 3, ["", "", "附单据    张"], "      年", place,
        "□有，距离展区    米　□无", "聘期自            至            ，共  年。",
    )  # fmt: skip
    definitions = definitions_of(blank, tmp_path)
    filled = account(
        "安溪县科协", "捐赠意愿：定向☑　不定向□　　　是否需要证书：是□　否√　　　可否公示：可以☑　不可以□",
        "全新☑　八成新以上□　有破损□    册", ["12000", "11680", ""], ["50000", "48895.5", "已退回"],
        ["肆万捌仟元", "48895.5", "附单据 37 张"], "10年年", "同意\n\n负责人：\n（公章）\n9.2",
        "☑有，距离展区 30 米　□无", "聘期自2024年9月1日至2027年8月31日，共3 年。",
    )  # fmt: skip
    (form,) = read_forms(filled, definitions, CAMPAIGN)
    definition = definitions.form(form.definition)
    said = {spec.label: form.plain(spec.key) for spec in definition.field if form.plain(spec.key) is not None}
    assert said.pop("派出单位意见日期", date(2024, 9, 2)) == date(2024, 9, 2)
    assert said == {
        "承担单位": "安溪县科协", "捐赠意愿": ("定向",), "是否需要证书": ("否",), "可否公示": ("可以",),
        "图书状况": ("全新",), "从业年限": "10", "场地布置费（预算数）": "12000", "场地布置费（实际支出）": "11680",
        "合计（预算数）": "50000", "合计（实际支出）": "48895.5", "合计（备注）": "已退回", "220V电源": ("有",), "220V电源（距离展区）": "30", "聘任信息（聘期）": "2024年9月1日",
        "聘任信息（聘期）（至）": "2027年8月31日", "聘任信息（共…年）": "3", "派出单位意见": "同意",
    }  # fmt: skip


NOTED_NAME = [
    ("陈嘉怡（女，1990年2月生）", ("陈嘉怡", "女", "1990年2月")),
    ("陈嘉怡（女，组长）", ("陈嘉怡（女，组长）", None, None)),
]


@pytest.mark.parametrize(("written", "read"), NOTED_NAME)
def test_what_stands_behind_a_name_goes_where_it_is_asked_for(tmp_path, written, read):
    def form(name):
        return document(
            "科普讲师申报表",
            grid([["课程名称", ""], ["姓名", name], ["性别", ""], ["出生年月", ""], ["单位", ""], ["手机", ""]]),
        )

    definitions = definitions_of(form(""), tmp_path)
    filled = form(written)
    (form_read,) = read_forms(filled, definitions, CAMPAIGN)
    by_label = {spec.label: form_read.plain(spec.key) for spec in definitions.form("learned_registration").field}
    assert tuple(by_label[label] for label in ("姓名", "性别", "出生年月")) == read


TYPED_OVER = [
    ("一、该生就读于实验小学（学校），身体状况良好，能够参加全部活动。", ("良好",), None),
    (
        "一、该生就读于实验小学（学校），身体状况□良好 √有特殊情况（请注明：花生过敏），能够参加全部活动。",
        ("有特殊情况",),
        "花生过敏",
    ),
]


@pytest.mark.parametrize(("written", "chosen", "note"), TYPED_OVER)
def test_a_sentence_whose_options_are_typed_over(tmp_path, written, chosen, note):
    def pledge(person, line):
        return document(
            "夏令营安全承诺书",
            f"本人{person}，自愿参加活动。",
            line,
            f"电话：{'13900000000' if person.strip() else ''}",
            "单位：实验小学" if person.strip() else "单位：",
        )

    blank = "一、该生就读于            （学校），身体状况□良好 □有特殊情况（请注明：________），能够参加全部活动。"
    definitions = definitions_of(pledge("            ", blank), tmp_path)
    (form,) = read_forms(pledge("林小满", written), definitions, CAMPAIGN)
    by_label = {spec.label: form.plain(spec.key) for spec in definitions.form("learned_registration").field}
    assert (by_label["身体状况"], by_label["请注明"]) == (chosen, note)


SLASHED = [  # the last is the note of a label
    (
        "属于小型企业，现有职工12人，所填内容（属实√ / 不属实），经公示5个工作日，√无异议 □有异议。",
        "小型",
        "属实",
        "无异议",
    ),
    (
        "属于（小型 / 微型√）企业，现有职工9人，所填内容属实，经公示七个工作日，□无异议 √有异议。",
        "微型",
        "属实",
        "有异议",
    ),
    (
        "属于（小型 / 微型）企业，现有职工     人，所填内容（属实 / 不属实），经公示   个工作日，□无异议 □有异议。",
        None,
        None,
        None,
    ),
]


@pytest.mark.parametrize(("written", "size", "truth", "objection"), SLASHED)
def test_options_in_brackets_with_a_slash_are_a_gap_of_their_sentence(tmp_path, written, size, truth, objection):
    def form(name, line):
        return document(
            "小微企业补贴申请书",
            grid(
                [
                    ["企业名称", name],
                    ["联系人", name and "林小满"],
                    ["联系人（姓名/电话）", name and "林小满"],
                    ["审核", line],
                ]
            ),
        )

    definitions = definitions_of(form("", SLASHED[-1][0]), tmp_path)
    (read,) = read_forms(form("清溪食品厂", written), definitions, CAMPAIGN)
    chosen = [read.plain(spec.key) for spec in definitions.form("learned_registration").field if spec.kind == "choice"]
    assert [one and one[0] for one in chosen] == [size, truth, objection]


STAFF = [
    ("讲解员名册", "姓名", "岗位", 1),
    ("讲解员名册", "姓名", "所在单位", 2),
    ("讲解员汇总表", "姓名", "岗位", 2),
    ("讲解员名册", "展厅", "所在单位", 1),
]


@pytest.mark.parametrize(("title", "first_column", "column", "forms"), STAFF)
def test_a_sheet_of_names_is_that_of_whoever_the_sheet_before_it_asks_for(tmp_path, title, first_column, column, forms):
    def workbook(*values):
        name, venue, person, post = values or ("",) * 4
        first = [["科普场馆信息表"], ["场馆名称", name], ["详细地址", venue], ["馆长", person], ["开放天数", ""]]
        first += [["序号", "展厅", "面积", "层数"], ["1", "", "", ""], ["2", "", "", ""]]
        second = [[title], ["序号", first_column, "性别", column], ["1", person, "", post], ["2", "", "", ""]]
        return document(grid(first, "信息"), grid(second, "人员"), path="信息表.xlsx", format="xlsx")

    texts = learn_all(workbook())
    assert len(texts) == forms
    if forms == 1:
        path = tmp_path / "learned.toml"
        path.write_text(texts[0], encoding="utf-8")
        (form,) = read_forms(workbook("清源科技馆", "桃源路1号", "陈望舒", "讲解"), load_definitions([path]), CAMPAIGN)
        assert (form.plain("activity_name"), form.plain("venue"), len(form.rows)) == ("清源科技馆", "桃源路1号", 1)


HEADS = [
    (["题目", "刊物名称", "发表时间", "排名"], "", 2),
    (["题目", "刊物名称", "发表时间", "排名"], "其中第二篇已录用", 2),
    (["奖项", "授予单位", "获奖时间", "等级"], "", 0),
]


@pytest.mark.parametrize(("head", "note", "entries"), HEADS)
def test_a_list_in_one_cell_has_entries(tmp_path, head, note, entries):
    def review(name, head, *papers):
        rows = [*papers, [(note, 4)]] if papers and note else list(papers) or [[""] * 4] * 2
        inner = grid([head, *rows])
        told = [Cell(2, 0, "论文著作"), Cell(2, 1, table_text(inner), 1, 3, (inner,))]
        outer = grid([["姓名", name, "性别", ""], ["现任资格", "", "政治面貌", ""], [], ["其他说明", ("", 3)]])
        return document("职称评审简表", Table((*outer.cells[:8], *told, *outer.cells[8:])))

    definitions = definitions_of(review("", HEADS[0][0]), tmp_path)
    papers = ["管网研究", "给水", "2022.08", "第一"], ["泵站选型", "市政", "2023.11", "独著"]
    (form,) = read_forms(review("端木晴", head, *papers), definitions, CAMPAIGN)
    assert form.plain("activity_name") == "端木晴"
    assert len(form.rows) == entries


@pytest.mark.parametrize(
    ("printed", "labels"),
    [
        ("考核人员：                年    月    日", ["考核人员", "考核人员日期"]),
        ("检查组长：            年  月  日", ["检查组长", "检查组长日期"]),
        ("考核日期：                年    月    日", ["考核日期"]),
        ("考核人员：                ", ["考核人员"]),
    ],
)
def test_persons_beside_a_day_are_told_apart_from_it(tmp_path, printed, labels):
    assert [one.label for one in inside(printed)] == labels
    blank = document(
        "考核表", grid([["被考核单位", ""], ["存在问题", ""], ["考核组意见", f"等次：优秀（  ）良好（  ）\n{printed}"]])
    )
    (form,) = [form for form in definitions_of(blank, tmp_path).forms if form.name.startswith("learned")]
    assert {spec.kind == "date" for spec in form.field if spec.label == "考核人员"} <= {False}
