"""Whose day a clause speaks of, and whether it leaves it open: other days than the activity's, another's activity, wishes and denials. Pure.

◇ stands for the day.
"""

from __future__ import annotations

from bot.base import expressions as re
from bot.statements.wording.joints import CASTS_DOUBT

# Another day than the activity's, or another's activity.
OF_ELSE = r"雨天(?=[^，,。；;]{0,6}◇)|(?<![因为])(?:遇|若|如果?|万一)(?:有|下)?(?:大|暴|台)?[雨风]|(?<![因为今])(?:要是)?下雨(?:的话|就|则|便)|贵[单部会]|市里|上级|人家|他们|别的|其他(?:单位|学校)|兄弟|隔壁|听说|据[说悉称闻]|去年|往年|前年|上[次届回]|以往|明年|会议(?![室厅中])|(?:协调|碰头|推进|预备)会|动员|培训|筹备|彩排|布[置展]|撤展|踩点|例会|部署|报名|截止|盖章|寄|[交送](?![流教医戏书到])|上报|发(?=给|送|您|你|了|过|来|文)|提交|评审|检查(?!站)|验收|招募|报到|集合|签到|年会|升旗|庆典|校庆|(?<!开学)典礼|晚会|联欢|选举|党[课日]|体检|考察|考试|放假|军训|停电|出差|退休|休假|请假|开会|收到|来[信电]|通知(?!您)|[回答]复|填|打印|运动会|家长会|开学(?!第一课|典礼)|召开[^，,]{0,12}会(?!展)|以前|之前|前(?=[，,。]|$|我)|已(?:经)?[于在]|过了|曾|◇之?前(?![往面厅院门坪])|(?:提|之|以)前(?=◇)|(?<=◇)[^，,。；;◇]{0,4}[报传录写发寄交][的了上过]"
# Whose day it is, wherever in the clause it is said.
OTHERS_DAY = re.compile(
    r"(?:会议|(?:协调|碰头|推进|预备|动员|筹备|评审)会)(?:的?(?:召开|举行)?(?:时间|日期))?(?:[由从原◆]|[更改]?[改换]|推|调|挪|延|提前|顺|定[于在到])|咨询|报名|讲师|家长会|(?:家长|学生|观众|老师|领导)的?时间|专家|嘉宾|评委|预约|热线|集合|签到|报到|截止|志愿者|[开闭]幕|(?:开展|开始|起始|结束)(?:的)?(?:时间|日期)|结束|另一|其[他它]的?(?:单位|学校|活动|[场个])|别的|隔壁|邻[村居近]|兄弟|他们|人家|听说|据[说悉称闻]|[你您]们?(?:那边|单位|的)|贵[部会单]|主场|◇的是|^(?:另外|还有|今年)?(?![^，,◇]{0,2}[我本咱])[\u4e00-\u9fff]{2,10}(?:[市区县镇乡村]|街道|社区|[中小大]学|学[校院]|幼儿园|[局馆院]|科协|公司)(?:那边)?的?(?:科普)?(?:活动|讲座|展览|义诊)"
)
ANOTHERS_WISH = re.compile(r"除非|(?<!原)计划|要求|配套|通知|[你您]们?(?:说|建议|要)|上级|领导(?:说|想|要)")
# What leaves open whether it is meant.
OPEN = r"如果?|可(?=改|换|推|调|延|顺|提|移|挪)|分[一二两三四五六\d]+[场次批]|[每各]场|第[一二三四五]场|若(?!干)|万一|要是|假如|遇|能否|可否|是否|吗|[?？]|或(?!许)|可能|也许|大概率|暂|待|未定|没定|再[定说议]|看情况|最好|希望|[我们]想(?!象)|建议|申请|考虑|打算|前后|左右|以后|之后|不是|不(?:行|能|可以|要|用|想|同意|会|再|一定)|没(?:有)?(?:空|人|改|说)|别(?!的)|勿|谁|哪|听|说(?!好|定|一[下声])"
ELSE = re.compile(OF_ELSE)
LEFT_OPEN = re.compile(OPEN)


def is_elsewhere(text: str) -> bool:
    """Whether the day ◇ in *text* is another's, or somebody else's wish, a denial or a guess."""
    before = text[: text.find("◇")] if "◇" in text else text
    return bool(
        OTHERS_DAY.search(text) or CASTS_DOUBT.search(text) or ANOTHERS_WISH.search(before) or GUESSED.search(text)
    )


GUESSED = re.compile(r"(?:大概|大约|约)[^，,◇]{0,3}◇|◇的话|[到成为]过◇?|[到成为]◇?过")

# What else is on that day, whatever was asked for.
AT_OTHER = re.compile(
    r"去年|往年|前年|上[次届回]|明年|会议(?![室厅中])|动员|培训|筹备|彩排|布[置展]|撤展|年会|升旗|庆典|校庆|(?<!开学)典礼|晚会|联欢|选举|体检|考察|家长会|运动会|参加|◇之?前(?![往面厅院门坪])|已(?:经)?[于在]|[到成为]过|◇的话|另[表行]|还有一场"
)

# Our own letter, and what the sender had written.
WE_WROTE = re.compile(
    r"(?:回执|回信|确认[信函]|登记(?:信息|结果|回执)|系统|[您你]们(?:那边|登记|写|录|发))[^，,。；;]{0,14}(?:[是为成]|显示)了?\s*$"
)
WE_WROTE_BEFORE = re.compile(r"回执|回信|确认[信函]|登记(?:信息|结果)|系统|[您你]们")
OF_US = re.compile(r"我们?(?:单位|这边|表[上里])?(?:报|填|写|交)的?(?:都|明明)?[是为]\s*$")

# «上封说换到23号，商场又反悔了，还是回到16号那天»: whatever was said before, so it ends.
GOES_BACK = re.compile(
    r"(?P<lead>^|[，,。]\s*)(?:所以|那就?|只好|最[后终]|结果)*(?:还是|就|仍)*(?:(?:[改换挪调定]|恢复)?回(?:到|成)?(?=[^，,。；;好行说看来去复信执]{1,16})|恢复(?:到|为)|按照?(?=[^，,。；;]{0,4}(?:原[来先定]|最[早初先]|一开始|起初)))"
)
