"""Only what is certain becomes a value: no signature, no sentence to us, no remark beside the value."""

from __future__ import annotations

from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.forms.definitions import load_definitions
from bot.forms.read import read_forms
from bot.statements.values.answers import read_answers
from tests.forms.build import document, registration

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))

SIGNED = [
    ("地点在体育馆\n林科长 13905990001", {"venue": "体育馆"}, False),
    ("活动地点：体育馆\n\n小吴  手机 13905990002", {"venue": "体育馆"}, False),
    ("活动地点：体育馆\n吴小敏\n手机：13905990003", {"venue": "体育馆"}, False),
    ("活动地点：体育馆\n移动电话：13905990004", {"venue": "体育馆"}, True),
    ("活动地点：体育馆\n邮箱：wxm@example.com", {"venue": "体育馆"}, True),
    ("活动地点：体育馆\n电子邮箱：zxd@example.com", {"venue": "体育馆"}, True),
    ("活动地点：体育馆\n联系人：吴小敏（13905990005）", {"venue": "体育馆"}, True),
    ("活动地点：体育馆\n\n吴小敏\n办公室副主任\n电话：0595-22990006\n手机：13905990006", {"venue": "体育馆"}, False),
    ("活动地点：体育馆\n吴小敏 / 0595-22990007", {"venue": "体育馆"}, False),
    # on purpose
    ("活动地点：体育馆\n手机改为13905990008", {"venue": "体育馆", "mobile": "13905990008"}, False),
    ("联系人换成吴小敏\n手机：13905990009", {"contact_person": "吴小敏", "mobile": "13905990009"}, False),
    ("手机：13905990010", {"mobile": "13905990010"}, False),
    ("联系人：吴小敏\n手机：13905990011", {"contact_person": "吴小敏", "mobile": "13905990011"}, False),
]


@pytest.mark.parametrize(("text", "changed", "asks"), SIGNED, ids=[one[0] for one in SIGNED])
def test_a_closing_line_changes_nothing_that_was_right(text, changed, asks):
    """The place is open. *asks*: what the line says of a field goes to a person."""
    assert changes(text, venue="") == (changed, asks)


OPEN = [
    (
        {"venue": "", "phone": "123"},
        "地点：体育馆\n电话：0595-22990021",
        {"venue": "体育馆", "phone": "0595-22990021"},
        False,
    ),
    ({"venue": "", "phone": "123"}, "地点：体育馆\n吴主任 电话：0595-22990022", {"venue": "体育馆"}, True),
    ({"venue": "", "phone": "123"}, "地点：体育馆\n联系方式：0595-22990023", {"venue": "体育馆"}, True),
    ({"person": ""}, "联系人：吴小敏 13905990024", {"contact_person": "吴小敏"}, True),
    (
        {"person": "", "mobile": ""},
        "联系人：吴小敏 13905990025",
        {"contact_person": "吴小敏", "mobile": "13905990025"},
        False,
    ),
]


@pytest.mark.parametrize(("bad", "text", "changed", "asks"), OPEN, ids=[one[1] for one in OPEN])
def test_an_open_field_is_filled_by_its_label_not_by_a_signature(bad, text, changed, asks):
    assert changes(text, **bad) == (changed, asks)


SENTENCES = {
    "venue": [
        "活动地点",
        "明天上午跟您讲",
        "晚点报给您",
        "由局领导定",
        "在协调场地",
        "看天气情况",
        "我还在找场地",
        "微信里说了",
        "贵馆三楼",
        "体育馆或礼堂",
        "再和学校商量",
        "听通知",
    ],
    "host": ["主办单位", "这个要问下办公室", "等会后确定", "还没确认", "你们单位"],
    "name": ["活动名称", "等想好了再告诉您", "先空着", "海洋科普行（拟名）", "还没想好", "请老师定"],
    "person": ["联系人", "领导还在定", "下周再报", "等安排"],
    "content": ["主要活动内容", "我再想想", "稍后补给您", "方案还没写好", "明天下午发给您。", "和去年一样"],
}


@pytest.mark.parametrize(
    ("field", "text"), [(key, f"{label}：{one}") for key, (label, *told) in SENTENCES.items() for one in told]
)
def test_a_sentence_behind_a_label_is_no_value(field, text):
    assert changes(text, **{field: ""}) == ({}, True)


PLACES = [
    "未来科技馆",
    "再生资源展示厅",
    "先锋路不夜城广场",
    "南安市图书馆（新馆）",
    "我市各中小学",
    "东海学术交流中心等候厅",
    "泉州书吧",
    "小说馆二楼",
]
NAMES = ["你好，未来", "我是小小科学家", "我们的海洋", "科学与您同行", "探索未知的世界", "向往星空", "明天的发明家"]
TEXTS = ["我校组织学生参观科技馆，现场问答。", "下午开展急救讲座，上午发放科普读物。", "邀请专家与您面对面。"]


@pytest.mark.parametrize(
    ("field", "key", "label", "value"),
    [("venue", "venue", "活动地点", one) for one in PLACES]
    + [("name", "activity_name", "活动名称", one) for one in NAMES]
    + [("content", "content", "主要活动内容", one) for one in TEXTS],
)
def test_a_value_that_sounds_like_a_sentence_is_taken(field, key, label, value):
    assert changes(f"{label}：{value}", **{field: ""}) == ({key: value}, False)


REMARKS = [
    ("person", "联系人：吴小敏（接替庄晓东）", {"contact_person": "吴小敏"}),
    ("person", "联系人：吴小敏（办公室主任）", {"contact_person": "吴小敏（办公室主任）"}),
    ("person", "联系人：吴小敏（周末不在）", {}),
    ("phone", "联系电话：0595-22990031（以此为准）", {"phone": "0595-22990031"}),
    ("phone", "联系电话：0595-22990032（原来的号码停用了）", {"phone": "0595-22990032"}),
    ("phone", "联系电话：0595-22990033（值班室0595-22990034）", {}),
    ("phone", "联系电话：0595-22990035（吴老师）", {"phone": "0595-22990035"}),
    ("host", "主办单位：晋江市教育局（已盖公章）", {"host_unit": "晋江市教育局"}),
    ("venue", "活动地点：市民广场（请帮忙更新）", {"venue": "市民广场"}),
    ("venue", "活动地点：市民广场（北门）", {"venue": "市民广场（北门）"}),
    ("name", "活动名称：星空讲堂（原名天文讲堂）", {"activity_name": "星空讲堂"}),
    ("content", "主要活动内容：展板巡展、专家讲座。辛苦老师了！", {"content": "展板巡展、专家讲座。"}),
    ("content", "主要活动内容：展板巡展、专家讲座，谢谢老师", {"content": "展板巡展、专家讲座"}),
]


@pytest.mark.parametrize(("field", "text", "changed"), REMARKS, ids=[one[1] for one in REMARKS])
def test_a_remark_beside_a_value_is_no_part_of_it(field, text, changed):
    bad = {field: "123" if field == "phone" else ""}
    assert changes(text, **bad) == (changed, not changed)


def changes(text, **bad):
    """The changed values, and whether a line is handed to a person."""
    form = read_forms(document(*registration(**bad)), DEFINITIONS, CAMPAIGN)[0]
    answers = read_answers(text, form, DEFINITIONS, CAMPAIGN)
    return {one.key: one.after.value for one in answers.changes}, bool(answers.unknown)
