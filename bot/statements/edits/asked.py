"""What a sentence answers to what was asked for: the one value of an asked field, whatever words stand around it. Pure.

The field is told by its label, by the number of its problem, by a word for it, or as the only one of its kind that is open; the value by its shape, its
quotation marks, or the word that lands on it: «承办就是我们村老人协会», «写全一点就是…», «那填林雪芬吧», «全称“…”».
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from bot.base import expressions as re
from bot.base.text import Squeezed, squeeze
from bot.forms.definitions import FieldSpec
from bot.forms.labels.index import fields_of
from bot.forms.values.numerals import counted_value
from bot.forms.values.within import of_own
from bot.statements.edits.days import NUMBER, days_in
from bot.statements.edits.stance import ASKED, LED_TO, NO_LONGER, PLAIN, WISHED
from bot.statements.values.clause.counting import the_value
from bot.statements.values.clause.labels import mentions
from bot.statements.values.clause.said import valued
from bot.statements.values.clause.settled import OPEN, is_others
from bot.statements.values.context import Addressed, Context, Edit, unit_of
from bot.statements.values.free import HELD_THERE, free_value
from bot.statements.values.shapes import SHAPES, STAFF, found_in
from bot.statements.values.values import is_full_name
from bot.statements.wording.joints import ANOTHERS, ASKED_BY_US, CALLED, CASTS_DOUBT, OTHERS
from bot.statements.wording.words import COURTESY, SURNAMES

FREE = {"unit", "text", "person"}
# What people call a field in running words, beside its labels.
COUNTS = {
    True: re.compile(rf"{STAFF.pattern}|组织的|做事|干(?:活|事的)|帮忙的|我们(?:自己|这边|单位)?(?:出|派|安排|投入)"),
    False: re.compile(r"公众|群众|观众|参加|参与|能[来到]|来(?:的|玩|[听看学参逛])|到场|受众|规模|听众"),
}
MARKED = re.compile(r"[“「《][^“”「」《》\n]{2,60}[”」》]")
# Words that land on a value, the surest first.
LANDINGS = tuple(
    re.compile(one)
    for one in (
        r"(?:全称|全名|大名|真名|名字|写(?:得)?(?:全(?![名称])|完整|清楚|详细|具体)(?:一?[点些])?|(?<!不)(?:完整|具体|详细|准确|正确|规范)(?:的|名称|地址|地点|位置|写法|说法)*)(?:应该?|就|也)?(?:是|为|叫|写|填)?(?:就行|行吧|可以吧|即可|吧)?[:：，,\s]*",
        r"(?<![填没漏错重手])(?:就|请|要|直接|统一|还是|那|先)*(?:填写|填|写|登记|报)(?![着得])(?:成|为|上|作)?[:：]?\s*",
        r"(?:确认|明确|[更改]正?|修改|补充|补全|补)(?:为|成|是)[:：]?\s*|应(?:该)?[为是]\s*",
        r"即(?:是|为)?[:：]?\s*|(?:就|才|还|也|仍|都|实际)+(?:是|叫|在|由)\s*|(?<![不还就要可算因以认作成])(?:是|为(?![了止期])|叫|名叫)\s*|(?:定|放|设|安排)在\s*",
    )
)
ENDING = re.compile(
    r"(?:就(?:对|行|好|可以|可|是)了?|即可|[吧了呢哈啊哦的]|这(?:个|里|样)|就行了?|来负责|负责|联系|对接|为准)+$"
)
STOOD = re.compile(
    r"(?:写成|填成|打成|印成|原来?(?:写|填|报|定)?的?|之前|以前|上次|上回|当时|简称|简写|俗称|不是|并非|而非|不叫|不要|误|代替|[把将由从])[^“「《，,。；;]{0,6}$"
)
STOOD_BEHIND = re.compile(
    r"^(?:[是这那]?(?:个|两)?(?:简称|旧|以前|原来|错|有误|不对|不要|不用|去掉|删|确实不))|^(?:改|更正|换|调整)[为成到]"
)
OURS = re.compile(r"^(?:我们|咱们|我|本|咱)(?P<kind>村|镇|乡|社区|街道)(?=[\u4e00-\u9fff]{2})")


OF_THOSE = re.compile(r"(?<=[\d一二三四五六七八九十百])个(?=工作|志愿|同志|学生|群众|观众|居民|村民|孩子|小孩|大人|人)")


class Part(Struct, frozen=True):
    """The words of a sentence that speak of one field. ``is_guessed``: none of them names it."""

    spec: FieldSpec
    begin: int
    end: int
    is_guessed: bool = False


def edits_in(text: str, context: Context) -> list[Edit]:
    asked = asked_in(context)
    return [edit for part in parts(text, asked, context) if (edit := edit_of(part, text, context))] if asked else []


def asked_in(context: Context) -> list[FieldSpec]:
    """The fields with an open problem."""
    keys = dict.fromkeys(
        problem.field for problem, row in context.messages.values() if problem.is_error and problem.field and row < 0
    )
    return [spec for key in keys if (spec := context.definition.spec(key))]


def parts(text: str, asked: Sequence[FieldSpec], context: Context) -> Iterator[Part]:
    """The stretches of *text* that each speak of one asked field: from where it is named to where another is."""
    squeezed = Squeezed.of(text)
    begins: list[tuple[int, FieldSpec | None]] = []
    names = mentions(squeezed, context.definition, context.index)
    for one in names:
        keys = fields_of(one.target)
        specs = [spec for spec in asked if spec.key in keys]
        begins.append((squeezed.begin(one.begin), specs[0] if len(specs) == 1 else None))
    for spec in asked:
        if spec.kind == "count" and (match := COUNTS["staff" in spec.key].search(text)):
            begins.append((match.start(), spec))
        if spec.kind == "text" and spec.key != context.definition.anchor and not names and place_in(text, context)[1]:
            begins.append((0, spec))
    told = {spec.key for _, spec in begins if spec}
    for spec in asked:
        at = alone_at(text, spec, asked) if spec.kind in NUMBERS and spec.key not in told else -1
        if at >= 0 and all(clause_begin(text, begin) != at for begin, _ in begins):
            begins.append((at, spec))
    begins.sort(key=lambda one: one[0])
    number = next((spec for spec in asked if spec.key == context.about), None)
    first = clause_begin(text, begins[0][0]) if begins else len(text)
    left = [spec for spec in asked if spec not in {one for _, one in begins}]
    lead = (number or only_one(text[:first], left)) if first else None
    if lead or not begins:
        begins.insert(0, (0, lead))
    else:
        begins[0] = (0, begins[0][1])
    is_guessed = not names
    for (begin, named), (end, _) in pairwise([*begins, (len(text), None)]):
        if named and end > begin:
            stop = clause_begin(text, end) if end < len(text) else end
            yield Part(named, clause_begin(text, begin), stop, is_guessed=begin == 0 and not number and is_guessed)


NUMBERS = {"phone", "mobile", "email"}
SAYS_NUMBER = re.compile(r"(?:现在?|新)的?(?:号码?|电话|座机|手机|邮箱)就?[是为:：]")


def alone_at(text: str, spec: FieldSpec, asked: Sequence[FieldSpec]) -> int:
    """Where the clause of the one number or address begins that is of the kind of no other asked field; -1 where none is."""
    others = [other for other in asked if other is not spec and other.kind in NUMBERS]
    found = [
        begin for begin, _, value in found_in(text, spec) if not any(next(found_in(value, one), None) for one in others)
    ]
    if len(found) != 1:
        return -1
    at = clause_begin(text, found[0])
    return at if re.search(r"[\u4e00-\u9fff]", text[at : found[0]]) else -1  # alone in its line it may be who writes


def clause_begin(text: str, at: int) -> int:
    return max((match.end() for match in re.finditer(r"[，,。；;！!\s]", text[:at])), default=0)


def only_one(text: str, asked: Sequence[FieldSpec]) -> FieldSpec | None:
    """The only field that words without any label can answer."""
    people = [spec for spec in asked if spec.kind == "person"]
    if len(people) == 1 and (OF_PERSON.search(text) or MYSELF.search(text)):
        return people[0]
    return asked[0] if len(asked) == 1 and asked[0].kind in FREE else None


OF_PERSON = re.compile(r"经办|承担|牵头|老师叫|同志叫|负责|联系|对接|大名|全名|真名|名字|人名")


def edit_of(part: Part, text: str, context: Context) -> Edit | None:
    said = text[part.begin : part.end]
    if part.spec.kind in SHAPES:
        said = OF_THOSE.sub("名", said) if part.spec.kind == "count" else said
        value = the_value(said, part.spec)
        at = next((begin for begin, _, one in found_in(said, part.spec) if one == value), 0) if value else 0
        if part.spec.kind == "count" and not value:
            at, value = sum_in(said)
        if part.spec.kind == "daterange":
            at, value = (at, value) if value or next(found_in(said, part.spec), None) else day_in(said)
            value = in_its_month(value or "", part.spec, context)
    elif part.spec.kind in FREE:
        at, value = named_in(said, part.spec, context)
    else:
        return None
    lead = USED.sub("", said[:at])
    if not value or OTHERS.search(lead):
        return None
    if part.spec.kind == "phone" and (more := EXTENSION.match(text[part.begin + at + len(value) :])):
        value = f"{value}转{more['digits']}"
    since = clause_begin(said, at)
    own = said if part.is_guessed or not NOW.search(said[since:at]) else said[since:]
    own = OF_HELPERS.sub("", own) if part.spec.kind == "count" else own  # who is counted, and wishes nothing
    around = NO_LONGER.sub("", BESIDE.sub("", lead + said[at:]))
    around = OF_HELPERS.sub("", around) if part.spec.kind == "count" else around
    if part.spec.kind in NUMBERS and SAYS_NUMBER.match(said[since:]):
        around = re.split(r"[，,。；;！!]", said[since:])[0]  # «…看了话机上的条子，新号是…»
    sure = not leaves_open(own) and not is_others(around, part.spec, None, context)
    if not sure and part.spec.kind in FREE:
        return None  # «可能是县医院，也可能是疾控»
    at += part.begin
    end = at + len(re.split(r"[，,。；;！!]", text[at + len(value) : part.end])[0]) + len(value)
    return Edit(Addressed(part.spec.key, value, -1, text), part.begin, end, at, sure=sure, is_answer=True)


# «…，机关总机，转6012»
EXTENSION = re.compile(
    r"(?:[，,]?[^，,。；;\d]{0,6}[，,])?\s*(?:再?转|分机)(?:号码?)?[:：]?\s*(?P<digits>\d{2,5})(?!\d)"
)
OF_HELPERS = re.compile(
    r"(?<=[连含和同及])志愿者|(?:算上|包括|加上?)(?:\w{2})?志愿者|志愿者(?=\d|一起|都算|共)|学生(?=\d)"
)


# «馆里6个加华大志愿者10个，您帮忙合起来写»: the sum, where the writer asks for it.
ADDED_UP = re.compile(r"合起来|加起来|加一起|合在一起|合计|一起(?:算|写|填)|相加|算在一起")
EACH_COUNT = re.compile(r"(?<![\d第])(\d{1,5}|[一二两三四五六七八九十百]{1,5})\s*(?:个|人|名|位)(?!月|点|场|小时|班)")


def sum_in(said: str) -> tuple[int, str]:
    every = list(EACH_COUNT.finditer(said)) if ADDED_UP.search(said) else []
    numbers = [counted_value(one[1]) or 0 for one in every]
    if len(numbers) < 2 or not all(numbers) or re.search(r"减|除|扣", said):
        return 0, ""
    return every[0].start(), f"{sum(numbers)}人"


def day_in(said: str) -> tuple[int, str]:
    """The one day without its month."""
    found = {one.text: one.begin for one in days_in(said, None) if one.role != "was"}
    return next(((at, day) for day, at in found.items()), (0, "")) if len(found) == 1 else (0, "")


def in_its_month(value: str, spec: FieldSpec, context: Context) -> str:
    """«19号上午» in the month that was written in the field, whatever else was wrong there."""
    held = context.form.fields.get(spec.key)
    months = set(re.findall(r"(\d{1,2})\s*月", held.text)) if held else set()
    if not re.match(rf"{NUMBER}[日号]", value):
        return value
    return f"{months.pop()}月{value}" if len(months) == 1 else ""


# «用教务处李老师的：…»: so the writer chooses.
USED = re.compile(r"(?<!\d)(?:就|先|请)*(?:用|填|写|留|报)[^，,。；;]{1,12}的[:：\s]*$")
# «我们没有单位邮箱，…», «她办公室的号是…» of whom was just spoken
BESIDE = re.compile(r"^[^，,。；;]*没有(?!人)[^，,。；;]*[，,]|^[她他]的?")
# What stood before is superseded.
NOW = re.compile(r"现|定|用|改|应|正确|实际|就|即|写|填|全称|全名|确认|补")


def leaves_open(own: str) -> bool:
    own = PLAIN.sub("", ASKED_BY_US.sub("", NO_LONGER.sub("", own)))
    return any(one.search(own) for one in (OPEN, ASKED, WISHED, CASTS_DOUBT, ANOTHERS, LED_TO, TAKEN_BACK))


TAKEN_BACK = re.compile(r"撤[回销]|明明|[填写]着|请求|那边(?:的)?(?=联系|电话|时间|地点)")


# «活动放在村部门口», «地点就我们学校四楼报告厅»
PUT_AT = re.compile(
    r"^(?:还是|仍)?在(?=我们|咱们|本|我)|(?:活动|讲座|展览|义诊|地点|场地|场所|地方|就|还|还是|统一|最后)(?:是|就|也|都|还|定|选|放|设|摆|安排|办|开|搞|改|最后|已经?)*(?:在|到)|(?:地点|场地|场所|地方)(?:是|就|就是|定|选)+(?:在)?"
)
BY = re.compile(r"(?:下|前|旁|边|口|内|里|上|对面|[前大]埕|坪|坝|洋|角)$")


def place_in(said: str, context: Context) -> tuple[int, str]:
    """The place that *said* puts the activity at, with the writer's own unit by its name."""
    found: dict[str, int] = {}
    for match in PUT_AT.finditer(said):
        clause = re.split(r"[，,。；;！!？?\n（(]|\s{1,}", said[match.end() :])[0]
        plain = HELD_THERE.sub("", valued(ENDING.sub("", clause)))
        whole = of_own(plain, unit_of(context))
        is_place = bool(CALLED.search(squeeze(plain)) or (BY.search(plain) and len(plain) > 3))
        if is_place and whole and not NO_PLACE.search(plain) and len(plain) <= 30:
            found[whole] = match.end()
    return next(((at, f"“{value}”") for value, at in found.items()), (0, "")) if len(found) == 1 else (0, "")


