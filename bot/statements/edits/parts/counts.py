"""Edits of a number of people by what stands there: so many more or fewer, from so many to so many, twice or half, a nought too many. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.forms.values.numerals import numeral_value
from bot.statements.edits.named import Named, labels_in
from bot.statements.values.context import Addressed, Context, Edit

NUMBER = r"(?:\d[\d,]*|[零〇一二两三四五六七八九十百千万]+|[俩仨])"
# Nobody counts places or sheets of paper among people.
PEOPLE = r"(?:\s*(?:人次?|名|位(?!数)|号人|(?<=来)号|个(?=人|学|孩|同学|志愿|工作|裁判|老师|群众|居民|村民|观众|听众|家长|医|[了吧呢哈啊，,。；;！!（(）)、\s]|左右|上下|$))|(?=[了吧呢哈啊，,。；;！!（(）)\s]|左右|上下|即可|就行|$))"
ABOUT = r"(?P<about>[多余来几])?"
ROUND = re.compile(r"左右|上下|大概|大约|约|差不多|估计|的样子")
STAFF = re.compile(
    r"组织工作人员|工作人员|工作者|[\u4e00-\u9fff]{0,2}志愿者|义工|社工|服务人员|组织(?:者|人员)|我们(?:这边|单位)?(?:自己)?的?人(?!数)|带队老师|讲解员|裁判|帮忙的人?|人手|带队的?|医护|工作(?=\d|[那这]|一栏|要|也|再|多|少|加|减|增)"
)
PUBLIC = re.compile(
    r"公众|群众|老乡|乡亲|农户|工友|师生|观众|听众|市民|居民|村民|游客|来宾|家长|学生|孩子们?|小朋友|学员|老人家?|受众|名额|人头|人次|[来参][加观听看玩与](?:的)?(?:人|者)?|(?<!原)(?<!本)来的人?|到场的?人?|报名的?人?|人数|人(?=[呢要会也再]|[多少]来)"
)
SOFT = re.compile(r"志愿者|义工|社工|讲解员|裁判|帮忙|医护|老师|我们")
SAYS_STAFF = re.compile(r"工作人员|组织人员|工作者")
EACH = re.compile(r"各|都|均|分别|同时|一并|一起")
NOT_SO = re.compile(
    r"(?:不|没|别|无需|未|勿)[用要必需有]?(?:再)?$|每(?:场|天|班|批|次|个)[^，,]{0,4}$|(?:最|至|差不|许|很|大)$"
)

MORE = r"漏|多|加|增加?|涨|添|追加|上[调浮]|往上[调加报提]?|调[高增]"
FEWER = r"少|减少?|核减|重复(?=[统计报算登录写])|降|扣除?|下[调浮]|来不了|[调请]走|(?:请假|缺席|退出)了?|往下[调减报降]?|调[低减]|砍|缩减?|压减?|退"
WRITTEN = r"(?P<written>(?:统计|报|写|填|算|计|打|登|录|估)(?:进去|上|多)?了)"
STEP = re.compile(
    rf"(?:(?P<more>{MORE})|(?P<fewer>{FEWER}))(?!于|达|数|少)(?:{WRITTEN}|(?:[来报出掉去派了要调整加减给它上下安排招请]|一下)*?|(?<=[增加])[加派配][^，,。；;\d到至为成共达]{{2,12}}?(?=\d+[人名位]))(?P<number>{NUMBER}){ABOUT}(?![倍半成番]|个?[0零〇]){PEOPLE}"
)
SPAN = re.compile(
    rf"(?P<old>{NUMBER})(?!\s*[月日号点时:：])\s*(?:人|名|位|个)?[^，,。；;\d]{{0,4}}?(?:实际|其实|改|变|调|换|→|[-=]+>|更正|(?:增|减|加|涨|降|升|扩|压|缩|砍|提)[^，,。；;\d]{{0,3}}?(?=[到至成为]))[^，,。；;\d人]{{0,3}}?(?P<number>{NUMBER}){ABOUT}{PEOPLE}?"
)
TO = re.compile(
    rf"(?:(?:实际|其实|应该?|正确的?|现在)(?:上|参加|到场|人数)*(?:是|为|有)|(?:改|变|调|增|减|加|涨|降|升|扩|压|缩|砍|提|换)[^，,。；;\d]{{0,3}}?[到成为至])(?P<number>{NUMBER}){ABOUT}{PEOPLE}"
)
TWICE = re.compile(r"翻(?:了|上)?一?[倍番]|加倍|(?:增加?|多|涨)(?:了|出|来)*一倍")
HALF = re.compile(
    r"减(?:少|掉)?了?一?半|少(?:来|掉|了)*一半|砍(?:掉|去|了)*一?半|缩[减水]?(?:了|到|为|成)*一?半|腰斩|[只就]剩(?:下|了)?一半|(?:[按照以]|[写填报算]成?)(?:原[先来有]?|表里|之前|先前|登记|报|的|数字?|人数)*一半(?:[写填报算来]|[，,。；;！!]|$)"
)
# «砍掉三成», «增加20%»
SHARE = re.compile(
    rf"(?:(?P<more>{MORE})|(?P<fewer>{FEWER}))(?:掉|去|了|少|加|来|出|上)*(?:近|约|大约)?(?:(?P<tenths>[一二两三四五六七八九1-9])成(?![为员功立绩])|(?P<percent>[1-9]\d?)[%％]|百分之(?P<spelled>[一二三四五六七八九]?十[一二三四五六七八九]?))"
)
TYPED = r"(?:[打写输填敲按加出摁点录印了上]|手滑|不小心)*"
NOUGHTS = r"(?P<times>[一两二三1-3])?个?[“\"「]?(?P<digit>[0零〇]|(?<=个)[1-9])[”\"」]?(?!\d|人|名|位|月|号|点)"
TOO_MANY = re.compile(rf"多{TYPED}{NOUGHTS}")
TOO_FEW = re.compile(rf"(?:少|漏|缺|掉){TYPED}{NOUGHTS}")
TOTAL = re.compile(
    rf"(?:一共|总共|共计?|合计|即|等于|就是|变成了?|达到|[改变]?[为成到]|[合总]起来|应[为是]|(?<!不)是)(?P<number>{NUMBER})(?![\d倍半成番])"
)
SEGMENT = re.compile(r"[^，,。；;！!~～\n\s]+")
LIMIT = re.compile(r"(?:最[多少]|至少|[不没]少于|不超过|超过|不到|将近|上限|容纳|限)[^，,。；;\d]{0,3}$")


class Step(Struct, frozen=True):
    """What is done to the number that stands there; where in the sentence it is said. ``needs_name``: the field must be named beside it."""

    of: Callable[[int], int | None]
    begin: int
    end: int
    sure: bool = True
    needs_name: bool = True


Reader = Callable[[str], Step | None]


def value_of(written: str) -> int:
    plain = written.replace(",", "").replace("俩", "2").replace("仨", "3")
    return int(plain) if plain.isdecimal() else numeral_value(plain) or 0


def edits_in(text: str, context: Context) -> list[Edit]:
    """What is said of the number that stands there."""
    return told_by(text, context, STEPS) or meant_in(text, context) or list(vague_in(text, context))


# «多出七八十个», «可能上百»: how many, nobody knows yet.
VAGUE = re.compile(
    r"(?:多|少|增加?|减少?|加|添)(?:出|来|个|了|到|上)*(?:[一二三四五六七八九]{2}十|[一二三四五六七八九]{2}百|几[十百千]|好?几十?|十几|百来|若干|一些)(?:号|个|人|名|位|多)|上[百千](?=人|号|个|名|[，,。；;！!]|$)"
)


def vague_in(text: str, context: Context) -> Iterator[Edit]:
    """That more or fewer come, where the number is not told: a person asks how many."""
    counts = [spec.key for spec in context.definition.field if spec.kind == "count"]
    match = VAGUE.search(text)
    named = [key for one in people_in(text, counts, context) for key in one.keys] if match else []
    keys = list(dict.fromkeys(named))
    if match and len(keys) == 1 and context.form.plain(keys[0]):
        yield Edit(
            Addressed(keys[0], match.group(), -1, text, old="?"), match.start(), match.end(), match.start(), sure=False
        )


def totals_in(text: str, context: Context) -> list[Edit]:
    """«来听的孩子增到300个»: where nothing else was understood."""
    return told_by(text, context, (to_number,))


ANY_NUMBER = re.compile(
    rf"(?<![\d月日号第点:：.\-/年]){NUMBER}(?![\d月日号点时:：%份元块张年天场次岁楼层倍半成]|个?(?:小时|数字|零|0))(?=人|名|位|个人?|是(?:去年|往年|旧)|而?不是|[，,。；;！!了吧啊哈哦呢\s]|$)"
)
MEANT = re.compile(
    r"(?:(?<![不还的])是|应该?[为是]|[改调变换][^，,。；;\d]?[为成]|上来(?:的)?(?:是)?|(?:实际|其实)(?:上)?(?:只|总共|一共|共)?(?:是|有)?|最[后终](?:是|有|报)?|(?:今年|现在|这次)[^，,。；;\d]{0,8}(?:一共|总共|共|合计|是|有)+|[就请](?:按|写|填|报|登|改)(?:成|为|作)?|正确的?是)\s*$"
)
GONE = re.compile(
    r"(?:别|不要?|不用|勿)再?(?:按|写|用|填|报|登)$|(?:不是|并非)$|(?:表上|回执|[你您]们?|登记|[写填报打登][^，,。；;\d]{0,2})[^，,。；;\d]{0,14}$"
)


# «300人报高了»
TOO_HIGH = re.compile(
    r"^(?:人次?|名|个人?)?[^，,。；;]{0,3}?(?:[报写填估算][得的]?)?(?:[太偏虚]?[高多大少低小]了|错|不对|不准|有误|不止|没那么多|算进|重复|是(?:去年|往年|前年|上次|旧|以前)的?)"
)
# «…，预计公众200人», «…，12人。»
TOLD = re.compile(r"(?:公众|群众|观众|人员|人数|志愿者|[，,])\s*$")


def is_gone(text: str, begin: int, end: int) -> bool:
    return bool(GONE.search(text[:begin]) or TOO_HIGH.match(text[end:]))


def is_told(text: str, begin: int) -> bool:
    """Whether the number stands behind who is counted, or alone in its clause."""
    return bool(TOLD.search(text[:begin])) and bool(TOO_HIGH.search(text[:begin]) or OLD_TOLD.search(text[:begin]))


OLD_TOLD = re.compile(r"原[来先本]?[写填报登是为]|之前|(?:报|写|填|估)[得的]?[高多大少低小错]了|都?算进去|没那么多")


def meant_in(text: str, context: Context) -> list[Edit]:
    """«回执里是8人，我翻了底稿，是18», «人数别按280了，最后报上来350»: what stands there is named, and what is to stand there."""
    counts = [spec.key for spec in context.definition.field if spec.kind == "count"]
    said = [(one.start(), one.end(), value_of(one.group())) for one in ANY_NUMBER.finditer(text)]
    if not said:
        return []
    people = sorted(people_in(text, counts, context), key=lambda one: one.begin)
    named = [key for one in people for key in one.keys]
    found: list[Edit] = []
    for key in counts:
        stood = context.form.plain(key)
        own = [one for one in said if key in next((who.keys for who in people[::-1] if who.begin <= one[0]), counts)]
        was = [one for one in own if one[2] == stood and is_gone(text, *one[:2])]
        new = [one for one in own if one[2] != stood and (MEANT.search(text[: one[0]]) or is_told(text, one[0]))]
        is_its = key in named or (
            not named and all(context.form.plain(other) != stood for other in counts if other != key)
        )
        if was and is_its and len({one[2] for one in new}) == 1 and new[0][2] > 0:
            begin, end = min(was[0][0], new[0][0]), max(was[-1][1], new[-1][1])
            found.append(Edit(Addressed(key, f"{new[0][2]}人", -1, text, old="?", prose=True), begin, end, new[0][0]))
    return found if len(found) == 1 else list(filled_in(text, named, said, context))


FILL = re.compile(
    r"(?<!原[来先本])(?<!原)(?<![之以]前)(?<!先前)(?<!当[时初])(?:[填写]|[按报]|[改写填]成|改为|[改换]回|回到)\s*$"
)


WILL_DO = re.compile(r"(?:个?人|名|位|个)?(?:就[好行]|就可以|即可|好了)")


def filled_in(
    text: str, named: Sequence[str], said: Sequence[tuple[int, int, int]], context: Context
) -> Iterator[Edit]:
    """«工作人员中有5位是借调的，不算我们的，填20吧»: the one number that is to be filled in, for the one field that is named."""
    told = [
        one
        for one in said
        if (FILL.search(text[: one[0]]) or WILL_DO.match(text[one[1] :]))
        and not NOT_SO.search(FILL.sub("", text[: one[0]]))
    ]
    keys = list(dict.fromkeys(named))
    if any(key not in keys for one in labels_in(text, context) for key in one.keys) or re.search(r"\d{5,}", text):
        return
    if len(keys) == 1 and len(told) == 1 and told[0][2] > 0 and context.form.plain(keys[0]) not in {None, told[0][2]}:
        begin, end, value = told[0]
        yield Edit(Addressed(keys[0], f"{value}人", -1, text, old="?", prose=True), begin, end, begin)


def told_by(text: str, context: Context, readers: Sequence[Reader]) -> list[Edit]:
    counts = [spec.key for spec in context.definition.field if spec.kind == "count"]
    standing = {key: value for key in counts if isinstance(value := context.form.plain(key), int) and value > 0}
    found: list[Edit] = []
    held: list[Named] = []
    for segment in SEGMENT.finditer(text) if standing else ():
        named = sorted(
            people_in(IN_BRACKETS.sub(" ", segment.group()) if held else segment.group(), counts, context),
            key=lambda one: one.begin,
        )
        named = named or list(by_number(segment.group(), standing))
        if (step := step_in(segment.group(), readers)) is not None:
            chosen = named or held
            if not named and is_of_else(segment.group(), context):
                continue
            for key in keys_of(step, segment.group(), chosen, standing, text):
                value = step.of(standing[key])
                if readers is not STEPS and len({one.keys for one in named}) > 1:
                    continue  # whose number is another's words
                if value is None or value <= 0 or value == standing[key]:
                    continue
                is_its = not step.needs_name and fitting(step, standing, text) == [key]
                sure = step.sure and (is_its or is_firm(text, key, chosen)) and agrees(text, segment.end(), value)
                piece = Addressed(key, f"{value}人", -1, text, old="?", prose=True)
                begin, end = segment.start() + step.begin, segment.start() + step.end
                begin = min([begin, *(segment.start() + one.begin for one in named)])
                found.append(Edit(piece, begin, end, segment.start() + step.begin, sure))
        held = named or held
    return found


# «工作人员…，其实有11个（加上茶学院来的6个学生)»: who is among those spoken of before, and nobody else's number.
IN_BRACKETS = re.compile(r"[（(][^（）()]*[)）]?")


def people_in(segment: str, counts: list[str], context: Context) -> Iterator[Named]:
    """Who is counted, as the segment says; of «人数» alone the public's number is meant."""
    public, staff = split(counts)
    for one in labels_in(segment, context):
        if keys := tuple(key for key in one.keys if key in counts):
            yield Named(one.begin, one.end, keys if len(keys) == 1 else public)
            segment = segment[: one.begin] + "＿" * (one.end - one.begin) + segment[one.end :]
    masked = segment
    for pattern, keys in ((STAFF, staff), (PUBLIC, public)):
        for match in pattern.finditer(masked) if keys else ():
            yield Named(match.start(), match.end(), keys)
            masked = masked[: match.start()] + "＿" * len(match.group()) + masked[match.end() :]


