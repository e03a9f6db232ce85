"""A place said as a part of the one that stands in the form: «三楼排练厅» of «区文化馆二楼多功能厅», «学校大礼堂» of «双阳小学操场». Pure."""

from __future__ import annotations

from msgspec import Struct

from bot.base import expressions as re
from bot.base.text import stands_within

NUMBER = r"[一二三四五六七八九十\d]{1,3}"
# What is somewhere by its own name.
SITE = r"(?:学校|校区|[大中小]学|学院|书院|附中|附小|实小|[一二三四五六七八九十]中|幼儿园|医院|卫生院|图书馆|文化馆|博物馆|科技馆|美术馆|体育馆|展览馆|纪念馆|档案馆|群艺馆|科普馆|规划馆|艺术馆|文化宫|少年宫|青少年宫|剧院|影院|中心|社区|村部|村委会|居委会|[村镇乡县区市]|街道|公园|广场|市场|公司|集团|[厂局院馆园站所]|基地|大厦|大楼|酒店|商场|校|宫)"
# No room is called so.
NOT_OF_ROOM = r"(?!学校|校区|[大中小]学|学院|附中|附小|幼儿园|医院|[馆层座栋幢]|楼(?!$)|[一二三四五六七八九十]楼|中心|社区|街道|公园|广场|公司|[村镇乡县区市](?!部))"
STOREY = rf"(?:负?{NUMBER}[楼层]|顶[楼层]|[一二三四五六七八九]楼)"
WING = rf"(?:[A-Za-z]\d?[座栋幢馆区楼]|{NUMBER}(?:号楼|[座栋幢]楼?)|[甲乙丙丁东西南北][座栋幢区])"
HOUSE = (
    rf"(?:村部|村委会|居委会|(?:住院|门诊|急诊|体检)(?:部|中心)|(?:{NOT_OF_ROOM}[\u4e00-\u9fff]){{1,4}}楼(?![层上]))"
)
YARD = r"广场|操场|球场|运动场|田径场|草坪|空地|停车场|劳动基地|种植园|门口|大门|校门|门|戏台|前坪|院子|大埕|庭院"
HALLS = rf"(?:(?:室内|室外|风雨|大|小|老|新|旧|学校|学生|师生|校园|文化|劳动|后山|校门口?|大门口?|北|南|东|西|正|前|后|侧|篮|足|排|羽毛)*(?:体育馆|图书馆|食堂|餐厅|礼堂|会堂|实训基地|实践基地|祠堂|{YARD}))"
ROOM = rf"(?:(?:{NOT_OF_ROOM}[\u4e00-\u9fff]){{0,7}}(?:厅|室|中庭|阅览区|讲堂|大堂|书吧|展区|活动区|平台|走廊|连廊|架空层|[天舞看]台|天文台|教室|书屋|角)|\d{{3,4}}(?:教?室|会议室|教室)?)"
INSIDE = re.compile(rf"(?P<house>{HOUSE}(?:{WING})?|{WING}|{HALLS})?(?P<storey>{STOREY})?(?P<room>{ROOM})?")
HEAD = re.compile(rf"{SITE}$")
# «学校的», «该院», «本馆内», «同一栋楼的»: the house that stands there.
OURS = re.compile(
    r"^(?:还是|仍然?|就)?在?(?:(?P<same>同一?个?[栋幢座层]楼?|同楼)|(?:该|本|我|咱|我们|咱们)(?P<own>校|院|馆|局|园|村|镇|中心|社区|单位|公司|厂|会|站|所|学校|医院|学院|街道)|(?P<such>学校|医院|公司|单位|校|院|馆|宫|村|社区|园|中心))(?:里面?|内|里头)?的?(?=.)"
)
# Where there are several houses.
CAMPUS = re.compile(
    r"(?:学校|校区|[大中小]学|学院|书院|附中|附小|实小|[一二三四五六七八九十]中|幼儿园|医院|卫生院|社区|村|公司|集团|[厂局院园站所]|基地|校|镇|乡)$"
)
SCHOOL = r"(?:学校|校区|[大中小]学|学院|书院|附中|附小|实小|[一二三四五六七八九十]中|校)$"
FITS = {
    "校": SCHOOL,
    "学校": SCHOOL,
    "院": r"院$",
    "医院": r"院$",
    "学院": r"学院$",
    "园": r"园$",
    "馆": r"馆$",
    "宫": r"宫$",
    "村": r"村(?:部|委会)?$",
    "中心": r"中心$",
    "社区": r"社区$",
    "公司": r"公司$",
    "街道": r"街道$",
    "镇": r"镇$",
    "厂": r"厂$",
    "局": r"局$",
}


# «祥芝镇老人会», «卫生院二楼»: what each village has.
OF_REGION = re.compile(r"(?:[市县区镇乡村]|街道|社区)$")
NO_REGION = re.compile(
    r"^(?:卫生院|老人会|老年协会|文化站|敬老院|中心(?:小学|幼儿园)|中学|小学|村部|礼堂|戏台|祠堂|广场|公园|党群|新时代|综合文化|文化(?:中心|广场|礼堂|活动)|[村居]委会|会堂|农贸|影剧院|图书馆|体育)"
)


class Parts(Struct, frozen=True):
    """A place: whose it is, and which house, storey and room there."""

    head: str
    house: str = ""
    storey: str = ""
    room: str = ""

    @property
    def each(self) -> list[str]:
        return [one for one in (self.head, self.house, self.storey, self.room) if one]