NO_PLACE = re.compile(
    r"开会|[市省县]里|\d[日号月]|\d人|上午|下午|还|再|没|不|您|你|的(?:时候|话)|[吗呢吧了]|[那这]里|老地方|原来|[校村馆院]里$|表[里上]|信[里上]|前一?天|之前|以前|那边|就|我们$"
)


def named_in(said: str, spec: FieldSpec, context: Context) -> tuple[int, str]:
    """Where in *said* the name of a unit, a place or a person stands, and that name; an empty one where none is certain."""
    if spec.kind == "text" and spec.key != context.definition.anchor and (place := place_in(said, context))[1]:
        return place
    for landing in LANDINGS:
        found = {
            value: match.end()
            for match in landing.finditer(said)
            if not STOOD.search(said[: match.start()]) and (value := name_at(said[match.end() :], spec, context))
        }
        if len(found) == 1:
            return next((at, value) for value, at in found.items())
        if found:
            break
    if spec.kind == "person" and MYSELF.search(said):
        alone = [one for one in ALONE.finditer(said) if is_full_name(one.group()) and not COURTESY.search(one.group())]
        if len(alone) == 1:
            return alone[0].start(), alone[0].group()
    marked = [
        match
        for match in MARKED.finditer(said)
        if not STOOD.search(said[: match.start()]) and not STOOD_BEHIND.match(said[match.end() :])
    ]
    if len(marked) == 1 and is_whole(said, marked[0].start(), marked[0].end(), spec, context):
        return marked[0].start(), marked[0].group()
    return 0, ""


