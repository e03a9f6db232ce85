"""Names of offices made comparable: which place, which body, as a clerk hears them to be the same.

«晋江市科学技术协会», «晋江科协» and «福建省泉州市晋江市科协» are the body 科协 at the place 晋江; «晋江市第一中学» is
another body at that place. What stands here is knowledge of how Chinese offices shorten and rename themselves; the
units themselves come from the roster.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from bot.base import expressions as re
from bot.base.list_numbers import list_number
from bot.base.text import squeeze

# fmt: off
PROVINCES = (
    "北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南",
    "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "台湾", "内蒙古", "广西", "西藏", "宁夏", "新疆",
)
# fmt: on
# Long form -> short form. Longer ones first where one contains the other.
SHORT_FORMS: tuple[tuple[str, str], ...] = (
    ("全民科学素质工作领导小组办公室", "科学素质领导小组"),
    ("全民科学素质纲要实施工作办公室", "科学素质领导小组"),
    ("全民科学素质工作领导小组", "科学素质领导小组"),
    ("全民科学素质领导小组", "科学素质领导小组"),
    ("全民科学素质办公室", "科学素质领导小组"),
    ("全民科学素质办", "科学素质领导小组"),
    ("科学素质办", "科学素质领导小组"),
    ("科学技术协会", "科协"),
    ("科学技术局", "科技局"),
    ("科学技术馆", "科技馆"),
    ("社会科学界联合会", "社科联"),
    ("社会科学联合会", "社科联"),
    ("文学艺术界联合会", "文联"),
    ("工商业联合会", "工商联"),
    ("残疾人联合会", "残联"),
    ("归国华侨联合会", "侨联"),
    ("妇女联合会", "妇联"),
    ("总工会", "工会"),
    ("关心下一代工作委员会", "关工委"),
    ("发展和改革委员会", "发改委"),
    ("发展改革委员会", "发改委"),
    ("发展和改革局", "发改局"),
    ("卫生健康委员会", "卫健委"),
    ("卫生健康委", "卫健委"),
    ("卫生健康局", "卫健局"),
    ("国有资产监督管理委员会", "国资委"),
    ("工业和信息化局", "工信局"),
    ("工业与信息化局", "工信局"),
    ("人力资源和社会保障局", "人社局"),
    ("人力资源社会保障局", "人社局"),
    ("人力资源与社会保障局", "人社局"),
    ("住房和城乡建设局", "住建局"),
    ("住房城乡建设局", "住建局"),
    ("自然资源和规划局", "资规局"),
    ("自然资源与规划局", "资规局"),
    ("资源规划局", "资规局"),
    ("市场监督管理局", "市监局"),
    ("市场监管局", "市监局"),
    ("应急管理局", "应急局"),
    ("城市管理和综合执法局", "城管局"),
    ("城市管理局", "城管局"),
    ("文化广电和旅游局", "文旅局"),
    ("文化广电旅游局", "文旅局"),
    ("文化体育和旅游局", "文体旅游局"),
    ("文化和旅游局", "文旅局"),
    ("文化旅游局", "文旅局"),
    ("民族与宗教事务局", "民宗局"),
    ("民族宗教事务局", "民宗局"),
    ("海洋与渔业局", "海渔局"),
    ("海洋和渔业局", "海渔局"),
    ("海洋渔业局", "海渔局"),
    ("退役军人事务局", "退役局"),
    ("交通运输局", "交通局"),
    ("粮食和物资储备局", "粮储局"),
    ("消防救援支队", "消防支队"),
    ("消防救援大队", "消防大队"),
    ("互联网信息办公室", "网信办"),
    ("精神文明建设指导委员会办公室", "文明办"),
    ("精神文明建设办公室", "文明办"),
    ("委员会文明办", "文明办"),
    ("疾病预防控制中心", "疾控中心"),
    ("新时代文明实践中心", "文明实践中心"),
    ("农业科学研究院", "农科院"),
    ("农业科学研究所", "农科所"),
    ("广播电视台", "广电台"),
    ("经济技术开发区", "开发区"),
    ("经济开发区", "开发区"),
    ("经开区", "开发区"),
    ("台商投资区", "台商区"),
    ("高新技术产业开发区", "高新区"),
    ("管理委员会", "管委会"),
    ("街道办事处", "街道"),
    ("街道办", "街道"),
    ("居民委员会", "居委会"),
    ("村民委员会", "村委会"),
    ("人民政府", "政府"),
    ("有限责任公司", "公司"),
    ("股份有限公司", "公司"),
    ("有限公司", "公司"),
    ("附属医院", "附院"),
    ("实验小学", "实小"),
    ("委员会", "委"),
)
# What a body was called before the reforms of 2013-2018, in short form -> today's. Tried only when today's names do not fit.
FORMER: tuple[tuple[str, str], ...] = (
    ("环境保护局", "生态环境局"),
    ("环保局", "生态环境局"),
    ("农业局", "农业农村局"),
    ("农委", "农业农村局"),
    ("卫生和计划生育委", "卫健委"),
    ("卫生计生委", "卫健委"),
    ("卫计委", "卫健委"),
    ("卫计局", "卫健局"),
    ("卫生和计划生育局", "卫健局"),
    ("卫生局", "卫健委"),
    ("国土资源局", "资规局"),
    ("国土局", "资规局"),
    ("自然资源局", "资规局"),
    ("安全生产监督管理局", "应急局"),
    ("安监局", "应急局"),
    ("经济和信息化委", "工信局"),
    ("经信委", "工信局"),
    ("经信局", "工信局"),
    ("工商行政管理局", "市监局"),
    ("工商局", "市监局"),
    ("质量技术监督局", "市监局"),
    ("质监局", "市监局"),
    ("食品药品监督管理局", "市监局"),
    ("食药监局", "市监局"),
    ("文化广电新闻出版局", "文旅局"),
    ("文广新局", "文旅局"),
    ("旅游局", "文旅局"),
    ("旅游发展委", "文旅局"),
    ("公安消防支队", "消防支队"),
    ("公安消防大队", "消防大队"),
)
# Longer texts are no names; the bound keeps matching fast.
LONGEST = 200
# A part of the house writes for the house.
DEPARTMENT = re.compile(
    r"(?<=.)(办公室|综合科|综合部|秘书处|科普部|普及部|科普科|科普股|普及科|普及股|学会部|学术部|机关|本级|\(本级\)|代章|盖章|公章|章)$"
)
# «教育局基础教育科», «师范学院科研处», «华侨大学科协»: probably that house.
SECTION = re.compile(r"[\u3400-\u9fff]{2,7}[科处股室]")
OWN_ASSOCIATION = re.compile(r"^(.*(?:大学|学院|学校|中学|医院|公司|集团))(?:科协|科学技术协会)$")
# Says nothing about which unit.
NOT_A_NAME = re.compile(
    r"(本|我|各|该)?(单位|部门|机关|局|科|办)?(办公室|综合科|综合部|秘书处|科普部|普及部|科普科|科普股|无|同上|略|暂无|盖章|章)?"
)
PARTY = re.compile(r"^(中国共产党|中共)")
YOUTH = re.compile(r"^(?:共青团|中国共产主义青年团)(?=.)|^团(?=(?:[\u3400-\u9fff]{2,4})?[市县区省]委)")
BRACKETS = re.compile(r"[(\[{【〔〈<《][^)\]}】〕〉>》]*[)\]}】〕〉>》]")
BRACKET = re.compile(r"[(\[{【〔〈<《)\]}】〕〉>》\"'“”‘’「」]")
SEPARATOR = re.compile(r"[、,;/&+|\n\t]| {2,}|(?<=[协会局委馆校学院部心台所社])\s+(?=\S{4})")
# «填报单位：…» written into the value itself.
LABEL = re.compile(r"^[\u3400-\u9fff]{0,4}(单位|名称)(\([^)]*\))?:")
NUMERALS = str.maketrans("1234567890", "一二三四五六七八九〇")
ZONE = re.compile(r"^.*?(?:开发区|投资区|高新区|管理区|台商区)(?=.)")
LEVEL = r"(特别行政区|自治区|自治州|自治县|地区|省|市|县|(?<!开发)(?<!投资)(?<!经开)(?<![社小园校景高新台商经])区)(?!域|容|政|场|长|民)"
WITH_LEVEL = re.compile(rf"^([\u3400-\u9fff]{{2,4}}?){LEVEL}")
LEVEL_BEHIND = re.compile(LEVEL)
LEVEL_ONLY = re.compile(r"^(?:全|我|本)?(省|市|县|区)(?:级|属)?(?=.)(?!域|容|政|场|长|民)")
CONFUSABLE = frozenset("一二三四五六七八九十〇0123456789东南西北中大小上下新老省市县区男女前后内外甲乙丙")


class OfficeName(Struct, frozen=True):
    """``place`` is the innermost place named (without 市/县/区), empty where none is; ``level`` is 省/市/县/区 where only
    the level was written («市教育局»); ``body`` the office in short form, empty where only a place was named."""

    place: str
    level: str
    body: str


def alternatives(name: str) -> list[str]:
    """*name* squeezed, without its brackets' content, with it but without the brackets, and with it in front («科协（晋江市）»)."""
    whole = LABEL.sub("", squeeze(name[:LONGEST]))
    rest, inside = BRACKETS.sub("", whole), "".join(BRACKETS.findall(whole))
    forms = [BRACKET.sub("", form) for form in (rest, whole, inside + rest)]
    return [form for form in dict.fromkeys(forms) if form]


