"""Whether free words of an answer (a name, a place, a unit) are the value alone, and nothing glued to it. Pure.

«洛江区市民广场，人数大概800人», «上次那个地方», «和承办单位一样» are no values: they are shown to a person and never copied. What
stands in quotation marks was marked as the value by its writer.
"""

from __future__ import annotations

from bot.base import expressions as re
from bot.base.text import squeeze
from bot.statements.wording.remarks import is_sentence

LONGEST = 200  # characters
MARKED = re.compile(r"^[“\"「『《](?P<inner>[^“”\"「」『』《》]{1,200})[”\"」』》]$", re.DOTALL)
SEVERAL = re.compile(
    r"^(?:分别(?:是|为)?|共|有|以下)?\s*(?P<number>[一二两三四五六七八九]|\d)\s*(?:家|个)(?:单位|部门)?(?:[:：,，]|分别(?:是|为)?[:：]?)\s*(?P<rest>.+)$"
)
SEVERAL_BEHIND = re.compile(r"^(?P<rest>.{4,}?)(?:这|共)?(?P<number>[两二三四五])家(?:单位)?(?:一起|共同|联合)?$")
DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
# «（不是报告厅）» denies what stood there before, and is no part of the value.
DENIED = re.compile(
    r"\s*(?:而)?(?:不是|并非)[“\"「《][^”\"」》]{1,40}[”\"」》]$|\s*[（(](?:而?不(?:再)?是|而?非|并非|原(?:来|先)?(?:为|是|写的?(?:是)?|填的?(?:是)?|报的?(?:是)?)|不在)[^（）()]{1,30}[）)]|[，,\s]\s*(?:而)?(?:不是|并非)[^，,。；;]{1,20}$"
)
# What is left of the sentence in front of a value; «原市图书馆 现市青少年宫», «现“…”».
HEAD_LEFT = re.compile(
    r"^原(?:[来先在]*[是为]?)[:：]?\s*[“「《]|^现(?![代场实象役])|^原[^，,、\s]{2,40}[，,、\s]+现(?!代|场)|^\d{1,2}[日号点]|^得|^请?填(?!海)|^[写报登][漏错少多重反]|^(?:刚|才)(?=[在定改换放选报写填说从到])|^第[一二三四五六七八九十\d]{1,2}个|^儿(?!童|科|保)|^(?:活动)?(?:地[方点]|场地|举办地)(?:仍|就|还|在|是|定|改|换|也|都|补|填|写)|^(?:若(?!尔盖|羌)|如果|假如|倘若?|要是|万一)|^[只仅](?:留|写|保留|剩|要|填|报)|^(?:[，,。:：、；;]|才[是为]|[^，,]{0,8}的话[是为]|全[为是]|[院校局馆站社]名(?=[\u4e00-\u9fff]{4})|全称|(?:详细|具体|完整|清楚|准确)(?:一?[点些下]|[:：\s])|地址|可能|也许|大概|应该|估计|暂定|要么|[跟和与].{2,12}[谈商协联对]|了(?![解望])|一下|下[，,]|叫|名叫|名为|的|吧|请|麻烦|帮|应[为该当是]|更?改[为成到在]|换[为成到]|就[在是]|是|在(?![线校家])|有变|另|也|还|都|和谐?(?=.{0,12}(?:一样|相同|一致)))"
)
COUNT_ALONE = r"(?:再|又|另外?)*[一二两三四五六七八九十几多数\d]+(?:家|个|位|名|所|方|者)(?:主办|承办|协办|合作|联合|新)*(?:的?单位|部门|方|人|机构|企业|学校)?"
REFERS = re.compile(
    rf"^(?:[以按照]+)?(?:此|本|这|该|上|新|原)?一?[封份张]?(?:邮件|来信|回信|信件?|附件|申报表|登记表|通知|方案|海报|公告|文件)(?:[里中上]面?|内容)?的?$|^{COUNT_ALONE}$|^[更再写填]*(?:详细|具体|完整|清楚|准确|明确|规范)(?:一?[点些下]|点儿)?[了的]?$|^(?:同|如)(?:主办|承办|填报|申报)|一样|相同|一致|同上|如上|见上|照旧|不变|上[一]?次|上回|上[一]?届|去年|往年|前年|之前|以前|原先|原来|先前|刚才|前面|上述|下述|上面(?:的|那|写|填|说)|"
    r"那个|那边|那里|那儿|那家|那处|那份|这个|这边|这里|这儿|这家|这处|老地方|老样子|前者|后者|某|"
    r"^(?:同一|另一|我们?(?:单位|局|校|馆|会|院|中心|公司|学校|自己)|本(?:单位|局|校|馆|会)|贵|该|两|几|多)(?:家|个|处|单位|局|校|馆|会)?$|^(?:我|本|贵|该)(?:单位|局|会|委)$|^(?:我们?|本|该)(?:单位|校|院|馆|局|会|社区|村|镇|公司|学校|医院|中心)|^其[他它余]|^[\u4e00-\u9fff]{0,2}(?:街道|镇|乡|村|社区)里的|^(?:街道|社区|[镇乡区县市])?(?:办事处|政府)$|^(?:学校|单位|社区|村里|镇里|镇上|校内|馆内|院内|公司|医院|街道|当地|现场|室[内外]|户外|[里外]面|楼[上下]|别处|隔壁|附近|对面|旁边|别的(?:地方|单位)|其[他它]地方)$"
)
# Another fact beside the value: a number of people, a telephone, a day, a reason, a wish.
GLUED = re.compile(
    r"为准|人数|参加人|参与人|(?:大概|大约|约|预计|估计|可能|共计?|有)\s*[\d一二三四五六七八九十百千万两几]+\s*(?:余|多|来|几)?\s*(?:人|名|位|场|家)|[，,；;。\s（(]\s*\d+\s*(?:余|多|来)?\s*(?:人(?!民|才|工|行)|名|位)"
    r"|[\d百千万]+\s*(?:余|多|来)?\s*人(?:次|左右|参加|参与|以上|以内)|联系人|联系电话|手机号|电话[:：是为\d]|邮箱|\d{7,}|[@＠]|\d{1,2}月\d{1,2}[日号]|[上下]午|晚上|\d{1,2}[:：]\d{2}|\d{1,2}点"
    r"|[主承]办单位|(?<!^)全称|附件|(?:申报|登记|报名|汇总)表|时间(?:为|是|改|定|在|[:：])|地点(?:为|是|改|定|在|[:：])|名称(?:为|是|改|[:：])|请[^，,]{0,3}改|改为|改成|改到|改在|[换挪搬移迁腾调][到成为至在去往进]|更正|应为|应是|换成|不是|取消|推迟|延期|提前|失败|忽略|作废|无效|了?没有?$|吗$|还是不|要么|或者|比较好|备选|备用"
)
# A further thought behind a comma.
THOUGHT = re.compile(
    r"了|因|由于|所以|就|这|那|我|你|您|他|她|它|请|已|都|还|也|吧|呢|哦|哈|啊|将|要|才|比较|方便|大家|老师|领导|麻烦|辛苦|谢|希望|欢迎|到时|届时|具体|其[他它余]|另|如|若|"
    r"负责|安排|通知|确认|参加|没|不|可以|需|应|改|是|有|在|会(?=[来去把按])|左右|够|够用|见|附|以便|但|并|而"
)
# «在市图书馆二楼报告厅不是三楼»
NOT_THERE = re.compile(r"(?<=[馆厅楼室层堂场])(?:，|,)?(?:而)?不(?:是|在)(?!我们)[^，,。；;]{1,12}$")
# «改到操场办»: what is done there.
HELD_THERE = re.compile(
    r"(?<=[场厅楼室馆院校园堂台店口层埕坪心家])(?:里面?|上|那[边里])?(?:来|去)?(?:[办搞做讲弄摆]|举?办|举行|开展?|进行)?了?$"
)
TAIL = re.compile(r"(?:举行|举办|开展|进行|召开|那里|那儿|去|来|吧|呢|呀|啦|了)$")
# «安海镇政府与安海镇科协»
AND = r"(?<=[局会馆校院心司室部社处联协学府委站所队团办们])(?:和|与|及|以及|跟|联合|会同|携手)(?=[\u4e00-\u9fff]{2})"
UNIT_PARTS = re.compile(rf"[、，,;；/]|{AND}")
UNIT_END = re.compile(
    r"(?:局|委|会|馆|校|学|院|园|心|司|集团|政府|处|室|街道|镇|乡|社区|站|所|部|科|基地|队|行|社|团|协|联|宫|厅|署|台|场|剧院|县|市|区|厂|店|联盟|公安|工会|办|系|[一二三四五六七八九十实附]中|[实附][小幼])(?:[（(].{1,20}[）)])?$"
)


