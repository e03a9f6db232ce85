"""Who speaks of a cancellation does not always ask for one."""

from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.base.replacing import replace
from bot.forms.definitions import load_definitions
from bot.forms.read import read_forms
from bot.statements.model import Said
from bot.statements.read import read_letter
from tests.forms.build import document, registration

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
COMPLETE = replace(read_forms(document(*registration()), DEFINITIONS, CAMPAIGN)[0], problems=())


def kinds(text: str) -> set[Said]:
    return {one.kind for one in read_letter(text, [], DEFINITIONS, CAMPAIGN).statements}


@pytest.mark.parametrize(
    "text",
    [
        "活动没有取消，只是换地方，外面传取消是误会。",
        "听说活动取消了，是不是真的",
        "活动照常举行，取消的消息不实",
        "有人说我们活动停办了，那是谣言，请不要撤下",
        "不是要取消活动，是改时间",
        "原来想取消的，现在又决定办了",
        "我们没说过要撤回啊",
        "上次说的撤回作废，活动继续",
        "之前说取消活动，现在不取消了，恢复登记",
        "并没有要取消活动的意思",
        "活动取消与否还没定",
        "如果下雨就取消",
        "以前那张卡不用了，新号13900077001",
        "那个会议室不用了",
        "还有邮箱也改成 hedaxia@example.com 以前那个qq的不用了",
        "以前那个号不用了，手机换成13900012345。",
        "讲座十八号办不了了，改到二十一号下午",
        "原定9月18日的取消，改为9月21日",
        "大致挪到下旬二十几号吧，等水务站盖了章才晓得，反正十九号肯定办不成",
        "放飞那一场不改啊你不要改那个",
        "这个活动去年因为疫情取消了，前年是9月18日在体育场办的；今年照常办",
        "上一封发错人了，那是给印刷厂的校样，跟科普日登记没有关系，您删掉就好。",
        "多出来的那个手机号，请从登记表里去掉",
        "黄教授不再列入嘉宾名单",
        "上周说设备坏了想停办，现在修好了，照办不误，登记请保留。",
        "万一下雨，活动就不办了。",
    ],
)
def test_denied_doubted_or_taken_back(text: str) -> None:
    assert Said.WITHDRAWAL not in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "领导说活动取消了，请撤回",
        "因台风活动取消",
        "取消申报",
        "以前那份不用了",
        "讲座被取消了，麻烦撤掉",
        "活动停办，请予撤销",
        "去年办的那个活动今年取消了，请知悉",
    ],
)
def test_asked_for(text: str) -> None:
    assert Said.WITHDRAWAL in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "节目里的无人机表演空域没批下来，取消了，别的照原样进行。",
        "原打算在三个村各办一场，现在西村那场因修路不办了，东村和中村两场如期。",
        "有一处要麻烦您改：我们原来报了三天，馆里人手排不过来，最后一天不搞了。",
        "黄教授临时出差，不参加了，另外两位照来。",
        "方案里的抽奖环节取消。",
        "六年级要军训，不参加了。",
        "下午那场不办了，上午的照旧",
    ],
)
def test_of_a_part_only(text: str) -> None:
    said = read_letter(text, [COMPLETE], DEFINITIONS, CAMPAIGN).statements
    assert said
    assert Said.WITHDRAWAL not in {one.kind for one in said}


@pytest.mark.parametrize(
    "text",
    [
        "九月这场义诊有可能不办了（人手太紧），还没正式决定，您那边先别动。",
        "董事长的意思是倾向于不办，但工会还想再争取。",
    ],
)
def test_perhaps(text: str) -> None:
    said = read_letter(text, [COMPLETE], DEFINITIONS, CAMPAIGN).of(Said.WITHDRAWAL)
    assert [one.certain for one in said] == [False]


@pytest.mark.parametrize("text", ["抽奖环节可能取消。", "原来打算取消的，现在又决定办了", "下雨的话可能取消吗"])
def test_not_even_perhaps(text: str) -> None:
    assert Said.WITHDRAWAL not in kinds(text)


def test_by_its_name() -> None:
    text = "《深海探秘球幕电影》不再列入科普日，请从登记中去掉。"
    said = read_letter(text, [COMPLETE], DEFINITIONS, CAMPAIGN).of(Said.WITHDRAWAL)
    assert [one.value for one in said] == ["深海探秘球幕电影"]


def test_one_of_two_with_its_name() -> None:
    said = read_letter(
        "我们报了两项，其中“电动车安全日”因物业不配合，撤了吧；另一项照旧。",
        [COMPLETE, COMPLETE],
        DEFINITIONS,
        CAMPAIGN,
    )
    assert [one.value for one in said.of(Said.WITHDRAWAL)] == ["电动车安全日"]


@pytest.mark.parametrize(
    "text",
    ["登记请帮忙拿下来。", "我们决定不搞这个了，前面那张表请抽掉。", "麻烦帮我们撤一下", "请留0144，把0145作废。"],
)
def test_asked_for_in_everyday_words(text: str) -> None:
    said = read_letter(text, [COMPLETE], DEFINITIONS, CAMPAIGN).of(Said.WITHDRAWAL)
    assert [one.value for one in said] == [None]