def several(name: str) -> list[str]:
    """The single names in a cell that names several units; one element where there is only one."""
    return [part.strip() for part in SEPARATOR.split(name) if part.strip()]


def is_no_name(name: str) -> bool:
    """True for texts such as «本单位» or «办公室», and for nothing at all."""
    return NOT_A_NAME.fullmatch(squeeze(name)) is not None


def places_in(name: str) -> list[str]:
    """The places with their level at the beginning of *name*, outermost first: 福建省泉州市教育局 -> 福建, 泉州."""
    rest, found = PARTY.sub("", YOUTH.sub("", squeeze(name))), []
    while match := WITH_LEVEL.match(rest):
        found.append(match[1])
        rest = rest[match.end() :]
    return found


def split_name(squeezed: str, stems: Sequence[str]) -> OfficeName:
    """*squeezed* as place, level and body. *stems* are the places known without 市/县/区 (the longest first), so that
    «晋江科协» is understood."""
    youth = YOUTH.search(PARTY.sub("", squeezed)) is not None
    place, level, rest = strip_places(squeezed, stems)
    body = short_form(rest)
    if (youth and body in ("", "委")) or re.fullmatch("团[市县区省]?委|共青团", body):
        body = "团委"
    return OfficeName(place, level, body)


def strip_places(squeezed: str, stems: Sequence[str]) -> tuple[str, str, str]:
    """The innermost place, the bare level, and the rest as written, without a party's name in front."""
    rest = YOUTH.sub("", PARTY.sub("", squeezed))
    place = ""
    while True:
        if stem := next((stem for stem in stems if rest.startswith(stem)), None):
            place, rest = stem, rest[len(stem) :]
            # «晋江市场监管局» is 晋江 + 市场监管局, with its own 市 left out.
            rest = rest[tail.end() :] if (tail := LEVEL_BEHIND.match(rest)) else rest
        elif match := WITH_LEVEL.match(rest):
            place, rest = match[1], rest[match.end() :]
        else:
            break
    if not place and (match := LEVEL_ONLY.match(rest)):
        return "", match[1], rest[match.end() :]
    return place, "", rest


