"""Whether a form that came in answer to one of our mails is the form that the mail was about, or another one. Pure."""

from __future__ import annotations

from enum import StrEnum

from bot.base import expressions as re
from bot.base.text import similarity

ALIKE = 0.5
SAME_PLACE = 0.6
SAME_TEXT = 0.8


class Intent(StrEnum):
    """What the letter says of its form."""

    NONE = ""
    NEW = "new"
    CORRECTS = "corrects"


class Relation(StrEnum):
    """``ASK_…``: taken so, but not certain; the answer says how it was taken and what to do otherwise."""

    SAME = "same"
    ASK_SAME = "ask_same"
    ASK_NEW = "ask_new"
    NEW = "new"


# A further activity, and not one more matter of the one that was reported («还有一项内容要改», «还有一个问题»).
NO_ACTIVITY = r"(?!的?(?:内容|信息|栏|问题|地方|疑问|建议|请求|附件|文件|错|电话|联系人|月|字|数|人|需|要改|改|更正|修改|补充|有误|没填|未填|空)|(?:的|活动|申报表|表|那[项个场份])*(?:的?内容)?(?:都|也|就|则|仍然?|还是?|均|暂时?|是)*(?:不(?:变|动|用|改|需|办|参)|没(?:有)?(?:变|动|问|改)|照[旧常]|维持|保持|按[原计]|原样|无误|正常|对的|如期))"
THING = rf"(?:[项个场]{NO_ACTIVITY}|份(?:新的?)?(?:活动|申报)|(?:科普)?活动|项目)"
SAYS_NEW = re.compile(
    rf"新增(?:加|报|设|补|申报)?(?:了|的)?(?:[一二两三1-3]{THING}|(?:科普)?活动|项目|申报|的(?![\u4e00-\u9fff]{{0,6}}[电手邮联地时]))|[（(_\-]新增|新增[）)_.]"
    rf"|另(?:外)?(?:还)?(?:有|报|加|附|送|申报|补报|增加|增)?(?:了)?[一二两三1-3]{THING}"
    rf"|(?:再|又|还|多)(?:想|要|增|补|有)?(?:再)?(?:报|加|申报|报送|补报|增加|送|增报|上报)?(?:了)?[一二两三1-3]{THING}"
    rf"|(?:追加|增报|加报|补报|增加|补充申报|补充|漏报|漏)(?:了|的)?[一二两三1-3]{THING}|第[二三四五六七八九][项个场](?:活动|项目)?的?申报表|不是(?:同一|修改|更正|补正)|新的[一1]{THING}|新活动|其[他它]活动的申报"
)
DENIED = re.compile(
    r"(?:不是|并非|并不是|不算|不属于|没有?|并未|未|无|非|不|别)(?:再|什么|任何|要|需要?|我们?|又)*[“\"]?$"
)  # before a further activity
SAYS_CORRECTED = re.compile(
    r"修改|更正|重[做填弄写画](?!要)|(?:前|旧|原|之前|上次)[^，,。]{0,6}(?:扔|丢|不要|不算)|就认这|改[好过正后完]|已改|补正|补[齐好充](?!申报|报)|完善|调整|更新|重新|重报|重发|重填|替换|作废|以[^，,。]{0,10}为准|改为|改成|改叫|更名|改名|修订|订正|按(?:照)?(?:您|贵|要求|意见|提示|通知)|再次(?:报送|提交|发送)"
)


def intent_of(words: str) -> Intent:
    """What the letter (with the names of its files) says: «新增一项», «已按要求修改»; a new one counts before a corrected one."""
    new = list(SAYS_NEW.finditer(words))
    if any(not DENIED.search(words[max(0, one.start() - 12) : one.start()]) for one in new):
        return Intent.NEW
    if new:
        return Intent.CORRECTS  # «没有新增项目，只是改了时间»
    return Intent.CORRECTS if SAYS_CORRECTED.search(words) else Intent.NONE


def relation(
    name: str,
    old_name: str,
    *,
    same_day: bool | None,
    same_place: bool | None,
    same_text: bool,
    intent: Intent,
    is_open: bool,
) -> Relation:
    """How a form of an activity *name* relates to the stored one of *old_name*.

    ``same_day``, ``same_place`` are None where one of the two does not say it; *is_open*: something in the stored one was to be
    put right, so that a form in answer is likely to do so.
    """
    same_occasion = bool(same_day and same_place)
    if name and name == old_name:
        return Relation.NEW if intent is Intent.NEW and not same_occasion else Relation.SAME
    if intent is Intent.NEW:
        return Relation.NEW
    if not name or not old_name or intent is Intent.CORRECTS:
        return Relation.SAME
    if same_occasion:
        return Relation.SAME if same_text or is_open else Relation.ASK_SAME
    is_alike = similarity(name, old_name) >= ALIKE
    if is_alike and same_day is None and same_place is None:
        return Relation.ASK_SAME
    if is_open and (is_alike or (same_text and (same_day or same_place))):
        return Relation.SAME if same_day or same_place else Relation.ASK_SAME
    if is_alike and same_place:
        return Relation.ASK_SAME
    in_doubt = is_alike or same_text or (is_open and (same_day or same_place))
    return Relation.ASK_NEW if in_doubt else Relation.NEW
