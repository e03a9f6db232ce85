"""Other offices' forms share labels with ours; ours stays ours with a changed title, missing labels, or retyped without a table."""

from __future__ import annotations

from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.forms.definitions import load_definitions
from bot.forms.read import read_forms
from tests.forms.build import AUDIENCES, TYPES, document, grid

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))

WHO = [["单位名称", "惠安县科协"], ["联系人", "苏建平", "联系电话", "0595-87380002"], ["电子邮箱", "s@example.com"]]
OTHERS = {
    "全国科普日活动情况调查表": [*WHO, ["区分", "名称", "单位", "数量"], ["科普活动", "报告会", "场", "12"], ["科普活动", "展览", "场", "5"]],
    "科普工作调查问卷": [*WHO, ["贵单位科普经费", "5万元"], ["活动形式", "讲座、展览"], ["参与人数", "300人"]],
    "培训班报名表": [["姓名", "苏建平", "性别", "男"], ["单位", "惠安县科协", "职务", "科员"], ["联系电话", "13900000000", "电子邮箱", "s@example.com"], ["培训时间", "9月18日", "培训地点", "泉州"]],
    "科普讲解大赛报名表": [["参赛单位", "惠安县科协"], ["选手姓名", "苏建平"], ["作品名称", "海洋的秘密"], ["联系人", "林某", "联系电话", "13900000000"], ["作品简介", "讲解海洋。"]],
    "最美科技工作者推荐表": [["姓名", "苏建平", "性别", "男"], ["工作单位", "惠安县科协", "职务", "科员"], ["联系电话", "13900000000", "电子邮箱", "s@example.com"], ["主要事迹", "长期从事科普。"], ["推荐单位", "惠安县科协"]],
    "会议签到表": [["序号", "姓名", "单位", "联系电话", "签名"], ["1", "苏建平", "惠安县科协", "13900000000", ""]],
    "活动签到表": [["活动名称", "科普讲座", "活动时间", "9月18日"], ["活动地点", "文化馆"], ["序号", "姓名", "单位", "电话"], ["1", "苏建平", "科协", "13900000000"]],
    "科普经费统计表": [["序号", "项目名称", "承担单位", "起止时间", "负责人", "联系电话"], ["1", "科普大篷车", "县科协", "2023年9月18日", "苏建平", "13900000000"]],
    "科技计划项目申报书": [["项目名称", "智能养殖"], ["申报单位", "某公司"], ["项目负责人", "苏建平", "联系电话", "13900000000"], ["起止时间", "2023年9月至2024年9月"], ["主要内容", "研究养殖技术。"], ["项目经费", "10万元"]],
    "科普教育基地申报表": [["基地名称", "海洋馆"], ["申报单位", "某公司"], ["联系人", "苏建平", "联系电话", "13900000000"], ["电子邮箱", "s@example.com", "地址", "某路1号"], ["开放时间", "全年"], ["基地简介", "有展厅三个。"]],
    "科普志愿者登记表": [["姓名", "苏建平", "性别", "男"], ["工作单位", "惠安县科协"], ["联系电话", "13900000000", "电子邮箱", "s@example.com"], ["服务时间", "周末", "服务地点", "科技馆"]],
    "参会回执": [["单位", "惠安县科协"], ["姓名", "苏建平", "职务", "科员"], ["联系电话", "13900000000"], ["到达时间", "9月18日", "住宿", "是"]],
    "物资采购单": [["序号", "名称", "规格", "数量", "单位"], ["1", "展板", "80×120", "12", "块"]],
    "供应商一览表": [["序号", "名称", "地址", "联系人", "联系电话"], ["1", "某印刷厂", "某路1号", "苏建平", "13900000000"]],
    "个人简历": [["姓名", "苏建平", "性别", "男"], ["电话", "13900000000", "邮箱", "s@example.com"], ["时间", "2018年至今", "地点", "泉州"], ["工作单位", "惠安县科协"]],
    "科普场馆统计表": [["序号", "场馆名称", "地址", "开放时间", "联系人", "联系电话"], ["1", "科技馆", "某路1号", "周末", "苏建平", "13900000000"]],
    "论文登记表": [["题目", "论科普"], ["作者", "苏建平", "单位", "惠安县科协"], ["联系电话", "13900000000", "邮箱", "s@example.com"], ["发表时间", "2023年9月"]],
    "来访登记表": [["来访单位", "某公司"], ["联系人", "苏建平", "电话", "13900000000"], ["来访时间", "9月18日", "来访人数", "3人"], ["来访事由", "参观"]],
    "会议室使用申请表": [["申请单位", "县科协"], ["会议名称", "工作会"], ["使用时间", "9月18日", "参加人数", "30人"], ["联系人", "苏建平", "联系电话", "13900000000"]],
    "通讯录": [["序号", "单位", "联系人", "职务", "联系电话"], ["1", "县科协", "苏建平", "科员", "13900000000"]],
    "课程表": [["时间", "地点", "课程名称", "主讲人", "联系电话"], ["9月18日", "报告厅", "科普写作", "苏建平", "13900000000"]],
    "值班安排表": [["日期", "值班人", "联系电话", "地点"], ["9月18日", "苏建平", "13900000000", "科技馆"]],
}  # fmt: skip
WHERE = [["活动时间", "9月17日", "活动地点", "人民广场"], ["联系人", "苏建平", "联系电话", "13900000000"]]
# These ask for an activity as ours does; what they are tells their heading.
ACTIVITIES = {
    "2023年全国科普日先进活动推荐表": [["活动名称", "海洋周"], ["主办单位", "县科协", "参与人数", "800"], *WHERE, ["主要活动内容", "展览"], ["推荐意见", "同意"]],
    "体育场馆使用申请表": [["活动名称", "趣味运动会"], ["申请单位", "县科协", "参与人数", "200"], *WHERE, ["活动内容", "运动会"], ["场馆意见", ""]],
    "群众性活动安全报备表": [["活动名称", "元宵灯会"], ["主办单位", "某公司"], ["承办单位", "某文化公司", "预计参加人数", "20000"], *WHERE, ["派出所意见", ""]],
    "青年志愿服务活动登记表": [["活动名称", "引导服务"], *WHERE, ["服务对象", "居民", "参与人数", "30"], ["活动内容", "引导"]],
    "2023年全国防灾减灾周活动登记表": [["活动名称", "演练"], ["主办单位", "县应急局"], ["承办单位", "某校"], *WHERE, ["参与人数", "800"], ["活动内容", "演练"]],
    "科普日活动绩效评价表": [["活动名称", "海洋展"], ["主办单位", "县科协"], *WHERE, ["参与人数", "900"], ["活动内容", "展览"], ["得分", "95"]],
}  # fmt: skip


