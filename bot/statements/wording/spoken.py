"""Where a new thought begins in words that were spoken without any marks. Pure."""

from __future__ import annotations

from bot.base import expressions as re

LONGEST = 20  # characters of a clause; a longer one without any mark was spoken
TOPIC = r"(?:活动)?(?:地点|时间|日期|人数|联系人|电话|手机号?码?|邮箱|地方|场地|工作人员|志愿者|对象|类型|内容)"
SAID_OF = r"(?:呢|的话|那里|那边|那栏|也|还|就|仍|都|是|改|换|写|在|填|报|用|定|放|大概|大约|不[变动]|没有?变|变|照旧)"
MOVES = r"(?:改|换|挪|推|移|搬|调|延)(?:到|成|在|为)"
CUT = re.compile(
    rf"(?=(?:其他|其它|别的|其余)的?(?:都|也|就|全)*(?:没|不|照))|(?<=[了啊呀吧嘛呢哦哈的])(?=现在|那天|就?{MOVES}|还是|我们(?:那|这|的|活动|报|学校|单位|村|镇|社区)|我[是叫校局馆]|那个|这个|就这[些样]|{TOPIC})"
    rf"|(?<!^.)(?<!^..)(?<![的把将新原老旧该那这个和与及、其有系人改换报动公办举移子定])(?={TOPIC}{SAID_OF})|(?<=[日号午点人个名位])(?={TOPIC}{SAID_OF})|(?<=[点号日人名位站楼室馆厅堂心])(?={TOPIC}[\u4e00-\u9fff\d])|(?<=[个人名位])(?=老师(?:大概|大约|[\d一二三四五六七八九十]))"
    rf"|(?=麻烦(?:你|您|老师|帮|改|更))|(?<=[吧呢啊好])(?=\d{{7}})|(?<=\d{{8}})(?=不[用要]|另|然后|麻烦|谢|{TOPIC})|(?<![的系人办话是上下])(?=(?:电话|手机)\d{{7}})|(?:(?<=[没不]变)|(?<=[不没]动)|(?<=就行))(?=然后|就这|谢|麻烦|另外|{TOPIC})|(?<![的系])(?=联系人[\u4e00-\u9fff]{{2,4}}?(?:电话|手机|$|\d))|(?<=一下)(?=原来|现在|本来|地|时)|(?<=[您你]好)(?=我)|(?<=换)(?=换)"
)


def cuts(stretch: str) -> list[int]:
    """The places in a clause that was spoken where another thought begins."""
    if len(stretch.strip()) <= LONGEST or re.search(r"[，,。；;！!？?、：:\n]", stretch.strip(" ，,。；;！!？?\n")):
        return []
    found: list[int] = []
    for match in CUT.finditer(stretch):
        before = stretch[found[-1] if found else 0 : match.start()]
        if match.start() and COMPLETE.search(before) and not DANGLES.search(before):
            found.append(match.start())
    return found


# What is said so far says something by itself, and leads to nothing that follows.
COMPLETE = re.compile(
    r"\d|[一二三四五六七八九十百千]+(?:[月日号点人名位年]|个)|(?:[了啊呀吧嘛呢哦哈变动好行上]|一下|您好|你好)$|(?:厅|楼|室|馆|场|院|校|中心|站|堂|园|[镇村乡])$|.{8}的$"
)
DANGLES = re.compile(
    r"(?:[或和与及、跟把将请]|不[要需用必]+|同意|希望|他们的?|人家的?|隔壁[^的]{0,6}的|其[他它][^的]{0,4}的|另一?[^的]{0,6}的|撤回[^了]*|(?<!我们)单位|如果?|若|想|能|后)$"
)
