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

# Words with which a sentence of its own begins, behind whatever does not lead on to them.
OPENS = re.compile(
    r"(?<=[\u4e00-\u9fff\d])(?<![的和与跟及给把将对让叫请是到由在比向被为帮等说找于要想能会不也都还就再如若果除以])(?=我们|咱们|我是|[你您]帮|现在|原来(?!的)|本来|后来|结果|因为|所以|但是?(?!$)|不过|总共|一共|合计|(?<!系)人还是|(?:到会|参加)的|(?:公众|观众|群众|学生|家长|来的人?)(?:大[概约]|约|估计|差不多|能来|有|是|\d|[一二两三四五六七八九])|(?:时间|地点|日期|人数)(?:也|都|还是|不[变动用]|没))"
)
SHORTEST = 5  # characters of a sentence


def cuts(stretch: str) -> list[int]:
    """The places in a clause that was spoken where another thought begins."""
    if len(stretch.strip()) <= LONGEST or re.search(r"[，,。；;！!？?、：:\n]", stretch.strip(" ，,。；;！!？?\n")):
        return []
    opened = {match.start() for match in OPENS.finditer(stretch)}
    found: list[int] = []
    for at in sorted(opened | {match.start() for match in CUT.finditer(stretch)}):
        before = stretch[found[-1] if found else 0 : at]
        is_said = COMPLETE.search(before) or (at in opened and len(before) >= SHORTEST)
        if at and is_said and not DANGLES.search(before):
            found.append(at)
    return found


# What is said so far says something by itself, and leads to nothing that follows.
COMPLETE = re.compile(
    r"\d|[一二三四五六七八九十百千]+(?:[月日号点人名位年]|个)|(?:[了啊呀吧嘛呢哦哈变动好行上]|一下|您好|你好)$|(?:厅|楼|室|馆|场|院|校|中心|站|堂|园|[镇村乡])$|.{8}的$"
)
DANGLES = re.compile(
    r"(?:[或和与及、跟把将请]|不[要需用必]+|同意|希望|他们的?|人家的?|隔壁[^的]{0,6}的|其[他它][^的]{0,4}的|另一?[^的]{0,6}的|撤回[^了]*|(?<!我们)单位|如果?|若|想|能|后)$"
)