@lru_cache(maxsize=4096)
def short_form(body: str) -> str:
    """The body of an office in its short form: 科学技术协会 -> 科协, 第一中学 -> 一中, 委员会宣传部 -> 宣传部."""
    for long, short in SHORT_FORMS:
        body = body.replace(long, short)
    body = re.sub(r"第?([一二三四五六七八九十0-9]+)(?:中学|中)(?!心|队|医|国)", lambda m: numeral(m[1]) + "中", body)
    body = re.sub(r"第([0-9]+)", lambda m: "第" + numeral(m[1]), body)
    body = re.sub(r"(?<=[镇乡])政府$", "", body)
    # «市直机关» is written 直机关 behind a place; «市委宣传部» belongs to the committee without saying so everywhere.
    return re.sub(r"^(?:[级属直](?=机关|单位)|委(?=..))", "", body)


def numeral(written: str) -> str:
    """Arabic digits as names write them: 3 三, 24 二十四, 910 九一〇; Chinese ones stay."""
    is_short = written.isascii() and written.isdigit() and 0 < int(written) < 100
    return list_number(int(written), "chineseCounting") if is_short else written.translate(NUMERALS)


def todays(body: str) -> str:
    """What a body of before the reforms is called now, in short form; the same where nothing is known."""
    return next((now for before, now in FORMER if body == before), body)


def without_department(name: str) -> str:
    """*name* without the part of the house at its end: 晋江市科协科普部 -> 晋江市科协."""
    return DEPARTMENT.sub("", name)


def houses_of(name: str) -> list[str]:
    """What may be the house where *name* ends with one of its sections or with its own association; the longest first."""
    found = [name[:end] for end in range(len(name) - 3, 3, -1) if SECTION.fullmatch(name[end:])]
    if match := OWN_ASSOCIATION.match(name):
        found.append(match[1])
    return found


def is_slip(one: str, other: str) -> bool:
    """One letter wrong, missing, doubled or two swapped in a name of at least six letters; never one that makes another
    unit (numbers, directions, 大/小, …) and never the last one (局/厅, 中学/中专)."""
    if min(len(one), len(other)) < 6 or one[-1] != other[-1] or one == other:
        return False
    short, long = sorted((one, other), key=len)
    head = next((i for i, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short))
    if len(long) == len(short) + 1:
        return short[head:] == long[head + 1 :] and long[head] not in CONFUSABLE
    if len(long) != len(short):
        return False
    if short[head + 1 :] == long[head + 1 :]:
        return short[head] not in CONFUSABLE and long[head] not in CONFUSABLE
    return short[head : head + 2] == long[head : head + 2][::-1] and short[head + 2 :] == long[head + 2 :]