def parts_of(place: str) -> Parts:
    for at in range(2, len(place)):
        inside = INSIDE.fullmatch(place[at:]) if HEAD.search(place[:at]) else None
        if inside:
            return Parts(place[:at], inside["house"] or "", inside["storey"] or "", inside["room"] or "")
    return Parts(place)


def whole_place(said: str, stood: str, own: str = "", was: str = "") -> str | None:
    """The place that *said* means where *stood* stands in the form, *own* is the unit's name and *was* the part of it that is given up; None where that is not known."""
    said = OF_STOREY.sub("", said)
    if was and was != stood and stood.endswith(was) and OF_REGION.search(stood[: -len(was)]) and NO_REGION.match(said):
        return f"{stood[: -len(was)]}{said}"
    if (other := SAME_ROOM.match(said)) and len(every := re.findall(STOREY, stood)) == 1:
        return stood.replace(every[0], other["storey"])
    there = parts_of(stood)
    if re.fullmatch(r"\d{3,4}", said) and (other := re.fullmatch(r"\d{3,4}(?P<kind>\D*)", there.room)):
        return f"{stood.removesuffix(there.room)}{said}{other['kind']}"  # «302教室», «换成203»
    head = there.head
    if not HEAD.search(head):
        return said if not OURS.match(said) else None
    said = re.sub(r"^的", "", said)
    match = OURS.match(said)
    if match and match["same"]:
        return with_part(said[match.end() :], there)
    if match and (kind := match["own"] or match["such"]):
        rest = said[match.end() :]
        if INSIDE.fullmatch(rest) or match["own"]:
            fitting = next((one for one in (head, own) if re.search(FITS.get(kind, "."), one)), "")
            if fitting == head:
                return with_part(rest, there) if INSIDE.fullmatch(rest) else f"{head}{rest}"
            if fitting:
                return f"{fitting}{rest}"
            if match["own"]:
                return None
    if INSIDE.fullmatch(said):
        if was and was != stood and stood.count(was) == 1 and is_alike(was, said):
            return stood.replace(was, said)
        return with_part(said, there)
    if OF_REGION.search(head) and NO_REGION.match(said):
        return f"{head}{said}"
    if (shared := overlap(head, said)) and (INSIDE.fullmatch(said[len(shared) :]) or len(shared) > 2):
        return f"{head}{said[len(shared) :]}"
    return said


# «五楼的报告厅» is written «五楼报告厅».
OF_STOREY = re.compile(rf"(?<=[楼层])的(?={ROOM}$)")
# «二楼的同一个厅», «三楼的同名会议室»
SAME_ROOM = re.compile(
    rf"^(?P<storey>{STOREY})的?(?:同一?个?|同名的?|一样的|相同的)(?:[展大小]?厅|会议室|教室|房间?|室|位置|地方|场地)$"
)
VILLAGE = re.compile(
    r"^(?:我们|咱们|我|本|咱|(?=[村镇乡]里))(?P<kind>村|镇|乡|社区|街道)(?:里面?|的)?(?=[\u4e00-\u9fff]{2})"
)


def of_own(said: str, own: str) -> str:
    """«我们学校四楼报告厅», «本村祖厝前埕» with the name of the writer's unit *own*; *said* itself where it names no such house, empty where it is not known which."""
    if match := VILLAGE.match(said):
        found = re.search(rf"(?:^|[市县区镇乡])([\u4e00-\u9fff]{{2,4}}?{match['kind']})", own)
        return f"{found[1]}{said[match.end() :]}" if found else ""
    match = OURS.match(said)
    if match is None or match["same"] or not (kind := match["own"] or match["such"]):
        return said
    rest = said[match.end() :]
    if not match["own"] and not INSIDE.fullmatch(rest):
        return said
    return f"{own}{rest}" if re.search(FITS.get(kind, "(?!)"), own) else ""


def is_kind_of(own: str, kind: str) -> bool:
    """Whether the unit *own* is a *kind*: a school is a «校» whatever its name ends with."""
    return kind == "单位" or bool(re.search(FITS.get(kind, rf"{kind}$"), own))


def is_alike(was: str, said: str) -> bool:
    """Whether both begin with the same of house, storey and room."""
    old, new = INSIDE.fullmatch(was), INSIDE.fullmatch(said)
    return bool(old and new) and all(
        bool(old[name]) == bool(new[name]) for name in ("house", "storey", "room") if old and new
    )


def with_part(said: str, there: Parts) -> str | None:
    inside = INSIDE.fullmatch(said)
    if inside is None:
        return None
    if inside["house"]:
        if not there.house and not CAMPUS.search(there.head):
            return said
        main = re.sub(rf"{WING}$", "", there.house) if re.fullmatch(WING, inside["house"]) else ""
        return f"{there.head}{main}{said}"
    house = "" if re.search(rf"(?:{YARD})$", there.house) else there.house
    return f"{there.head}{house}{said}"


def overlap(head: str, said: str) -> str:
    """The beginning of *said* with which *head* ends: «中心» in «青少年活动中心» and «中心四楼»."""
    return next((said[:n] for n in range(min(len(head), len(said) - 1), 1, -1) if head.endswith(said[:n])), "")


def is_there(words: str, stood: str) -> bool:
    """Whether *words* name what stands there, or a part of it: «海韵中庭» of «石狮海韵广场中庭»."""
    words = re.sub(r"[的\s]", "", words)
    if len(words) < 2 or not stood:
        return False
    if words in stood:
        return True
    return len(words) > 2 and words[-1] == stood[-1] and stands_within(words, stood)
