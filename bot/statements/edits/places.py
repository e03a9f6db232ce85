"""Edits of where the activity is held: another place, another room of the same house, the room that was not said. Pure."""

from __future__ import annotations

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.forms.definitions import FieldSpec
from bot.forms.values.within import INSIDE, OURS, STOREY, VILLAGE, is_there, of_own, overlap, parts_of, whole_place
from bot.statements.edits.days import beside
from bot.statements.edits.named import keys_named
from bot.statements.edits.sites import GOES, LED, OF, OLD_ONE, Site, is_place, new_site
from bot.statements.edits.stance import is_ours
from bot.statements.values.context import Addressed, Context, Edit, HeardClause, unit_of
from bot.statements.values.free import HELD_THERE, MARKED
from bot.statements.wording.days import ELSE, LEFT_OPEN, OTHERS_DAY
from bot.statements.wording.words import HOUSE_MOVES

LABEL = r"(?:活动|讲座|展览|比赛|举办|办展|上课|义诊|演出)?(?:地点|场馆|场地|会场|地址|场所|地方|举办地|起点)"
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
    if (kept := kept_alone(text, spec, stood)) is not None:
        return [kept]
    for site, was, is_firm in new_site(text, stood):
        if (one := edit_of(site, was, text, stood, spec, context, is_firm=is_firm)) is not None:
            return [one]
    return []


ONLY = re.compile(r"(?:只|仅|就|单)(?:保留|留下?|办|在|设|用|放|去|剩|要|搞)+[“「]?$")


def kept_alone(text: str, spec: FieldSpec, stood: str) -> Edit | None:
    """«只办书屋这一处»: of several places that stand there one is left."""
    every = [one for one in re.split(r"[、，,；;]", stood) if one]
    found: dict[str, int] = {}
    for one in every if len(every) > 1 else ():
        for size in range(len(one), 1, -1):
            at = next((m for m in range(len(text)) if text.startswith(one[-size:], m) and ONLY.search(text[:m])), -1)
            if at >= 0 and sum(one[-size:] in other for other in every) == 1:
                found.setdefault(one, at)
    if len(found) != 1:
        return None
    value, at = next(iter(found.items()))
    return Edit(Addressed(spec.key, f"“{value}”", -1, text, old="?", prose=True), at, at + 2, at)


def edit_of(
    site: Site, was: str, text: str, stood: str, spec: FieldSpec, context: Context, *, is_firm: bool
) -> Edit | None:
    """The place to which the activity goes, by whatever words: where it is named, or what stands there is given up, or a verb puts it there."""
    before = text[: site.begin]
    clause = text[site.begin : site.end].join(beside(text, site.begin, site.end))
    around = clause.replace(text[site.begin : site.end], "◇")
    if (
        OF_ELSE.search(clause)
        or OF_HOUSE.search(text)
        or any(one.search(around) for one in (ELSE, OTHERS_DAY, FOR_OTHERS))
    ):
        return None
    label = next(iter(reversed(list(LABELLED.finditer(before)))), None)
    if label and (
        keys_named(before[label.end() :], context, {*OTHER_KINDS, "unit"}) or not is_ours(text, label.start(), context)
    ):
        label = None
    goes = text[verb_begin(before) : site.begin]
    is_said = site.how != "goes" or (not was and BECOMES.search(goes))
    if not label and is_said and keys_named(before, context, {*OTHER_KINDS, "unit"}):
        return (
            None  # «承办单位原来写的…，现换成…», «主办不是…，是…»: who changes a field, changes the one that he named
        )
    first = before.find(was, len(before) - len(CLAUSE_END.split(before)[-1])) if was else -1
    begin = label.start() if label else min([at for at in (first, verb_begin(before)) if at >= 0])
    lead = CLAUSE_END.split(before[: verb_begin(before)])[-1]
    is_own_verb = bool(OURSELVES.search(lead))
    if not (is_own_verb or is_ours(text, begin, context)) or (not label and keys_named(around, context, OTHER_KINDS)):
        return None
    said = OF.sub("", BY_ANOTHER.sub("", NEXT_TO.sub("", NEWLY.sub("", site.text))))
    if not is_place(said) or (not label and not was and OF_UNIT.search(said)):
        return None
    if said.isdecimal() and not re.search(r"\d{3}", stood):
        return None  # a number of people, where no room stood
    there = parts_of(stood)
    is_part = bool(INSIDE.fullmatch(said) or OURS.match(said) or OF_VILLAGE.match(said) or overlap(there.head, said))
    whole = whole_place(said, stood, unit_of(context), was) if is_part else of_own(said, unit_of(context))
    if VILLAGE.match(said):
        whole = of_own(said, unit_of(context)) or None
    whole = None if BESIDE.search(said) else whole
    if whole == stood:
        return None
    is_alone = bool(STOREY_ALONE.match(said) and (there.room or there.head == stood))
    if whole and is_alone and there.room and there.room in text:
        whole, is_alone = f"{whole.removesuffix(there.room)}{there.room}", False
    is_closer = bool(stood and whole and is_there(there.head, whole))
    is_own = is_own_verb or (bool(OUR_EVENT.search(before)) and not INSIDE.fullmatch(said))
    is_led = bool(label and (is_closer or WRONG.search(text)))
    if not (was or is_closer or is_led or (is_firm and (label or is_own))):
        return None
    # «我校搬到新校区了»: the house moves, and not the activity.
    is_house = bool(HOUSE_MOVES.search(clause))
    sure = bool(whole) and (is_firm or is_led) and not is_alone and not is_house
    end = site.end
    if whole and (address := ADDRESS.match(text[end:])):
        whole, end = f"{whole}{address.group()}", end + address.end()
    piece = Addressed(spec.key, f"“{whole}”" if whole else said, -1, text, old="?", prose=True)
    return Edit(piece, begin if label else site.begin, end, site.begin, sure=sure)