# «那就写我吧 苏丽莎», «是我，林小燕»
MYSELF = re.compile(r"(?:是|写|填|找|由|用|报|就|算)(?:我|本人)(?![们的校局馆])")
ALONE = re.compile(r"(?<![^\s，,。；;：:（(])[\u4e00-\u9fff]{2,4}(?![^\s，,。；;！!）)])")


def is_whole(said: str, begin: int, end: int, spec: FieldSpec, context: Context) -> bool:
    """Whether what is quoted can be the value, and no more of it stands behind."""
    inner = said[begin + 1 : end - 1]
    if spec.kind == "person":
        return is_full_name(inner)
    is_name = spec.key == context.definition.anchor
    behind = re.match(r"[^，,。；;！!\s]*", said[end:])
    rest = ENDING.sub("", behind.group()) if behind else ""
    return not rest and (is_name or bool(CALLED.search(squeeze(inner))))


def name_at(rest: str, spec: FieldSpec, context: Context) -> str:
    """The name that *rest* begins with, up to the end of its clause."""
    rest = re.sub(r"^(?:就|才|即|[院校局馆站社]名(?=[\u4e00-\u9fff]{4})|应该?|是|为|叫|写|填|[:：，,\s])+", "", rest)
    if match := MARKED.match(rest):
        return match.group() if is_whole(rest, 0, match.end(), spec, context) else ""
    clause = re.split(r"[，,。；;！!\n]|\s{1,}", rest)[0].rsplit("：", 1)[-1]
    plain = valued(clause)
    while (shorter := ENDING.sub("", plain)) != plain:
        plain = shorter
    plain = of_ours(plain, context)
    if spec.kind == "person":
        return plain if is_full_name(plain) and begins_as_name(plain) else ""
    plain = plain if plain.count("（") == plain.count("）") else ""
    if (
        spec.key == context.definition.anchor
        or len(plain) < 3
        or not CALLED.search(squeeze(re.sub(r"[（(][^（）()]*[）)]$", "", plain)))
    ):
        return ""
    return plain if free_value(plain, prose=True, is_unit=spec.kind == "unit") == plain else ""


def begins_as_name(plain: str) -> bool:
    """«疫情», «线上» are as long as a name; a Chinese one begins with a surname."""
    return plain[0] in SURNAMES or not plain.isalpha() or plain.isascii()


def of_ours(plain: str, context: Context) -> str:
    """«我们村老人协会» of 南安市九都镇佳园村委会: 佳园村老人协会."""
    if (match := OURS.match(plain)) is None:
        return plain
    names = (str(context.form.plain(spec.key) or "") for spec in context.definition.field if spec.kind == "unit")
    own = {
        found[1]
        for name in names
        if (found := re.search(rf"(?:^|[市县区镇乡])([\u4e00-\u9fff]{{2,4}}?{match['kind']})", name))
    }
    return own.pop() + plain[match.end() :] if len(own) == 1 else plain
