"""What is asked for in words: (text, wish, references, argument); everything else is no request."""

from __future__ import annotations

import pytest

from bot.decision.words.requests import Wish, request_in

ONE, TWO = "KP2023-0007", "KP2023-0008"
WITHDRAWALS = [
    ("请撤回", (), ""),
    ("申请撤回该活动", (), ""),
    ("撤回", (), ""),
    (f"活动取消，请撤回 {ONE}", (ONE,), ""),
    (f"撤回{ONE}、{TWO}", (ONE, TWO), ""),
    (f"请撤回 {ONE} 和 {TWO}，谢谢！", (ONE, TWO), ""),
    ("这个活动不办了，请撤回。", (), ""),
    ("因天气原因活动取消，特申请撤回", (), ""),
    ("我单位因场地变动，不再举办该活动，请予以撤回", (), ""),
    ("撤回“科普讲座”", (), "科普讲座"),
    ("请撤回《科普讲座》的申报", (), "科普讲座"),
    ("取消申报", (), ""),
    (f"撤回 {ONE.lower()}，谢谢", (ONE,), ""),
    (f"申请撤销{ONE}的申报", (ONE,), ""),
    (f"发重复了，请撤回{TWO}", (TWO,), ""),
    ("老师您好，请撤回刚才发的申报表，我们重新发送", (), ""),
]
UNITS = [
    "单位：晋江市教育局",
    "我单位是晋江市教育局",
    "填报单位应为晋江市教育局，谢谢",
    "单位全称：晋江市教育局",
    "单位名称改为 晋江市教育局",
    "填报单位更正为晋江市教育局。",
]
COMMANDS = [
    ("汇总", Wish.DIGEST, (), ""),
    ("请发一下汇总", Wish.DIGEST, (), ""),
    ("您好，请发一下汇总，谢谢", Wish.DIGEST, (), ""),
    ("最新汇总表发我一下", Wish.DIGEST, (), ""),
    ("缺报", Wish.MISSING, (), ""),
    ("请把缺报名单发给我", Wish.MISSING, (), ""),
    ("还有哪些单位没报？", Wish.MISSING, (), ""),
    ("查询：晋江市", Wish.QUERY, (), "晋江市"),
    ("查一下晋江市", Wish.QUERY, (), "晋江市"),
    ("查询 晋江市科协的报送情况", Wish.QUERY, (), "晋江市科协"),
    (f"查询{ONE}", Wish.QUERY, (), ONE),
    ("晋江市报了吗", Wish.QUERY, (), "晋江市"),
    ("导出", Wish.EXPORT, (), ""),
    ("导出全部材料", Wish.EXPORT, (), ""),
    ("帮助", Wish.HELP, (), ""),
    (f"通过{ONE}", Wish.APPROVE, (ONE,), ""),
    (f"通过 {ONE} {TWO}", Wish.APPROVE, (ONE, TWO), ""),
    (f"{ONE}、{TWO}通过", Wish.APPROVE, (ONE, TWO), ""),
    (f"同意{ONE}", Wish.APPROVE, (ONE,), ""),
    (f"退回{ONE}，原因：地点不明确", Wish.RETURN, (ONE,), "地点不明确"),
    (f"{ONE}退回，地点不明确", Wish.RETURN, (ONE,), "地点不明确"),
    (f"退回 {ONE} {TWO} 时间不对", Wish.RETURN, (ONE, TWO), "时间不对"),
]
NOTHING = [
    "请不要撤回",
    "能撤回吗？",
    "撤回后怎么重新报",
    "已撤回",
    "请撤回，时间改为9月18日",
    "撤回第2个活动",
    "取消活动",
    "如果下雨就撤回",
    f"除了{ONE}都撤回",
    "单位：晋江市教育局，联系电话：22000001",
    "单位：填哪个？",
    "主办单位：晋江市教育局",
    "联系电话：22217957",
    "您好",
    "请查收",
    "汇总表见附件",
    "我们单位的汇总表",
    f"{ONE}的时间改为9月18日",
    "",
]


@pytest.mark.parametrize(("text", "refs", "name"), WITHDRAWALS)
def test_withdrawals(text, refs, name):
    found = request_in(text)
    assert found and (found.wish, found.refs, found.argument) == (Wish.WITHDRAW, refs, name)


@pytest.mark.parametrize("text", UNITS)
def test_units_name_themselves(text):
    found = request_in(text)
    assert found and (found.wish, found.argument) == (Wish.UNIT, "晋江市教育局")


@pytest.mark.parametrize(("text", "wish", "refs", "argument"), COMMANDS)
def test_commands(text, wish, refs, argument):
    found = request_in(text)
    assert found and (found.wish, found.refs, found.argument) == (wish, refs, argument)


@pytest.mark.parametrize("text", NOTHING)
def test_what_asks_for_something_else_is_no_request(text):
    assert request_in(text) is None