def free_value(text: str, *, prose: bool, is_unit: bool, is_name: bool = False) -> str | None:
    """The value that *text* is, None where it is not certain that it is one and nothing more.

    *prose*: it stood in a sentence («地点改为…»); behind a label and a colon a comma may belong to the value. *is_name*: the
    name of an activity, which may speak to people.
    """
    plain = DENIED.sub("", text.strip()).strip()
    marked = MARKED.match(plain)
    if marked:
        return marked["inner"].strip() or None
    plain = OWN.sub("", counted(plain))
    if prose:
        plain = TAIL.sub("", NOT_THERE.sub("", plain))
    plain = plain if is_unit or is_name else HELD_THERE.sub("", plain)
    if not plain or re.search(r"\n|\s{2}", plain) or len(plain) > LONGEST or HEAD_LEFT.match(plain):
        return None
    if REFERS.search(plain) or GLUED.search(plain) or is_sentence(plain, "text", is_name=is_name):
        return None
    if is_unit:
        if re.fullmatch("(?:我们?)?(?:村委|村委会|居委会)", plain):
            return None  # of which village
        if HOLDS.search(plain):
            return None
        plain = BOTH_MARKED.sub("、", plain).strip("“”「」") if BOTH_MARKED.search(plain) else plain
        return plain if is_units(plain) and (not prose or UNIT_END.search(plain)) else None
    others = [one for one in re.split(r"[，,。；;！!]", plain)[1:] if not STOREY.match(one)]
    if others and prose:
        return None
    return None if any(THOUGHT.search(part) or len(part) > 24 for part in others) else plain


