"""Edits of who holds the activity and who reports it: another unit or another office of it, one more, one less, two that were interchanged. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.base.text import stands_within
from bot.forms.definitions import FieldSpec
from bot.forms.values.within import SCHOOL
from bot.statements.edits.named import labels_in, stands
from bot.statements.edits.stance import is_ours
from bot.statements.values.context import Addressed, Context, Edit, own_unit, unit_of
from bot.statements.values.free import UNIT_END, unit_parts
from bot.statements.wording.joints import CHANGED_AT_ALL

LABELS = {"主办": "主办", "承办": "承办", "填报": "填报单位"}
OF = r"(?:单位|科室|方|部门|一?栏|名称|那?一?[项处栏]|[里中上])*"
NAME = r"[“「]?(?P<unit>[^，,。；;！!？?：:（）()“”「」\s]{2,40}?)[”」]?"
END = r"(?=\s*(?:也|来|一起|共同|联合|自己|自行|独立|单独)*(?:承办|主办|负责|做|办|承担|牵头|接手|接替|接|组织)?(?:了|吧|啦|哈|哦|来|一家|就行|即可)*(?:[，,。；;！!？?（(\s]|$)|(?:而)?不是|联系人|时间|地点|谢谢|麻烦)"
TO = re.compile(
    rf"(?:更?改|更?换|变更?|调整|更[正新名]|应(?:该)?|正确|实际|转|移|明确|确定|落实|补充?|定)(?:了)?(?:[为成到由是给交]|的?是|[:：])+(?:了)?{NAME}{END}|(?:规范|准确|正确)?(?:的)?全称(?:为|是|叫|应为|即|写|填)*[，,:：]?(?:即|是)?{NAME.replace('unit', 'full')}{END}"
)
ADDED = re.compile(
    rf"(?:还有|另有|漏了|加|添|增加|增补|增列|补上|补充?|再[写列]|并列(?:写|列)?)(?!进|上去|完|齐|好)(?:上|了|一[家个](?:单位)?|进去?|[:：])*{NAME}{END}"
)
BEFORE = re.compile(r"(?:前[面边]?|之前)(?:再|也|请|还)*$")
# «写得太笼统，是…»
SHORT_OF = re.compile(
    rf"(?:用简称|写简称|笼统|不全|不完整|不规范|不准确|简称|写错|不对|简单|模糊)了?[，,]\s*(?:其实|应该?|请|就|全称|正确的?)*(?:是|为|叫|写|填|用){NAME}{END}(?P<full>)"
)
REMOVED = re.compile(
    rf"(?:(?:去掉|删掉|删去|删除|划掉|拿掉|取消|不要|不写|不列|撤掉)(?:了)?{NAME}{END}|(?:[把将]|请)?{NAME.replace('unit', 'gone')}(?:请|麻烦|就|要|也|从[^，,。]{{1,8}})*(?:去掉|删掉|删去|删除|划掉|拿掉|不要|退出|不参加)了?)"
)
# «木雕厂不承办了»
GONE = re.compile(
    r"(?:^|[，,。；;\s])(?P<gone>[\u4e00-\u9fff]{2,16}?)(?:已经|那边|自己|说)*(?:不(?:再)?(?:承办|主办|参加|参与|合作|冠名)|退出|撤出)了?"
)
ONLY = re.compile(
    rf"(?:(?:只|仅|就)(?:保留|留下?|写|剩|要|填|报|有|是)(?:了)?{NAME}{END}|就{NAME.replace('unit', 'sole')}一家)"
)
FROM = re.compile(
    r"(?:由|从|[把将]|不是|写成了?|[误错](?:写|填)?[成为作])[“「]?(?P<was>[^，,。；;！!“”「」]{2,30}?)[”」]?(?:了|[，,]|请|，应|\s)*$"
)
ETC = re.compile(
    r"(?:后面|末尾|最后)?(?:那|这)?个?[“「]?等[”」]?(?:字|这个字|单位)(?:请|就|也|麻烦)*(?:去掉|删|不要|拿掉|划掉)|(?:去掉|删掉?|删去)(?:后面|末尾)?(?:那|的|这)?个?[“「]?等[”」]?字"
)
INTERCHANGED = re.compile(r"(?:[写填弄搞]|给)?(?:反|颠倒|倒)了|对调|互换|调换|换一?下位置")
# «改由两家联合主办（安溪县气象局、安溪县农业农村局）»
TOGETHER = re.compile(
    r"(?P<many>[两二三])家(?:单位)?(?:来|一起|联合|共同)*(?P<role>主办|承办)?(?:单位)?[（(:：即]+(?P<units>[^（）()，,。；;]{6,80})[）)]?"
)
# «市疾控中心也作为主办»
AS_WELL = re.compile(
    r"(?:^|[，,。；;\s])(?:现在?|另外?|还有|新增|增加|请|麻烦)*(?P<unit>[\u4e00-\u9fff]{3,24}?)(?:也|同时|一并|一起|共同)+(?:要|应|将|请|想|会)*(?:作为|列为|列入|算作?|是|当|参与|担任|加入|署名)?(?:了)?(?P<role>主办|承办)(?:单位|方)?(?:之一)?(?=[，,。；;！!\s]|$)"
)
OFFICE = re.compile(r"^[\u4e00-\u9fff]{1,12}(?:科|室|部|处|股|系|组|办|办公室|实训中心|教研室)$")
HOUSE = re.compile(
    r"^(.{2,}(?:医院|学院|大学|[中小]学|学校|公司|中心|[局馆院会镇]|街道))[\u4e00-\u9fff]{2,8}(?:科|室|部|处|股|系|组|办|办公室)$"
)
THIS = re.compile(r"^(?:该|本|我)(?P<kind>院|校|局|馆|会|中心|公司|学院|医院|镇|街道)(?:的)?")
NO_UNIT = re.compile(
    r"^(?:[写列进上下完齐好在到]|一[下并起]|[进上]去)|[的了吧呢吗您你]|单位$|名称$|联系|字$|全称|一家|两家|[我他她它]们|^这|^那"
)


def edits_in(text: str, context: Context) -> list[Edit]:
    labels = [
        (match.start(), match.end(), spec)
        for spec in context.definition.field
        if spec.kind == "unit"
        for match in re.finditer(rf"{label_of(spec)}{OF}", text)
        if label_of(spec) and is_ours(text, match.start(), context)
    ]
    labels.sort(key=lambda one: one[0])
    if len(labels) == 2 and INTERCHANGED.search(text, labels[-1][1]) and labels[0][2] is not labels[1][2]:
        return interchanged(text, [one[2] for one in labels], labels[0][0], context)
    found: list[Edit] = []
    for i, (begin, end, spec) in enumerate(labels):
        stop = labels[i + 1][0] if i + 1 < len(labels) else len(text)
        if i + 1 < len(labels) and re.fullmatch(r"[、，,和与及\s]*", text[end:stop]):
            stop = next(
                (b for b, _, s in labels[i + 1 :] if not re.fullmatch(r"[、，,和与及\s]*", text[end:b])), len(text)
            )
        own = edit_in(text, begin, end, stop, spec, context)
        found += [own] if own else []
    return (
        by_ourselves(text, context)
        or by_new_name(text, context)
        or found
        or together(text, labels, context)
        or joining(text, context)
        or withdrawn(text, labels, context)
    )


# «填报单位、主办单位两栏请一并改用新名称»
NEW_NAME = re.compile(
    r"(?:[改换用按照以为成填写]|更[新正])[^，,。；;“”]{0,3}?(?:我们?的?|本|更名后的?)*新的?(?:单位)?(?:名称?|名字|全称)(?!单|额|片)"
)
NAMED_ANEW = re.compile(
    r"(?:(?:更名|改名|变更|改|换)(?:登记)?[为成叫]|改称|(?:现在?|新|正确)的?(?:单位)?(?:全称|名称|名字)?(?:应?[为是叫]))[:：]?[“「](?P<new>[^“”「」]{4,40})[”」]"
)


def by_new_name(text: str, context: Context) -> list[Edit]:
    """The new name, told anywhere in the letter, for the units named before «新名称» whose old one the letter tells as well."""
    match = NEW_NAME.search(text)
    new = {one["new"] for one in NAMED_ANEW.finditer(context.letter)} if match else set()
    if match is None or len(new) != 1:
        return []
    name, kinds = new.pop(), {spec.key for spec in context.definition.field if spec.kind == "unit"}
    labels = [(one, key) for one in labels_in(text[: match.start()], context) for key in one.keys if key in kinds]
    return [
        Edit(
            Addressed(key, f"“{name}”", -1, text, old="?"),
            one.begin,
            match.end(),
            one.begin,
            sure=stood in context.letter,
        )
        for one, key in labels
        if (stood := stands(key, context)) and UNIT_END.search(name)
    ]


# «承办单位去掉协会吧，就我们自己承办»
OURSELVES = re.compile(
    r"(?P<named>主办|承办)(?:单位|方|那?一?栏)?(?:也|就|还是|直接|请)*(?:写|填|是|由|为|用|即)?(?:成|上|了)?我(?:们)?(?:[局校馆院宫所站镇村]|学校|单位|公司|社区)?(?:自己|本校|本身)(?:就[行好]|即可|吧|得了|的名字)*(?=[，,。；;！!\s]|$)|(?:改?由|就|都|还是|变成|应该?|应当|实际上?|其实)(?:由|是)?我(?:们)?(?:学校|公司|社区|[局校馆院宫所站镇村])?(?:自己|单位|自行|独立|一家|来)*(?P<role>主办|承办)(?:了|的)?(?=[，,。；;！!\s]|$)"
)


def by_ourselves(text: str, context: Context) -> list[Edit]:
    match = OURSELVES.search(text)
    own = unit_of(context)
    for spec in context.definition.field if match and own else ():
        is_its = spec.kind == "unit" and match is not None and spec.label.startswith(match["role"] or match["named"])
        is_asked = any(problem.field == spec.key for problem, _ in context.messages.values())
        if match and is_its and (is_asked or context.form.plain(spec.key) not in {None, own}):
            sure = is_asked or bool(re.search(r"改|换|去掉|删|退出|应|[写填打]成|[写填弄搞]错", text))
            return [
                Edit(
                    Addressed(spec.key, f"“{own}”", -1, text, old="?"), match.start(), match.end(), match.start(), sure
                )
            ]
    return []


def together(text: str, labels: Sequence[tuple[int, int, FieldSpec]], context: Context) -> list[Edit]:
    """Several units, told by their names as all that hold it."""
    match = TOGETHER.search(text)
    named = [spec for _, _, spec in labels] or [one for one in context.definition.field if one.kind == "unit"]
    fitting = [one for one in named if match and one.label.startswith(match["role"] or one.label)]
    if (
        match is None
        or len({one.key for one in fitting}) != 1
        or match["units"].count("、") != {"三": 2}.get(match["many"], 1)
    ):
        return []
    piece = Addressed(fitting[0].key, match["units"], -1, text, old="?")
    return [Edit(piece, match.start(), match.end(), match.start("units"))]


REGION = re.compile(r"^[\u4e00-\u9fff]{1,5}?[市县区](?=[\u4e00-\u9fff]{3})")


def of_region(said: str, stood: str) -> str:
    """«市总工会» beside «泉州市体育局»: 泉州市总工会."""
    region = REGION.match(stood)
    return f"{region.group()[:-1]}{said}" if region and region.group()[-1] == said[0] else said


def joining(text: str, context: Context) -> list[Edit]:
    """«市疾控中心也作为主办»: one more unit."""
    match = AS_WELL.search(text)
    for spec in context.definition.field if match else ():
        stood = str(context.form.plain(spec.key) or "")
        is_its = spec.kind == "unit" and match is not None and spec.label.startswith(match["role"])
        if match and is_its and stood and match["unit"] not in stood and not NO_UNIT.search(match["unit"]):
            piece = Addressed(spec.key, f"{stood}、{match['unit']}", -1, text, old="?")
            return [Edit(piece, match.start("unit"), match.end(), match.start("unit"))]
    return []


def withdrawn(text: str, labels: Sequence[tuple[int, int, FieldSpec]], context: Context) -> list[Edit]:
    """«木雕厂不承办了，承办单位把它删掉»."""
    match = GONE.search(text)
    for begin, end, spec in labels if match else ():
        if match and (left := without(match["gone"], str(context.form.plain(spec.key) or ""))):
            return [Edit(Addressed(spec.key, left, -1, text, old="?"), begin, end, begin)]
    return []


# «主办单位里面的科技局改名了»
PART = re.compile(r"(?:里面?|中|当中)的(?P<was>[\u4e00-\u9fff]{2,12}?)(?=已经?|现在|改|更|要|请|，|退|不)")


def label_of(spec: FieldSpec) -> str:
    return next((said for word, said in LABELS.items() if spec.label.startswith(word)), "")


def interchanged(text: str, specs: list[FieldSpec], begin: int, context: Context) -> list[Edit]:
    first, second = (str(context.form.plain(one.key) or "") for one in specs)
    if not first or not second or first == second:
        return []
    return [
        Edit(Addressed(spec.key, value, -1, text, old="?"), begin, len(text), begin)
        for spec, value in zip(specs, (second, first), strict=True)
    ]


def edit_in(text: str, begin: int, end: int, stop: int, spec: FieldSpec, context: Context) -> Edit | None:
    stood = str(context.form.plain(spec.key) or "")
    part = text[:stop]

    def edit(match: re.Match[str], value: str, *, sure: bool = True) -> Edit:
        return Edit(Addressed(spec.key, value, -1, text, old="?"), begin, match.end(), match.start(), sure=sure)

    if (match := ETC.search(part, end)) and stood.endswith(("等", "等单位")):
        return edit(match, re.sub(r"等(?:单位)?$", "", stood))
    if (match := REMOVED.search(part, end)) and (left := without(match["unit"] or match["gone"], stood)):
        return edit(match, left)
    if (match := ONLY.search(part, end)) and (kept := named_in(match["unit"] or match["sole"], stood)):
        return edit(match, kept)
    if match := TO.search(part, end) or SHORT_OF.search(part, end):
        lead = FROM.search(part[end : match.start()]) or PART.search(part[begin : match.start()])
        value = whole_unit(match["unit"] or match["full"] or "", stood, lead["was"] if lead else "")
        if value and value != stood and not NO_UNIT.search(value):
            return edit(match, value)
    if stood and (
        match := next(
            (one for one in reversed(list(ADDED.finditer(part, end))) if not NO_UNIT.search(one["unit"])), None
        )
    ):
        more = [of_region(one, stood) for one in unit_parts(match["unit"]) if one not in stood]
        every = [*more, stood] if BEFORE.search(part[end : match.start()]) else [stood, *more]
        return edit(match, "、".join(every)) if more else None
    return None


def whole_unit(said: str, stood: str, was: str) -> str | None:
    """The unit that *said* means: «该院骨科» is of the one that stands there, as is another office in the place of one."""
    was = THIS.sub("", re.sub(r"[了的]$", "", was))
    house = HOUSE.match(stood)
    head = stood[: -len(was)] if was and was != stood and stood.endswith(was) else house[1] if house else stood
    if match := THIS.match(said):
        is_of = re.search(SCHOOL if match["kind"] == "校" else rf"{match['kind']}$", head)
        return f"{head}{said[match.end() :]}" if is_of else None
    parts = re.split(r"[、，,]", stood)
    same = [one for one in parts if was and (one == was or is_short(was, one))]
    if len(parts) > 1 and len(same) == 1:
        return "、".join(said if one == same[0] else one for one in parts)
    if OFFICE.match(said) and was and stood.endswith(was) and stood != was:
        return f"{stood[: -len(was)]}{said}"
    return said


def named_in(said: str, stood: str) -> str:
    """The unit of those in *stood* that *said* names, which may be short."""
    parts = re.split(r"[、，,]", stood)
    same = [one for one in parts if one == said or is_short(said, one)]
    return same[0] if len(same) == 1 else ""


def completed(piece: Addressed, text: str, context: Context) -> Addressed:
    """*piece* that another reader found, with the unit that stands in the form where it names another office of it."""
    stood = str(context.form.plain(piece.target) or "")
    if own := own_unit(piece.text, context) or by_whole_name(piece.text, context):
        return replace(piece, text=f"“{own}”")
    if not piece.old and not CHANGED_AT_ALL.search(text):
        return piece
    if (
        (part := PART.search(text))
        and "、" in stood
        and "、" not in piece.text
        and (was := named_in(part["was"], stood))
    ):
        return replace(piece, text=stood.replace(was, piece.text), old="?")
    whole = whole_unit(piece.text, stood, piece.old.strip("?")) if stood and piece.how == "set" else None
    return piece if not whole or whole == piece.text else replace(piece, text=whole, old="?")


def by_whole_name(said: str, context: Context) -> str:
    """The one unit of the form whose name *said* shortens: «青少年宫» of «洛江区青少年宫»; an empty one where there is none."""
    values = (str(context.form.plain(spec.key) or "") for spec in context.definition.field if spec.kind == "unit")
    every = {one for value in values for one in re.split(r"[、，,]", value)}
    ends = [one for one in every if one.endswith(said) and IN_REGION.fullmatch(one.removesuffix(said))]
    return ends[0] if len(said) > 2 and len(ends) == 1 and not OF_PLACE.search(said) else ""


IN_REGION = re.compile(r"[\u4e00-\u9fff]{2,8}[市县区]")
OF_PLACE = re.compile(r"[市县区镇乡村]|街道")


def without(gone: str, stood: str) -> str:
    """*stood* without the unit *gone*, which may be said short."""
    parts = re.split(r"[、，,]", stood)
    same = named_in(re.sub(r"^[“「]|[”」]$|这一?家$|那一?家$", "", gone), stood)
    return "、".join(one for one in parts if one != same) if len(parts) > 1 and same else ""


def is_short(short: str, whole: str) -> bool:
    """«市文旅局» is short for «晋江市文旅局», «区科协» for «泉港区科学技术协会»."""
    return 1 < len(short) < len(whole) and stands_within(short, whole)
