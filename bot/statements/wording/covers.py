"""Whether a clause hands over what comes with the letter, told by what all of it is made of: whose paper it is, which, how many, that it is filled in, that it
is sent, where it lies, and that the reader look at it. Pure.

«村里的申报表发给你了», «表格已分别填写», «附件在此», «申报表请看附件», «1份»: one word of another kind, and it says something else.
"""

from __future__ import annotations

from functools import lru_cache

from bot.base import expressions as re
from bot.statements.wording.signature import UNIT_ENDS
from bot.statements.wording.words import SURNAMES, TITLE

LONGEST = 60  # characters of a clause
MANY = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3}|[壹贰叁肆伍乙])"
# Alternatives of an expression.
PAPER = (
    r"(?:20\d\d年?|本?年度?|今年|全国|泉州市|科普日?|重点|活动|项目|申报|登记|报名|“”|企业|社区|校园|正式|新|电子|纸质|扫描|盖章|盖过?章|签字|全部|[Ww]ord|WORD|[Pp][Dd][Ff]|[Ee]xcel|好|的|及|和|与|、|及其)*"
    r"(?:(?:申报|汇总|登记|报名|统计|信息)?(?:表格|表)|(?:申报|登记|相关|有关)?(?:材料|资料|文件|文档)|附件[一二三四1-4]?|附表|压缩包|(?:扫描|盖章|电子|纸质|正式|[Ww]ord|WORD|[Pp][Dd][Ff]|签字)(?:版|件|稿|档)+|扫描件|电子档|照片|总结|[Ww]ord|WORD|[Pp][Dd][Ff])"
    r"(?:[（(][^（）()]{1,16}[）)])?"
)
TO = r"(?:(?:给|到|至|往|予|与|在)?(?:您|你|贵[部会办局处]|[市区县]里|[市区县]?科协|科普部|[这那]边|这里|老师|各位)们?(?:的?(?:邮箱|信箱|这边|那边|这里|处))?|(?:到|至|往|在)?(?:邮箱|信箱|指定邮箱)|给)"
SENT = r"(?:上来|过来|过去|上去|来|去|上|出|送|齐|毕|完)?(?:了|啦|过)?"
WORDS = {
    "paper": PAPER,
    "whose": rf"(?:我|本|咱|俺|敝)(?:们|[单局校馆院镇乡村会园司县区市站社所中街组]位?(?:心|道|里)?)?(?:今年|这次|这边|自己)?的?|[\u4e00-\u9fff×XＸ]{{2,16}}?(?:{UNIT_ENDS})的?|(?:学校|单位|公司|医院|社区|街道|村|镇|乡|县|区|局|馆|园|院|会|上面|下面)[里上]?(?:今年|这次)?的|[^\W\d_]{{1,10}}?的(?=(?:科普日?|重点|活动|申报|登记|汇总)*(?:表|材料|附件))|“”(?:[^\W\d_]{{0,8}}的)?",
    "sends": rf"(?:谨|{TO}|一并|一起|随[信函文]|随邮件|分别|统一|打包|扫描|拍照|正式|特此?|现|今|赶紧|及时)*(?:(?:填报|上报|补报|报送|呈报|呈送|谨?呈|检附|提交|递交|上交|发送|传送|寄送|送达|奉上|上传|附上|附送|附后|附呈|附|报上|交上|转来|转上|发出|补上|补交|补发|汇总)(?={MANY}|{TO}|[上来去过送了啦。，\s]|在|$|{PAPER}){TO}?{SENT}|(?:报|发|交|传|寄|送|递|补|转){TO}{SENT}|(?:报|发|交|传)(?:一?部分)|(?:报|发|交|传|寄|送|递|补)(?:送|上来?|过来|过去|来|去|齐)(?:了|啦)?|(?:表|材料)(?:交|报|发|传)了|已(?:报|发|交|传|寄|送)了?(?=$|[，,]))",
    "adds": rf"(?:再|又|另|加|补|多|追加|增)+(?:报|发|交|送)(?={MANY})|(?:共|一共|总共|合计|共计|计)?(?:申报|报送|上报|报|提交|发送|发来)了?(?={MANY}|重点|科普|活动)",
    "filled": r"(?:分别|都|均|全部|认真|如实|逐项|组织|才|终于|并)*(?:填报|填写|填|写|做|弄|整理|汇总|准备|盖章|盖|签字|签|扫描|打包|打了?个包|打印)(?:好|完毕?|妥当?|毕|齐|上)?(?:公?章)?(?:并|了|啦|哈|好了)*",
    "count": rf"(?:共|一共|总共|合计|共计|计)?(?:有)?[（(]?(?:共)?{MANY}\s*(?:[份项个张场件]|家单位|个单位)(?:(?:重点|科普)*活动)?[）)]?的?",
    "place": r"(?:都|已|就|放|存)*(?:在|见于?|详?见|如|看|请?参?见)(?:附件|附表|压缩包|新?(?:申报)?表格?|这里?|此|下面|后面|信末)(?:[里中内]面?|当中)?|附件(?:[里中]面?)|详见|(?<=附件)(?:在此|如下|于后)|(?<=表)在此|后附|随附|随[信函文](?:附上)?",
    "looks": rf"(?:请|敬请|烦请|还请|恳请|麻烦|劳烦|望|烦|呈请|伏[乞请]|恭请|辛苦|给|供)+(?:您|你|再次?|各位|{TITLE}|贵[部会办]|予以|予|及时|拨冗|抽空|注意|逐[份项个]|一并|代为|帮忙|多多)*(?:查收|收阅|查阅|审阅|审核|审定|审批|审查|过目|接收|签收|收下|收|看|收看|看看|查看|垂鉴|鉴核|查照|下载|登记|收录|备案|核收|批示|指正|指导|核对|处理|审)(?:一[下眼])?(?:为盼|是盼|为荷)?",
    "is": r"(?:就?是|为|系|：|:)",
    "thin": rf"(?:那个?|按照?(?:通知|模板|样表|范本|文件|上级|您|贵[部会]|要求|规定|格式|相关)+的?(?:要求|规定|格式|精神|模板)?|先|已经?|现在?|今天?|也|就|都|均|才|到现在|终于|的|了|啦|哈|呀|啊|哦|吧|这[封回次]?|此[封次]?|把|将|给|由|按|如|[{SURNAMES}]?{TITLE}|您|你|我们?|们|根据要求|赶紧|马上|这次|本次|今年|另外?|还有|以及|并|和|及|一[份下起并]|各|单独|[，,、\s_])",
}
PARTS = {name: re.compile(pattern) for name, pattern in WORDS.items()}
HANDED = re.compile(r"收(?!到)|阅|审|过目|登记")
PAPERS = re.compile(r"[份项]\W*$")