@pytest.mark.parametrize("title", ACTIVITIES)
def test_a_form_about_another_thing_is_shown_as_such(title: str) -> None:
    (form,) = read_forms(document(title, grid(ACTIVITIES[title]), path="附件.docx"), DEFINITIONS, CAMPAIGN)
    assert (form.kind.value, form.resembles) == ("unrecognised", title)


def test_a_survey_about_activities_is_no_report() -> None:
    rows = [
        ["填报单位", "县科协"],
        ["2022年开展活动次数", "30"],
        ["活动对象", "青少年"],
        ["存在问题", "经费不足，" * 30],
    ]
    for title in ("科普活动开展情况调查表", "2022年工作完成情况统计表"):
        (form,) = read_forms(document(title, grid(rows), path="附件.docx"), DEFINITIONS, CAMPAIGN)
        assert form.kind.value == "unrecognised"


@pytest.mark.parametrize(
    "title",
    [
        "石狮市第一小学科普日活动登记表",
        "全国科普日系列活动备案登记表",
        "泉州市科普活动项目申报表",
        "2021年全国科普日重点活动信息表",
        "附件1：科普日重点项目登记表",
    ],
)
def test_ours_under_another_title_with_labels_missing(title: str) -> None:
    rows = [[label, OURS[label]] for label in ("活动名称", "主办单位", "活动时间", "活动地点", "联系电话")]
    (form,) = read_forms(document(title, grid(rows)), DEFINITIONS, CAMPAIGN)
    assert form.kind.value == "registration"