STOREY = re.compile(r"\s*(?:[A-Z\d一二三四五六七八九十]{1,3}(?:号)?[楼层栋座]|[东西南北正]门)")


# «在我们安溪县茶学院»: the name stands behind.
OWN = re.compile(r"^(?:在)?我们(?=[\u4e00-\u9fff]{2,3}(?:市|县|区|镇|乡|街道|社区))")


# «区科协是协办», «镇政府只负责场地»: of a unit something is said; it is none of those named.
SAYS_OF_UNIT = re.compile(r"^[\u4e00-\u9fff]{2,20}?(?:是|属于|不|没|只|仅|负责|作为|算)")


ROLE_OF_UNIT = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:是|属于|负责|作为)")


# «本次活动由…共同主办» names who holds it, and is no name.
HOLDS = re.compile(r"(?:[主承合]办|(?:联合|共同|合作)举办)$")


# «“惠安县教育局”“惠安县科协”»
BOTH_MARKED = re.compile(r"[”」]\s*(?:[、，,]|和|与|及|以及)?\s*[“「]")


def counted(text: str) -> str:
    """«两家：石狮市图书馆、石狮市教育局» without the number, where there are as many."""
    match = SEVERAL.match(text) or SEVERAL_BEHIND.match(text)
    if not match:
        return text
    number = DIGITS.get(match["number"]) or int(match["number"])
    units = unit_parts(BOTH_MARKED.sub("、", match["rest"]).strip("“”「」"))
    return "、".join(units) if len(units) == number else text


def unit_parts(text: str) -> list[str]:
    return [part.strip() for part in UNIT_PARTS.split(text) if part.strip()]


def is_units(text: str) -> bool:
    """One unit, or a list of which each part looks like one."""
    if SEVERAL.match(text) or len(squeeze(text)) < 2:
        return False
    first, *others = unit_parts(text)
    return (
        not ROLE_OF_UNIT.search(first)
        and all(UNIT_END.search(part) and not THOUGHT.match(part) and not SAYS_OF_UNIT.search(part) for part in others)
        and (not others or bool(UNIT_END.search(first)))
    )
