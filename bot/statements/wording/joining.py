"""What stands between a label and its value: where in the form, that it is wrong, what stood there, that it be changed, and the words that land on the value. Pure.

«那栏填…», «打错了，实际是…», «写成O了，应为…», «由原来的O相应调整为…», «要改一下，改成…». Words of the tables below follow one another in any order; what the last
word that lands leaves over is the value.
"""

from __future__ import annotations

from msgspec import Struct

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.statements.wording.beside import AGREED, SLIP
from bot.statements.wording.english import FILL
from bot.statements.wording.joints import CALLED
from bot.statements.wording.words import CHANGE_VERBS, THEREFORE

LONGEST_OLD = 60
WHERE = r"(?:工作|任务)(?=[^，,。；;]{0,4}(?:由|交|转))|(?:的?[那这]?(?:一|一个)?[栏项处格行](?:里|中)?|的?[那这][里边个儿块](?:一[栏项])?|的?(?:信息|部分|情况)|[里中上](?:面)?(?=[写填印打是]))(?:里|中|上)?"
HOW_FULL = r"(?:写|填|改)?(?:得|的)?(?:全称|全名|(?:详细|具体|完整|清楚|准确)(?:一?[点些下])?)"
WRONG = rf"(?:{SLIP})(?:了|的)?|(?:已经?|又|也|有)*(?:变更|更换|变动|变化|调整|更新|出入|改动|修改|更正|更改)了?|(?:已经?|又|也)*(?:变|换|改|定)(?:人|号)?(?:了(?:一?[下个]|过|好)?|过了?|好了?|下来了?|一下|下)|(?:多|少|漏)(?:打|写|填|印)?了?[一两]?(?:位|个(?:字母?|数字?))(?:数字?)?|(?:[多少漏][打写填印]?了?)[几一两\d]个?字|空(?:着|白|了)的?|没有?(?:内容|东西)|(?:已经?)?(?:停机|停用|作废|注销|打不通)了?"
ASKS = rf"{THEREFORE}|以[^，,。；;“]{{0,4}}(?:邮件|来信|信|此)为准(?=[登填写录改])|[才便](?=[是为叫])|我们?(?:这边|单位|学校)?|这边|咱们?|您|你们?|老师|领导|经(?:过|与)?|请|麻烦|烦请|劳烦|帮忙|帮我们?|帮|给我们?|想|希望|需要?|要(?!求)|必须|应当?(?![急用])|可以|统一|重新|直接|最[终后](?!一)|再|又|已经?|也|都|就|还|先|全部?|一下|的话|呢|了|被|会|仍然?|依[然旧]|(?:一直|始终|从来|历来|本就)(?=[都就也是为叫])|同时|相应地?|相应的?|一[并起]|实际上?|其实|正确的?(?:写法|号码?)?|准确的?|真正的?|新的?(?:号码?|地址|时间|名称)?|现在?|目前|今后|本来|原本|当时|之前|上次|临时|刚[才刚]?|确实|不小心|可能是(?=手误)|把它|把|将"
CHANGES = rf"(?:{CHANGE_VERBS}|改?登记?|改填|改写)(?:(?:为|成|到|至|在|是|叫|回到?(?![来去复信执到]))(?!了[，,]|[盼荷谢感](?:[，,。！!\s◇]|$))|[进往]了?)|[挪移搬迁转腾]去|(?:[移转]交)(?:给了?|由|至|予)?|[改转]由|转给|交(?:给|由)"
FILLS = r"(?:补[充填写报正上]?|填写|填|写|勾选?|选择?|定|核定|商定|敲定|确定|改名|更名|登记|报|取名|搬|放|设|安排|报成|该)(?:为|成(?!了)|在|于|是)|应该?[为是](?:叫|写|填)?|即(?:是|为|系)?(?![日将可刻时使])|改叫|[更改定取]名(?=[“「《])|(?:该|应|应该|就|统一|重新|改|要|请|都|还是|直接)(?:填写|填|写|勾选?|选|叫|用)(?:[成为作]|上(?=[“「]))?(?![错漏了])"
# «承办单位此前空着，系青少年活动中心», but «系学生会».
IS = r"系(?=[\u4e00-\u9fff“「《]{3})(?![统列数里内办主党团学])"
STRONG = re.compile(rf"(?:{CHANGES}|{FILLS}|是|[为叫]|{IS}|[:：=]|[—–]{{1,2}}|→)(?:在(?=\S))?")
# «原“A” 现“B”», «原A，现B»: what stands there now, behind what stood.
NOW = re.compile(
    r"现(?:在(?:的|是|为)?|[为是])?[:：]?\s*(?=[“「《][^“”「」《》]+[”」》]\W*$|(?![在场代有将把已任改更变换调])[^，,。；;“「《]{3,40}$)"
)
# «主办单位：填“…”»: marks around all that follows make the verb before them none of it.
FILLED = r"(?:[填写]写?|登记|登|报|录|用)(?:上|个|的是)?[:：]?(?=\s*(?:“[^“”]{2,}”|「[^「」]{2,}」|\"[^\"]{2,}\")(?:这个|吧|就(?:行|好|可以)|即可|[，,。；;！!\s]|$))"
AGAIN = re.compile(rf"(?:{CHANGES}|{FILLS}|[:：=])(?:在(?=\S))?|{FILLED}")  # behind another word that landed
WEAK = re.compile(
    r"(?:填|补|添)上(?![了，,])|补(?=[^上充填报一正写了过充录：:，,\s])|以(?!及|后|前|上|下)|填(?![错漏了着]|成了)写?|写(?![了错的得漏着]|成了)|改(?!一|了|过|动|个|的|下(?![周个月星礼])|[革良造善编正进])|换(?=\s*[A-Za-z\d])|定(?![了下好名])|用|按|由(?=[^，,]{2,6}(?:担任|负责|对接))|有(?=[一二两三四五六七八九\d]家)|[在于](?=\S{3})|(?:补(?:上|充|填|报|一下|正)?|更正|更改|修改|改一下)[，,:：\s]+"
)
STOOD = re.compile(
    rf"(?:由|从|自|把|(?:[写填打印误报登标抄记输选勾]|误[写填打印选作报]|登记|填写|印刷|统计)(?:的)?[成为作着]了?|所[载列填报写登](?:的|为|系)?|[写填打印报登]的(?:是|为)?|(?:由|从)?(?:原来|原先|原本|原|之前|以前|当时|先前)(?:[写填报印定]?的|定|写|填|报|是|为)*[:：]?|(?:而)?不(?:再)?[是在用]|并非)\s*"
    rf"(?P<old>[“\"「『《][^“”\"「」『』《》]{{1,40}}[”\"」』》][^，,。；;\s]{{0,12}}?|(?![不没有错])[^，,。；;：:“”]{{1,{LONGEST_OLD}}}?)(?:(?:相应|同时|也)地?|了(?=[，,])|的(?=[，,]))?(?:[，,、\s]+|(?={CHANGES}|应[为该是]|改(?:叫|用)))"
)
MARKS = r"的?(?:补充|更正|变更|具体|有关)?(?:说明|情况|答复|回复)(?=\s*[:：])|(?:机构|单位|部门)的?(?:名称|全称|名字)|如下(?=\s*[:：])|[，,\s、]+|[（(][^（）()]{0,20}[）)](?=\s*[:：])"
SORRY = r"(?:实在|真是?)?(?:抱歉|不好意思|对不起)了?"
WRONG_OLD = re.compile(
    rf"(?P<old>(?![不没有错])[^，,。；;：:]{{1,{LONGEST_OLD}}}?)(?:是|也)?(?:有误|错误的?|错的|错了|不对)(?:了|的)?(?:[，,]\s*|$)"
)
PIECES = tuple(re.compile(one) for one in (SORRY, WHERE, HOW_FULL, WRONG, ASKS, AGREED, MARKS))
BARE_OLD = re.compile(rf"(?P<old>[^，,。；;：:]{{1,{LONGEST_OLD}}}?)(?={CHANGES})")
QUOTED_OLD = re.compile(r"(?P<old>[“「《][^“”「」《》]{2,40}[”」》])(?=应该?[为是])")
NEVER_OLD = re.compile(r"如遇|下雨|雨天|如果|若|不|先|也|建议|想|能否|可否|是否|[和及与、等](?=$)")