THINGS = re.compile(
    r"[\d零〇一二两三四五六七八九十百千万]\s*(?:份|元|块|张|本|台|套|场|天|次(?!性)|件|册|项|平)|份数|号码|位数"
)


def is_of_else(segment: str, context: Context) -> bool:
    """Whether the segment speaks of another field, or of things and not of people."""
    return bool(labels_in(segment, context) or THINGS.search(segment))


OF_NUMBER = re.compile(rf"(?P<number>{NUMBER})(?:人|名|位|个)?(?:里面?|中|当中|之中|(?:的)?基础上)")


def by_number(segment: str, standing: Mapping[str, int]) -> Iterator[Named]:
    """«680人里重复统计了80人»: the field is called by what stands in it."""
    for match in OF_NUMBER.finditer(segment):
        keys = tuple(key for key, value in standing.items() if value == value_of(match["number"]))
        if len(keys) == 1:
            yield Named(match.start(), match.end(), keys)


def split(counts: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The field of the public's number and that of the staff's."""
    staff = tuple(key for key in counts if "staff" in key)
    public = tuple(key for key in counts if "staff" not in key)
    return public[:1], staff[:1]


def fitting(step: Step, standing: Mapping[str, int], text: str) -> list[str]:
    """The fields that *step* may be said of; of several that whose number the *text* tells: «我多敲了一个0，3000是300»."""
    found = [key for key, value in standing.items() if step.of(value)]
    told = [key for key in found if re.search(rf"(?<!\d){standing[key]}(?!\d)", text)]
    return told if len(told) == 1 else found


def keys_of(step: Step, segment: str, named: list[Named], standing: dict[str, int], text: str) -> list[str]:
    keys = list(dict.fromkeys(key for one in named for key in one.keys if key in standing))
    if not step.needs_name and not any(step.of(standing[key]) for key in keys):
        found = fitting(step, standing, text)
        return found if len(found) == 1 else []
    if len(keys) > 1 and not EACH.search(segment):
        before = [one for one in named if one.begin <= step.begin] or named[:1]
        keys = [key for key in before[-1].keys if key in standing]
    return keys


def is_firm(text: str, key: str, named: list[Named]) -> bool:
    """Volunteers are counted with the staff only where the letter says so."""
    own = [text[one.begin : one.end] for one in named if key in one.keys]
    return "staff" not in key or bool(SAYS_STAFF.search(text)) or not all(SOFT.search(one) for one in own or ["我们"])


def agrees(text: str, begin: int, value: int) -> bool:
    """Whether no other total is told behind it."""
    totals = [value_of(match["number"]) for match in TOTAL.finditer(text[begin:]) if value_of(match["number"]) > 9]
    return not totals or value in totals


def step_in(segment: str, readers: Sequence[Reader]) -> Step | None:
    """What the segment says of a number that stands; None where it says nothing of the kind."""
    for read in readers:
        if (step := read(segment)) is not None:
            sure = step.sure and not ROUND.search(segment)
            return None if NOT_SO.search(segment[: step.begin]) else replace(step, sure=sure)
    return None


def by_digits(segment: str) -> Step | None:
    if match := TOO_MANY.search(segment):
        digit = "0" if match["digit"] in "0零〇" else match["digit"]
        times = value_of(match["times"] or "1")

        def without(number: int) -> int | None:
            left = str(number)
            for _ in range(times):
                made = {left[:i] + left[i + 1 :] for i, one in enumerate(left) if one == digit}
                left = made.pop() if len(made) == 1 else ""
            return int(left) if left else None

        return Step(without, match.start(), match.end(), needs_name=False)
    if match := TOO_FEW.search(segment):
        factor = 10 ** value_of(match["times"] or "1") if match["digit"] in "0零〇" else 0
        return Step(lambda number: number * factor or None, match.start(), match.end())
    return None


def by_span(segment: str) -> Step | None:
    spans = [match for match in SPAN.finditer(segment) if not LIMIT.search(segment[: match.start("number")])]
    told = {value_of(match["old"]): value_of(match["number"]) for match in spans}
    if not told:
        return None
    sure = not any(match["about"] for match in spans)
    return Step(told.get, spans[0].start(), spans[-1].end(), sure, needs_name=False)


def by_times(segment: str) -> Step | None:
    if match := TWICE.search(segment):
        return Step(lambda number: 2 * number, match.start(), match.end())
    if match := HALF.search(segment):
        return Step(lambda number: None if number % 2 else number // 2, match.start(), match.end())
    if match := SHARE.search(segment):
        share = 10 * value_of(match["tenths"]) if match["tenths"] else value_of(match["percent"] or match["spelled"])
        left = 100 + (share if match["more"] else -share)
        return Step(lambda number: None if number * left % 100 else number * left // 100, match.start(), match.end())
    return None


# «再添两个工作人员的名字»: of people that are counted already.
THEIR = re.compile(
    r"[\u4e00-\u9fff]{0,8}的(?:名字|姓名|名单|电话|手机|号码|邮箱|联系|信息|资料|照片|签名|职务|[盒早午晚用工]?餐|饭|座|椅|位[子置]|马甲|服装|工作[服证]|证件|胸[牌卡]|保险|补[贴助])"
)


def by_steps(segment: str) -> Step | None:
    match = STEP.search(segment)
    if match is None or THEIR.match(segment, match.end()) or not (by := value_of(match["number"])):
        return None
    # «多报了五十» says that fewer come; «重复统计了» as well.
    is_more = bool(match["more"]) is not bool(match["written"]) and not match.group().startswith("重复")
    is_more = is_more or match.group().startswith("漏")
    sign = 1 if is_more else -1
    return Step(lambda number: number + sign * by, match.start(), match.end(), not match["about"])


def to_number(segment: str) -> Step | None:
    match = TO.search(segment)
    if match is None or LIMIT.search(segment[: match.start("number")]):
        return None
    number = value_of(match["number"])
    return Step(lambda stood: number, match.start(), match.end(), not match["about"])


STEPS: tuple[Reader, ...] = (by_digits, by_span, by_times, by_steps)
