"""The places that a sentence names, whatever verb stands beside them, and which of them is the one where the activity is to be. Pure.

A place is told by its last word and by what it is led by («在», «到», «借», the beginning of a clause); whether it is what stands in the form, what is given
up or what is new, by the form and the words around it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from bot.base import expressions as re
from bot.forms.values.within import INSIDE, OURS, is_there, parts_of
from bot.statements.wording.joints import CALLED

# What leads a place. The activity goes there by a verb («挪到», «借用», «上三楼办»); «在» and «是» only say so.
GOES = r"移师(?:到|至|在)?|(?:改|换|挪|移|搬|迁|转|徙|撤|调[整换]?(?!去)|变更?|租|借)+(?:用|在|到|至|去|进|为|成|回|上|了|停(?!车))*|(?:[设放定选]|安排|集中|统一|全部|都)+(?:在|到|至|进|去|上|于)+|→|➜|[-=—]+>"
LED = re.compile(
    rf"(?P<was>由|从|(?:原[来先本]?(?!的)|本[来底]|之前|起初|[当最]初|早先)(?:[定订是为在报说写填拟想选]|计划)*(?:(?<=[定订报写填选])的)?(?!路|乡)|(?:[错误][写填]?成|[写填打]成了)了?(?:去年)?(?:用)?的?)|(?P<goes>{GOES})|(?P<into>到|去(?!年)|上|进|回|往|用(?!的))|(?P<at>在|是|就|[应即当]为|[:：])|(?:^|(?<=[，,。；;！!\s：:]))\s*"
)
ENDED = re.compile(
    r"(?P<inside>那里|那边|里面?|上|内)?(?:去|来)?(?:这一?[处家边里个]|那一?[处家边里个])?(?:办|讲|开|搞|做|举办|举行|开展|进行|上课|听[课讲]|观看|参观|体验|玩|展出|召开|用|弄|摆|集合)?(?:了|吧|啦|哈|哦|去|来|就[行好]|即可|可以)*(?=[，,。；;！!？?（(\s]|$|而?不[是在]|活动(?!室|中心|站|场|广场|基地|厅|楼)|时间|人数|人还是|联系|电话|谢谢|麻烦|其[他它余]|别的|→|[-=]+>|[改换挪移搬迁转调变](?!革|化)|(?<=了)[在到去])"
)
IMPURE = re.compile(
    r"为准|登记(?!处|室|台)|[写填]成|开会(?!室)|聚会|(?<![先促])进(?!士|贤|出口|修)|[“”「」《》：:了着吧吗呢您你他她它们把将被让给说没不也么哪谁怎因]|[办搞改换挪搬借是在到去于](?!校|园|馆)|都(?=在|改|去|要|有|不|是|搬|挪)|现在|原来|时间|我|[主承]办|报告会|[^公]共?[一二两三四五六七八九\d]+[人名位天月日点]|年用|[由从]|[那这][边里儿]|老地方|线上|别的|另外|其[他它]|(?<![路街道巷\d])\d{1,3}号(?!楼|馆|厅|院|会|教)|\d{5,}|\d-\d{3}|号码|电话|附件|邮件|[群信表]里|那场|这场|一场|两场"
)
OLD_ONE = re.compile(r"(?:原[来先]的?|老)?")  # «改回原来的学校礼堂»
OF = re.compile(r"(?<![面边旁侧])的(?=[^的]+$)")
SAME = re.compile(r"(?:那|同|这)一?[栋幢座个]楼?")
# What is no longer where the activity is.
NO_LONGER = re.compile(
    r"(?:不[在去用到是]|原[来先本]?(?:定|是|为|在|报|说|写|填|计划|拟)*|本[来底]?(?:定|是|想|计划|拟)*(?:在)?|之前(?:定|是|报|写)?在?|[错写填报]成了?|由|从|离开|退了?)[“「]?$"
)
GIVEN_UP = re.compile(
    r"^[”」]?(?:那[处边里个]|这[处边里个])?(?:那几?天|当天)?[^，,。；;]{0,6}?(?:不[在去用行办搞够]|占|装修|翻修|翻新|整修|维修|检修|修(?!养)|刷|铺|坏|漏|停电|停用|借给|借出|让给|征|拆|撤|关|闭馆|封|太[小挤晒热吵远偏旧]|坐不下|装不下|有[会考]|(?:要|另)[用晒放摆布搭办开搞做]|另有|作他用|被|给人|[没用]不了|取消|退|另作)|^[^，,。；;！!]{0,8}[，,][^，,。；;！!]{0,3}(?:不能|没法|无法|不让|不好|用不|没得)用?"
)


OWN = re.compile(r"[“「]?(?:(?:我|咱)们?(?=学校|医院|公司|单位|社区|街道|中心|支行|[校院馆局园村镇厂会站所]))?")
LONGEST = 34  # characters of a place


class Site(Struct, frozen=True):
    """``how``: "goes" a verb puts the activity there, "into" or "at" a preposition, "" nothing; ``is_was``: it is given up, or where it was to be;
    ``is_known``: it stands in the form."""

    begin: int
    end: int
    text: str
    how: str
    is_was: bool
    is_known: bool


def sites_in(text: str, stood: str) -> list[Site]:
    """The places that *text* names, each once, in order."""
    found: list[Site] = []
    for clause in re.finditer(r"[^，,。；;！!？?\n（）()]+", text):
        at = clause.start()
        for led in LED.finditer(clause.group()):
            begin = clause.start() + led.end()
            begin += led_on(text[begin : clause.end()])
            if begin < at:
                continue  # within the place before
            if (end := end_of(text[begin : clause.end()])) is None:
                continue
            said = text[begin : begin + end]
            at = begin + end
            if SAME.fullmatch(said):
                continue
            before, behind = text[:begin], text[at:]
            is_was = led.lastgroup == "was" or bool(NO_LONGER.search(before) or GIVEN_UP.match(behind))
            is_known = is_there(said, stood) or any(one == said for one in parts_of(stood).each)
            found.append(Site(begin, at, said.strip("“”「」"), led.lastgroup or "", is_was, is_known))
    return found


def led_on(rest: str) -> int:
    """How much of *rest* only says that it is the place of before."""
    match = OLD_ONE.match(rest)
    return match.end() if match else 0


def end_of(rest: str) -> int | None:
    """Where the place that *rest* begins with ends; None where it begins with none."""
    marks = rest[0] in "“「" if rest else False
    own = OWN.match(rest)
    impure = IMPURE.search(rest, own.end() if own else 0)
    for end in range(2, min(len(rest), LONGEST) + 1):
        said = OF.sub("", rest[:end].strip("“”「」"))
        if impure and impure.start() < end - (rest[end - 1] in "”」" and marks):
            return None
        if not is_place(said):
            continue
        if ENDED.match(rest[end:]) or GIVEN_UP.match(rest[end:]):
            return end
    return None


def is_place(said: str) -> bool:
    return len(said) > 1 and bool(CALLED.search(said) or INSIDE.fullmatch(OURS.sub("", said)) or SPOT.search(said))


# Places that no label of a house ends with.
SPOT = re.compile(
    r"\d{3,4}室?$|[东西南北正侧后大]门$|[坞埔埕]$|广场|中庭|草坪$|[树楼桥亭台]下$|戏台[脚下]$|(?:大?门|[路村巷])口$"
)


def new_site(text: str, stood: str) -> Iterator[tuple[Site, str, bool]]:
    """The one place to which the activity goes, what is given up for it (empty if that does not stand in the form), and whether that is certain."""
    sites = sites_in(text, stood)
    new = [one for one in sites if not one.is_was and not one.is_known]
    gone = [one.text for one in sites if one.is_known and (one.is_was or one.how != "goes")]
    lost = [one for one in sites if one.is_was]
    # What stands there is named wherever its words are.
    left = [part for part in parts_of(stood).each if len(part) > 1 and is_left(text, part)]
    if len({one.text for one in new}) != 1 or not (new[-1].how or lost or left or (stood and stood in new[-1].text)):
        return
    is_certain = new[-1].how == "goes" or bool((lost or left) and (gone or left))
    yield new[-1], next(iter([*left, *gone]), ""), is_certain


def is_left(text: str, part: str) -> bool:
    at = text.find(part)
    return at >= 0 and (bool(GIVEN_UP.match(text[at + len(part) :])) or is_left(text[at + len(part) :], part))