@lru_cache(maxsize=1024)
def parts_of(clause: str) -> frozenset[str]:
    """What *clause* is made of, empty where something else stands in it. Of two words that fit the longer is meant, so that the cost stays linear."""
    plain = clause.strip(" \t\u3000，,。；;！!~～…")
    if not plain or len(plain) > LONGEST:
        return frozenset()
    found: set[str] = set()
    at = 0
    while at < len(plain):
        ends = {name: match.end() for name, word in PARTS.items() if (match := word.match(plain, at))}
        name = max(ends, key=lambda one: ends[one], default="")
        if not name or ends[name] == at:
            return frozenset()
        found.add(name)
        at = ends[name]
    return frozenset(found)


def hands_over(clause: str) -> bool:
    """Whether *clause* says of nothing but papers that they come, lie there, or are to be looked at."""
    parts = parts_of(clause)
    if "paper" in parts:
        return bool(parts & {"sends", "filled", "place", "looks", "count", "adds", "is"})
    if "count" in parts:
        return bool(parts & {"looks", "adds", "sends", "place"}) or bool(PAPERS.search(clause))
    return "whose" not in parts and bool(parts & {"place", "sends"})


def is_look(clause: str) -> bool:
    """Whether *clause* only asks to look at something: «请贵办审阅登记»."""
    parts = parts_of(clause)
    return "looks" in parts and parts <= {"looks", "thin"}


def is_handing(clause: str) -> bool:
    """Whether all of *clause* is «请查收»."""
    return is_look(clause) and bool(HANDED.search(clause))


def counts_alone(clause: str) -> bool:
    """Whether *clause* only says how many: «就一张», «共2份»."""
    parts = parts_of(clause)
    return "count" in parts and parts <= {"count", "thin", "paper", "is"}


def leads_to_cover(clause: str) -> bool:
    """Whether *clause* only says that something is filled in, or how much of it: «已填报», «1份», beside a clause that hands it over."""
    return bool(parts_of(clause) & {"filled", "count"})
