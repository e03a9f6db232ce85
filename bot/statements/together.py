"""Kinds told by what stands together in one clause, in any order: «附件刚才没传成功» names a paper, says that it was not, and of attaching. Pure.

Each of the words alone says something else; a word of ``but`` beside them, too.
"""

from __future__ import annotations

from msgspec import Struct

from bot.base import expressions as re

LONGEST = 40  # characters of a clause: in a longer one words stand together by chance


class Together(Struct, frozen=True):
    """All of ``words`` in a clause, and nothing of ``but``."""

    words: tuple[re.Pattern[str], ...]
    but: re.Pattern[str]

    def said_in(self, clause: str) -> bool:
        return len(clause) <= LONGEST and not self.but.search(clause) and all(one.search(clause) for one in self.words)


def together(*words: str, but: str) -> Together:
    return Together(tuple(re.compile(one) for one in words), re.compile(but))


PAPER = r"附件|表(?!示|演|格里|[里中上]|现|达|扬|彰)|材料|文件(?!夹)|版(?!块)|[一二两\d]稿|修改稿|定稿"
OF_A_FIELD = r"时间|地点|地址|电话|手机|号码|邮箱|联系人|名称|人数|内容|对象|类型|日期|场地|题目|单位名|[栏项处](?:里|中)?[填写改]"
ASKED = r"[?？]|吗|[呢么](?:$|\W)|能否|可否|是否|怎么|如何|要不要|需不需要|需要|是不是|能不能"
LATER = (
    r"稍后|随后|晚点|明天|下周|等|再(?:报|发|交|补|改)|待|尽快|马上|之后|过[几两]天|准备|打算|要(?:改|换|重)|如果|若"
)
FORGOTTEN = together(
    r"附件|表格|申报表|表(?=没|忘|漏|[^，,]{0,2}(?:没|忘|漏))|放表|文件",
    r"没(?!有?问题|错)|忘|漏|未",
    r"传|附(?!件)|加[上进了]|放|贴|带|挂|粘|添|夹|进去",
    but=rf"{ASKED}|[里中栏](?:面)?|填|盖|收到|打开|打不开|要求|规定|找到|看到|空白|模板|上面|会|办法|盖章|传真|代|您|你|贵",
)
NEWER = together(
    rf"{PAPER}|问题|错误|地方|意见",
    r"(?:改|修改|更正|补正|更新|订正|完善|补充|重做|重填|重新?填|重新?做|换|处理|解决|落实)(?:好|了|过|完|正|后|为|成)|重新?[填做]|(?:新|修改|更正|补正|订正|修订)(?:后?的?)?(?:[一二两]?[份稿版]|表|附件|申报表)|第[二三]版|逐[条项](?:修改|改)|这[次份版](?:是|才是)?(?:正式|最终)",
    but=rf"{ASKED}|{LATER}|{OF_A_FIELD}|没|未|不|请(?!看|见|查|收|审|以)|麻烦|能|帮|[我你您]?想|[“”]|计划|拟|[写打填]错|错(?:了|别)|人|展|课|地|海报|横幅|宣传",
)
DISCARDED = together(
    r"第一[版份]|[vV]1|前[一面]?[份版封次稿]?|上[一]?[次份版封]|之前|旧|老版|早先|原来?(?:那|的)|头一份|刚才|昨[天晚]|前天|[上下]午|早上",
    r"作废|删|勿用|不用|不要|不看|忽略|别[看用]|不算|作罢|撤[下掉]?$|替换|盖掉|丢掉|扔",
    but=rf"{ASKED}|{OF_A_FIELD}|活动|登记|不[用要必](?:再|重|改|动|变|换|管)|的?人|申报$|意见|说",
)
GOT_THERE = together(
    r"我|咱|本(?:单位|[校局馆院会镇])|社区|学校|表|材料|邮件|信|申报|登记",
    r"收到|看到|登记(?!编?号)|入库|录入|报上|报成|成功|在册|名单|状态|进度|审核到|漏登|登上|受理|登记号|受理号",
    r"吗|没有?(?:$|[啊呀呢哦\s?？])|是否|有没有|多少|帮忙?[看查]|核实|查一?[下查]|确认下|看一?下|到底|[?？]",
    but=r"重[报填发做]|无[须需]|能否(?!帮|查)|要不要|需不需要|通知|怎么|什么时候|海报|您的?(?:邮件|来信|通知)|贵|回复(?:了|已)|盖章|还(?:能|可以|用|需?要)|活动(?:时间|地点|名称)|对不对|是不是.{2,}[馆场楼厅]|可以|重新|算不算|统一|模板|已收到|经费|标准|要求|改|名额|几项",
)