@pytest.mark.parametrize("title", OTHERS)
@pytest.mark.parametrize("titled", [True, False])
def test_another_offices_form_is_not_ours(title: str, titled: bool) -> None:
    if title == "活动签到表" and not titled:
        return  # name, day and place of an activity under no heading may be a short form of ours
    rows = [[*row] for row in OTHERS[title]]
    blocks = [title, grid(rows)] if titled else [grid(rows)]
    assert {form.kind.value for form in read_forms(document(*blocks, path="附件.docx"), DEFINITIONS, CAMPAIGN)} == {
        "unrecognised"
    }


OURS = {
    "活动名称": "海洋大讲堂",
    "主办单位": "石狮市科协",
    "承办单位": "石狮市图书馆",
    "联系人": "黄雅婷",
    "联系电话": "0595-88700001",
    "活动时间": "9月18日",
    "活动地点": "石狮市图书馆",
    "主要活动类型": TYPES.replace("□展览展示", "☑展览展示"),
    "活动对象": AUDIENCES.replace("□青少年", "☑青少年"),
    "参与人数": "预计公众参与活动人数300人，组织工作人员12人。",
    "主要活动内容": "讲座。",
}


@pytest.mark.parametrize(
    "title",
    [
        "2022年泉州市全国科普日重点活动登记表",
        "科普活动申报表",
        "石狮市科普日活动情况表",
        "全国科普日活动报名表",
        "活动备案表",
        "重点活动推荐表",
        "",
    ],
)
def test_ours_under_another_title(title: str) -> None:
    blocks = [*([title] if title else []), "填报单位：石狮市科协", grid([[*item] for item in OURS.items()])]
    (form,) = read_forms(document(*blocks), DEFINITIONS, CAMPAIGN)
    assert (form.kind.value, form.plain("activity_name")) == ("registration", "海洋大讲堂")


@pytest.mark.parametrize(
    "kept",
    [
        ("活动名称", "活动时间", "活动地点", "联系人", "联系电话"),
        ("活动名称", "主办单位", "活动地点", "主要活动内容"),
        ("活动名称", "主办单位", "联系人", "参与人数", "活动对象"),
    ],
)
def test_ours_with_labels_missing(kept: tuple[str, ...]) -> None:
    rows = [[label, OURS[label]] for label in kept]
    (form,) = read_forms(document("2023年泉州市全国科普日重点活动申报表", grid(rows)), DEFINITIONS, CAMPAIGN)
    assert form.kind.value == "registration"


def test_ours_with_the_words_of_somebody_else() -> None:
    other = {
        "活动名称": "项目名称",
        "活动时间": "时间",
        "活动地点": "地点",
        "主要活动类型": "活动形式",
        "主要活动内容": "内容",
    }
    rows = [[other.get(label, label), value] for label, value in OURS.items()]
    (form,) = read_forms(document("填报单位：石狮市科协", grid(rows)), DEFINITIONS, CAMPAIGN)
    assert (form.kind.value, form.plain("activity_name")) == ("registration", "海洋大讲堂")


def test_ours_retyped_without_a_table() -> None:
    lines = [f"{label}：{value}" for label, value in OURS.items()]
    (form,) = read_forms(document("填报单位：石狮市科协", *lines), DEFINITIONS, CAMPAIGN)
    assert (form.kind.value, form.plain("venue")) == ("registration", "石狮市图书馆")


@pytest.mark.parametrize(
    "head",
    [
        ["序号", "活动名称", "活动时间", "活动地点", "主办单位", "联系人", "联系电话"],
        ["序号", "项目名称", "时间", "地点", "单位", "联系人", "电话"],
        ["活动名称", "时间", "地点", "联系人"],
    ],
)
@pytest.mark.parametrize("title", ["科普日活动汇总表", "", "各单位活动清单"])
def test_our_table_is_ours(head: list[str], title: str) -> None:
    values = {"序号": "1", "联系人": "黄雅婷"}
    row = [
        values.get(label) or {"时": "9月18日", "地": "图书馆", "主": "科协", "单": "科协", "电": "0595-88700001", "联": "0595-88700001"}.get(label.removeprefix("活动")[0], "海洋大讲堂")
        for label in head
    ]  # fmt: skip
    (form,) = read_forms(document(*([title] if title else []), grid([head, row])), DEFINITIONS, CAMPAIGN)
    assert form.kind.value == "summary" and len(form.rows) == 1