BECOMES = re.compile(r"[为成][“「]?$")
WRONG = re.compile(r"错|有误|不对|全称|全名|更正|[改换变]了|漏|少了|应[为是]|应该?是|[订定]好|落实|确定|定下")
OF_HOUSE = re.compile(r"新址|邮寄|寄到|通讯地址|办公地[点址]")
OF_VILLAGE = re.compile(r"[村居]委会|村部|[镇乡]政府")  # each has one of its own
LABELLED = re.compile(rf"{LABEL}|具体|详细|确切")
OURSELVES = re.compile(
    r"(?:我们?|咱们?)(?:[校村局馆院镇]|社区)?(?:就|才|只好|只能|都|临时|现在?|决定|拟|想|要|得|也)*$|^(?:现|就|才|只好|只能|临时|现在|决定|拟|改|又|最后)*$"
)
CLAUSE_END = re.compile(r"[，,。；;！!]")


def verb_begin(before: str) -> int:
    """Where the verb, or what else leads the place behind *before*, begins."""
    match = re.search(rf"(?:{LED.pattern}){OLD_ONE.pattern}[“「]?$", before)
    return match.start() if match else len(before)


# What else is put, sent or met somewhere.
FOR_OTHERS = re.compile(
    r"停|寄|送|放学|接|等[您你]|住|吃|领|拿|交到|开会|布置|颁奖|合影|开幕|剪彩|分会场|展板|展位|其中"
)
# «新落成的科创楼»: said of it, and no part of its name.
NEWLY = re.compile(
    r"^[“「]?(?:刚刚?|新近?|最近|今年|去年|才|已经?)+(?:建成|落成|建好|盖好|修好|装修好?|翻[修新]好?|改造好?|启用|投用|开放|竣工|完工|成立|搭好|布置好)+(?:不久)?的(?=[\u4e00-\u9fff]{2})"
)
NEXT_TO = re.compile(r"^(?:隔壁|对面|旁边|附近|边上)的?(?=[^的]{4,})")


def extended(piece: Addressed, spec: FieldSpec, context: Context) -> Addressed:
    """«具体地点是少儿部的绘本区» where «泉州市图书馆少儿部» stands: a part of it."""
    stood, said = str(context.form.plain(spec.key) or ""), OF.sub("", piece.text)
    shared = overlap(stood, said)
    return replace(piece, text=f"{stood}{said[len(shared) :]}") if len(shared) > 2 and piece.how == "set" else piece


def completed(piece: Addressed, spec: FieldSpec, context: Context) -> Addressed:
    """*piece* that another reader found, with the house that stands in the form where it names a room of it."""
    stood = str(context.form.plain(spec.key) or "")
    if piece.how != "set" or not stood:
        return piece
    piece = replace(piece, text=NEWLY.sub("", piece.text))
    said = HELD_THERE.sub("", piece.text)
    if piece.old.strip("?") and not is_there(piece.old, stood):
        return piece
    was = piece.old.strip("?“”")
    if STOREY_ALONE.match(said) and STOREY_ALONE.fullmatch(was) and stood.count(was) == 1:
        return replace(piece, text=stood.replace(was, said), old="?")
    if MARKED.match(said.strip()) or STOREY_ALONE.match(said) or not is_place(said):
        return piece
    whole = whole_place(said, stood, unit_of(context), piece.old)
    return piece if not whole or whole == said else replace(piece, text=whole, old=piece.old and "?")


def gives_reason(one: HeardClause, context: Context) -> bool:
    """«党群中心那天有选举»: why it is no longer where it stands."""
    if one.pieces or not TAKEN.search(one.text) or LEFT_OPEN.search(one.text) or re.search(GOES, one.text):
        return False
    key = next(
        (one.key for one in context.definition.field if one.kind == "text" and one.key != context.definition.anchor), ""
    )
    words = re.split(r"那天|当天|[，,。那这已在正太要有给让被]", one.text.strip())[0]
    return bool(key) and is_there(words, str(context.form.plain(key) or ""))


TAKEN = re.compile(
    r"(?:那天|当天)(?:有|已|要)|被(?:占|借|订)|[在正](?:装修|施工|维修|检修|刷|修|铺)|装修|检修|太[小挤热晒]|给[^，,]{1,6}(?:用|占)?了|坏了|漏[水雨]|停电"
)
