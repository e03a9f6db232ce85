"""Edits of where the activity is held: another place, another room of the same house, the room that was not said. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.base import expressions as re
from bot.forms.definitions import FieldSpec
from bot.forms.values.within import INSIDE, OURS, STOREY, WING, is_there, parts_of, whole_place
from bot.statements.edits.named import keys_named
from bot.statements.edits.stance import is_ours
from bot.statements.values.context import Addressed, Context, Edit, HeardClause, unit_of
from bot.statements.values.free import MARKED
from bot.statements.wording.days import ELSE, LEFT_OPEN, OTHERS_DAY
from bot.statements.wording.joints import CALLED
from bot.statements.wording.words import HOUSE_MOVES

LABEL = r"(?:活动|讲座|展览|比赛|举办|办展|上课|义诊|演出)?(?:地点|场馆|场地|会场|地址|场所|地方|举办地|起点)"
# What a place is cut off by: the end of its clause, what is done there, the next that is said.
ENDS = r"(?=\s*(?:(?:去|里|来)?(?:办|讲|开|搞|做|举办|举行|开展|进行|上课|听课|听讲|观看|参观|体验|玩|展出|集合|召开)?(?:了|吧|啦|哈|哦|来|去)*(?:[，,。；;！!？?（(\s]|$)|(?:而)?不[是在]|(?:活动)?时间|人数|联系|电话|手机|谢谢|麻烦|其他|别的))"
PLACE = rf"[“「]?(?P<place>[^，,。；;！!？?：:（）()“”「」\s]{{2,36}}?)[”」]?{ENDS}"
TO = re.compile(
    rf"(?:改|换|挪|移|搬)(?=(?:去)?(?:{STOREY}|{WING})){PLACE.replace('place', 'floor')}|(?:改|换|挪|移|搬|迁|转|升|降|调整?|变更|更正|更改)(?:了)?(?:[到至为成进回]|(?<![更变调])在|去)+(?:了)?{PLACE}|移师(?:到|至|在)?(?P<placed>[^，,。；;！!？?\s“”]{{2,24}})"
)
# «场馆全称是…»
FULL = re.compile(
    rf"{LABEL}[^，,。；;]{{0,6}}(?:全称|全名|名称)(?:应该?)?(?:是|为|叫|[:：])+{PLACE}|{LABEL}(?:已经?)?(?:定|确定|落实|换|改|变)(?:好|下来?)?了[，,:：]+(?:就?[是在])?(?P<placed>[^，,。；;！!？?\\s“”]{{3,24}})"
)
# «不在操场了，在大礼堂», «本来在中庭，现在在三楼»
INSTEAD = re.compile(
    rf"(?:不[在是]|原[来先本]?(?:定|是|为|在|报|说|写|填|计划)*|本来(?:定|是)?在?|之前(?:定|是)?在?|[错写填]成了?)(?P<was>[^，,。；;！!]{{2,24}}?)了?[，,\s]*(?:现在|今年|现|决定|而是|应该?是?|实际|是|改|都|就)*(?:在|是|(?=同一?[栋幢座])){PLACE}"
)
NOT_THERE = re.compile(
    rf"(?:^|[，,。；;\s])(?:[^，,。；;\s]{{0,8}}?(?:摆|放|设|定|安排|办))?(?:是|就|应该?是?|实际)*在{PLACE}[，,\s]*(?:而)?不[是在](?P<was>[^，,。；;！!]{{2,20}})"
)
# «操场改室内体育馆»
JUST = re.compile(
    rf"(?:^|[，,。；;\s]|从|由|原来的?)(?P<was>[^，,。；;！!\s]{{2,16}}?)(?:改|换)(?=[^到至为成在了不个一期动名]){PLACE}"
)
# «具体在一楼报告厅», «地点请写细一点：…», «地点写具体点…»
CLOSER = re.compile(
    rf"(?:具体|详细|准确|确切)(?:的)?(?:地点|位置|地方|地址)?(?:就|应该?|是|为|在|定在|[:：])+{PLACE}"
    rf"|(?:写|填|补充?)[得的]?(?:细致?|具体|详细|全|完整|清楚|准确)(?:一?[点些下])?[，,:：]+(?:就?是|在)?(?P<placed>[^，,。；;！!？?\s“”]{{3,36}})"
)
FROM = re.compile(r"(?:由|从|原[定来先本]?(?:在|是|为)?|不[在是])(?P<was>[^，,。；;！!]{2,24}?)[，,]?$")
OF_UNIT = re.compile(r"(?:[科处部委队团局会]|科协|[医教]务[科处])$")
OTHER_KINDS = ("email", "phone", "mobile", "count", "person", "longtext", "choice")
OUR_EVENT = re.compile(r"我们|咱们|活动|讲座|展览|义诊|[那这]场|比赛|现场")
STOREY_ALONE = re.compile(rf"^{STOREY}$")
# «（江滨路88号）»
ADDRESS = re.compile(r"[（(](?![原不非])[^（）()，,]{0,12}[路街巷道][^（）()，,]{0,24}[）)]")
# «操场旁边的风雨操场»
BY_ANOTHER = re.compile(r"^[^的，,]{1,8}(?:旁边?|对面|后面|边上|隔壁)的(?=[^的]{3,}$)(?!办公室|教室$)")
BESIDE = re.compile(r"隔壁|旁边|附近|对面|别[的处]|另外?一?|老地方|那[边里儿]|线上")
OF_ELSE = re.compile(
    r"休息室|(?<!从)(?<!由)办公室?(?:也|都|已经?|将|要)*(?:[从由][^，,。；;]{1,12})?(?:搬|迁|换|地[点址])|(?:单位|我[局校馆院会]|公司)(?:已经?|都|整体)*(?:搬|迁)|通讯地址|邮寄|寄|停车|食宿|用餐|午餐|器材|物资|展板|帐篷|桌椅|直播|报名|雨天|下雨(?:就|则|改|时|天)|天气不好|备用|备选|签到|集合(?!点)|彩排|会议(?![室厅中])"
)


def edits_in(text: str, context: Context) -> list[Edit]:
    specs = [one for one in context.definition.field if one.kind == "text" and one.key != context.definition.anchor]
    if len(specs) != 1:
        return []
    spec = specs[0]
    stood = str(context.form.plain(spec.key) or "")
    for pattern in (INSTEAD, NOT_THERE, FULL, TO, CLOSER, JUST):
        for match in pattern.finditer(text):
            if (one := edit_of(match, text, stood, spec, context)) is not None:
                return [one]
    return []


def edit_of(match: re.Match[str], text: str, stood: str, spec: FieldSpec, context: Context) -> Edit | None:
    named = match.groupdict()
    name = next(one for one in ("placed", "floor", "place") if named.get(one))
    said = re.sub(r"^(?:了|在|到|成|去)+|(?:那里|那边|里面?)$", "", match[name])
    said = BY_ANOTHER.sub("", said)
    clause = clause_around(text, match.start(name), match.end(name))
    if said.isdecimal() and not re.search(r"\d{3}", stood + (named.get("was") or "")):
        return None  # a number of people, where no room stood
    if (
        OF_ELSE.search(clause)
        or ELSE.search(clause.replace(match[name], "◇"))
        or OTHERS_DAY.search(clause.replace(match[name], "◇"))
    ):
        return None
    before = text[: match.start()]
    was = named.get("was") or ""
    lead = None if was else FROM.search(before)
    was = lead["was"] if lead else was
    if match.re is JUST and not names_part(was, stood):
        return None
    was = re.sub(r"^(?:在|去年用的|原来的?)|[了的]$", "", was)
    was = next((one for one in (was, *parts_of(stood).each[1:]) if was.endswith(one)), was) if stood else was
    is_known = is_there(was, stood) or names_part(before, stood)
    label = next(iter(re.finditer(rf"{LABEL}(?=[^，,。；;]{{0,40}}$)", text[: match.start(name)])), None)
    if not is_ours(text, label.start() if label else lead.start() if lead else match.start(), context):
        return None
    if not label and keys_named(clause, context, OTHER_KINDS):
        return None  # «邮箱后缀要从126换成163»
    if not looks_like_place(said) or (not label and OF_UNIT.search(said)):
        return None
    whole = None if BESIDE.search(said) else whole_place(said, stood, unit_of(context), was)
    if whole == stood:
        return None
    there = parts_of(stood)
    is_alone = bool(STOREY_ALONE.match(said) and (there.room or there.head == stood))
    if whole and is_alone and there.room and there.room in text:
        whole, is_alone = f"{whole}{there.room}", False
    is_closer = bool(stood and whole and is_there(there.head, whole))
    is_own = bool(OUR_EVENT.search(text[: match.start(name)])) and not INSIDE.fullmatch(said)
    if not (is_known or label or is_closer or is_own):
        return None
    # «我校搬到新校区了»: the house moves, and not the activity.
    is_house = bool(re.match(r"[搬迁]", match.group())) and bool(
        HOUSE_MOVES.search(clause_around(text, match.start(), match.start()))
    )
    sure = bool(whole) and not is_alone and not is_house
    end = match.end()
    if whole and (address := ADDRESS.match(text[match.end(name) :])):
        whole, end = f"{whole}{address.group()}", match.end(name) + address.end()
    piece = Addressed(spec.key, f"“{whole}”" if whole else said, -1, text, old="?", prose=True)
    return Edit(piece, match.start(), end, match.start(name), sure=sure)


def completed(piece: Addressed, spec: FieldSpec, context: Context) -> Addressed:
    """*piece* that another reader found, with the house that stands in the form where it names a room of it."""
    stood = str(context.form.plain(spec.key) or "")
    if piece.how != "set" or not stood:
        return piece
    said = re.sub(r"(?<=.{2}[厅楼室馆堂场])(?:里面?|去)$", "", piece.text)
    if piece.old.strip("?") and not is_there(piece.old, stood):
        return piece
    if MARKED.match(said.strip()) or STOREY_ALONE.match(said) or not looks_like_place(said):
        return piece
    whole = whole_place(said, stood, unit_of(context), piece.old)
    return piece if not whole or whole == said else replace(piece, text=whole, old=piece.old and "?")


def looks_like_place(said: str) -> bool:
    return bool(
        CALLED.search(said)
        or INSIDE.fullmatch(said)
        or re.search(r"\d{3,4}室?$|东门|西门|南门|北门|坞$|埔$|广场|中庭", said)
        or OURS.match(said)
    )


def gives_reason(one: HeardClause, context: Context) -> bool:
    """«党群中心那天有选举»: why it is no longer where it stands."""
    if one.pieces or not TAKEN.search(one.text) or LEFT_OPEN.search(one.text):
        return False
    key = next(
        (one.key for one in context.definition.field if one.kind == "text" and one.key != context.definition.anchor), ""
    )
    words = re.split(r"那天|当天|[，,。那这已在正太要有给让被]", one.text.strip())[0]
    return bool(key) and is_there(words, str(context.form.plain(key) or ""))


TAKEN = re.compile(
    r"(?:那天|当天)(?:有|已|要)|被(?:占|借|订)|[在正](?:装修|施工|维修|检修|刷|修|铺)|装修|检修|太[小挤热晒]|给[^，,]{1,6}(?:用|占)?了|坏了|漏[水雨]|停电"
)


def names_part(text: str, stood: str) -> bool:
    """Whether *text* speaks of what stands there, or of a house or a room of it."""
    return any(len(one) > 1 and one in text for one in parts_of(stood).each) if stood else False


def clause_around(text: str, begin: int, end: int) -> str:
    before = re.split(r"[，,。；;！!\s]", text[:begin])[-1]
    behind = re.split(r"[，,。；;！!\s]", text[end:])[0]
    return f"{before}{text[begin:end]}{behind}"
