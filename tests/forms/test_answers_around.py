"""What stands around the values of an answer: a program's words keep them out, a person's do not."""

from __future__ import annotations

from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.forms.definitions import load_definitions
from bot.forms.model import Form
from bot.forms.read import read_forms
from bot.statements.values.answers import read_answers
from tests.forms.build import document, registration

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
OPEN = read_forms(document(*registration(phone="2200", mobile="139", venue="", person="")), DEFINITIONS, CAMPAIGN)[0]
STANDING = read_forms(document(*registration()), DEFINITIONS, CAMPAIGN)[0]


def changes(text: str, form: Form) -> dict[str, object]:
    answers = read_answers(text, form, DEFINITIONS, CAMPAIGN)
    assert not answers.changes or answers.form is not form
    return {change.key: change.after.value for change in answers.changes}


PROGRAMS = [
    "智慧校园系统已接收您的邮件。联系电话：0595-22113344",
    "您好，门户网站已收到您的来件。联系人：林芳，联系电话：0595-22113344",
    "微信小程序提醒：您有一条新消息。活动地点：报告厅",
    "值班员：陈强\n移动电话：13600112233",
    "培训安排：\n活动地点：市委党校二号楼\n联系人：陈强",
    "门卫室已代收。移动电话：13600112233",
    "您的快递已签收。移动电话：13600112233",
    "您好，咨询台收到您的信息。活动地点：一楼大厅",
    "审批人：林芳\n联系电话：0595-22113344",
    "本中心信息如下：\n联系电话：0595-22113344\n活动地点：政务大厅",
    "会员您好，账户已激活。移动电话：13600112233",
    "您的更正已经收到。移动电话：13600112233",
    "报名成功！活动地点：青少年宫三楼，联系人：林芳",
    "家委会：本周活动。活动地点：操场，移动电话：13600112233",
    "已收到您的邮件。联系电话：0595-22113344",
    "订阅号消息：活动地点：市图书馆",
    "车辆预约单\n联系人：林芳\n移动电话：13600112233",
    "平台自动登记。工作人员：3人",
]


@pytest.mark.parametrize("text", PROGRAMS)
def test_a_program_that_names_values_changes_none(text: str) -> None:
    assert changes(text, OPEN) == {} and changes(text, STANDING) == {}
    assert read_answers(text, OPEN, DEFINITIONS, CAMPAIGN).unknown


PHONE, MOBILE, VENUE, PERSON = (
    {"phone": "0595-22113344"},
    {"mobile": "13600112233"},
    {"venue": "市图书馆二楼"},
    {"contact_person": "林芳"},
)
ASKED = [
    ("收到您的通知\n联系电话：0595-22113344", PHONE),
    ("填表时疏忽了，抱歉\n移动电话：13600112233", MOBILE),
    ("刚和场馆确认过\n活动地点：市图书馆二楼", VENUE),
    ("来信已阅，现将有关情况回复如下：\n1、联系电话：0595-22113344", PHONE),
    ("经与校方沟通，活动地点是市图书馆二楼。", VENUE),
    ("我单位信息如下：\n联系电话：0595-22113344", PHONE),
    ("抱歉漏填，补充如下：\n联系人：林芳\n移动电话：13600112233\n活动地点：市图书馆二楼", PERSON | MOBILE | VENUE),
    ("人在外地，用手机回复：移动电话：13600112233", MOBILE),
    ("邮件收到，移动电话是13600112233，麻烦您帮忙填上，辛苦了", MOBILE),
    ("联系电话：0595-22113344。盖章的纸质表下午寄出。", PHONE),
    ("联系电话：0595-22113344\n请问还要再发一次表吗？", PHONE),
    ("根据通知要求，现将我校科普日活动有关信息补充如下：\n联系人：林芳", PERSON),
]


@pytest.mark.parametrize(("text", "wanted"), ASKED, ids=[text for text, _ in ASKED])
def test_a_person_answers_what_he_was_asked(text: str, wanted: dict[str, object]) -> None:
    assert changes(text, OPEN) == wanted


ON_PURPOSE = [
    ("因场地检修，活动地点改为市图书馆二楼。", VENUE),
    ("来信收悉。我们的联系电话更正为0595-22113344，请更新。", PHONE),
    ("您好，现更正如下：\n移动电话：13600112233", MOBILE),
    ("麻烦修改一下：活动地点：市图书馆二楼", VENUE),
    ("我单位已换办公楼\n联系电话变更为0595-22113344\n展板也准备好了", PHONE),
    ("王科长好，联系电话：0595-22113344，谢谢！", PHONE),
]


@pytest.mark.parametrize(("text", "wanted"), ON_PURPOSE, ids=[text for text, _ in ON_PURPOSE])
def test_what_stands_is_changed_on_purpose(text: str, wanted: dict[str, object]) -> None:
    assert changes(text, STANDING) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "来信收悉，移动电话：13600112233",
        "我单位情况如下：\n活动地点：市图书馆二楼",
        "我在外出差，移动电话：13600112233",
        "我们的展板已布置到位。联系电话：0595-22113344",
    ],
)
def test_what_stands_is_not_changed_beside_other_words(text: str) -> None:
    assert changes(text, STANDING) == {}
    assert read_answers(text, STANDING, DEFINITIONS, CAMPAIGN).unknown