class Joined(Struct, frozen=True):
    """What a label is joined to. ``old``: what stood there; ``is_change``: the words say that it changes; ``is_marked``: a colon or a dash lands on it."""

    new: str
    old: str = ""
    is_change: bool = False
    is_marked: bool = False


# «原“区图书馆”→“丰泽区图书馆”», «9.16=>9.17», «“文化宫”改“工人文化宫”».
ARROWED = re.compile(
    r"^\s*[:：=]?\s*(?:(?:由|从|原(?:来|先|定|为|是)?)[:：]?\s*)?(?P<old>[^，,。；;→]{1,60}?)\s*(?:→|➜|➔|⇒|[-=—–]+[>＞]|(?<=[”\"」》])更?改(?=[“\"「《])|(?<=[楼层])改(?=[一二三四五六七八九十\d]{1,2}[楼层])|(?<=[\u4e00-\u9fff]\s)更?改(?=\s[\u4e00-\u9fff]))\s*(?:现|改)?[为成]?\s*(?P<new>[^→>＞]+)$"
)


def joined(body: str) -> Joined | None:
    """The value in what follows a label, None where no word lands on one."""
    body = body.lstrip(f"{FILL}”》")  # a label may stand in marks
    if arrow := ARROWED.match(body):
        return Joined(arrow["new"].strip(), arrow["old"].strip(" ：:"), is_change=True, is_marked=True)
    found = landed(body, is_first=True)
    if found is None or not found.new:
        return None
    return replace(found, new=HANDED_ON.sub("", found.new.strip(FILL)))


# «承办工作转交区少年宫负责»
HANDED_ON = re.compile(
    r"(?<=[\u4e00-\u9fff]{3})[来去]?(?:具体|全权)?(?:负责|承担|接手|承接)$|(?<=[局会馆校院协司室部社处心园学联所站])(?:自己|自行|独立|单独)[来去]?(?:承?办|主办|举办|做|搞|组织|牵头|负责|承担)?$"
)


def landed(text: str, *, is_first: bool) -> Joined | None:
    """The value behind pieces and the word that lands; behind that word only where pieces and a strong one follow again."""
    at, old, is_change = 0, "", False
    while at < len(text):
        if stood := STOOD.match(text, at) or (WRONG_OLD.match(text, at) if is_first and not at else None):
            at, old, is_change = stood.end(), stood["old"], True
            continue
        strong = (STRONG if is_first else AGAIN).match(text, at)
        weak = None if strong or not is_first else WEAK.match(text, at)
        now = None if strong else NOW.match(text, at)
        if now and (MARK.match(text, now.end()) or (old and CALLED.search(text.rstrip(FILL)))):
            return Joined(text[now.end() :], old, is_change=True)
        ends = [match.end() for one in PIECES if (match := one.match(text, at))]
        land = strong or weak
        if land and land.end() >= max(ends, default=0):
            rest = text[land.end() :].lstrip()
            deeper = landed(rest, is_first=bool(re.search(r"[，,]\s*$", land.group())))
            is_changed = is_change or bool(CHANGED.search(text[: land.end()]))
            if deeper and deeper.new:
                return Joined(deeper.new, deeper.old or old, is_changed or deeper.is_change, deeper.is_marked)
            if AS.match(land.group()):
                rest = COUNTS.sub("", rest)
                is_changed = is_changed or "请" in text[:at] or land.group() == "以"
            return Joined(rest, old, is_changed, bool(re.search(r"[:：=—–→]$", land.group())))
        if not ends or max(ends) == at:
            break
        at = max(ends)
    bare = QUOTED_OLD.match(text, at) or BARE_OLD.match(text, at) if is_first else None
    if bare and not old and not NEVER_OLD.search(bare["old"]) and (found := landed(text[bare.end() :], is_first=False)):
        return Joined(found.new, bare["old"].strip(), True, found.is_marked)
    return None


MARK = re.compile(r"[“「《]")
AS = re.compile(r"[按以照]$")  # «按…登记», «以…为准»
COUNTS = re.compile(r"(?:为准|来?(?:登记|填写?|录入?|算|上报|报|统计|写|处理|更新))(?:吧|即可|就行)?$")
CHANGED = re.compile(rf"{CHANGES}|{WRONG}|更正|应该?[为是写填叫]|正确|实际|新的|[改换]")


def says_wrong(body: str) -> bool:
    """Whether what follows a label only says that it is wrong, what stood there or that it be changed, so that the value is still to come."""
    text = f"{body.strip(' ，,、。；;')}，"
    at = 0
    while at < len(text):
        stood = STOOD.match(text, at) or (None if at else WRONG_OLD.match(text))
        ends = [stood.end()] if stood else [match.end() for one in PIECES if (match := one.match(text, at))]
        if not ends or max(ends) == at:
            return False
        at = max(ends)
    return len(text) > 1


def is_to_come(body: str) -> bool:
    """Whether the words that land stand at the end of *body*: «没写，现补上，»."""
    return bool((found := joined(f"{body.strip()}◇")) and found.new == "◇" and re.search(r"[，,、\s]$", body))


def lands(clause: str) -> bool:
    """Whether a clause begins with words that land on a value of what stood before."""
    at = 0
    clause = f"{clause}，"
    while at < len(clause):
        if STRONG.match(clause, at) or WEAK.match(clause, at):
            return True
        end = max((match.end() for one in PIECES if (match := one.match(clause, at))), default=at)
        if end == at:
            return False
        at = end
    return False
