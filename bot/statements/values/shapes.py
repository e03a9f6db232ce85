"""What a value looks like without any label: telephone, address, day, number of people, choice. Pure.

A value of such a shape is found in running words, and it is certain where nothing but words that say nothing stand around it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from bot.base import expressions as re
from bot.base.text import fold, is_blank, similarity, squeeze
from bot.forms.definitions import ChoiceSpec, FieldSpec
from bot.forms.values.phones import shows_mobile
from bot.statements.values.context import Context
from bot.statements.values.free import SAYS_OF_UNIT, free_value
from bot.statements.values.values import trimmed_value, unquoted
from bot.statements.wording.days import AT_OTHER
from bot.statements.wording.joints import CALLED, WHERE_HELD, WORDS, without_tail
from bot.statements.wording.signature import PERSON
from bot.statements.wording.words import is_courtesy

NUMERAL = r"[一二三四五六七八九十廿卅百千万两]"
DAY = (
    rf"(?:(?:20\d\d|二[〇零○]二[一二三四五六])\s*[年./\-]\s*)?(?:\d{{1,2}}|{NUMERAL}{{1,3}})\s*月\s*(?:份\s*)?(?:(?:\d{{1,2}}|{NUMERAL}{{1,3}})\s*[日号]|(?:\d{{1,2}}|{NUMERAL}{{1,3}})(?!\d))"
    rf"|(?<![\d月./])(?:\d{{1,2}}|(?<!{NUMERAL}){NUMERAL}{{1,3}})[日号](?=[（(\s，,]*(?:周|星期|礼拜)[一二三四五六日天])"
    r"|20\d\d\s*[./\-]\s*\d{1,2}\s*[./\-]\s*\d{1,2}|(?<![\d.])(?:[1-9]|1[0-2])\s?[./]\s?\d{1,2}(?![\d.]|\s*月)[日号]?"
)
MORE_TIME = (
    rf"(?:20\d\d\s*年|(?:\d{{1,2}}|{NUMERAL}{{1,3}})\s*(?:[月日号时点分]|[:：]\s?(?=\d)|[./]\s?(?=\d{{1,2}}(?!\d)))(?!\d{{5}})|(?<!\d)\d{{1,2}}(?=\s*[-—–~～至到])|(?<=[-—–~～至到:：./月点])\s?\d{{1,2}}(?!\d|\s*[人名位个余])|(?<=[和、及与])\s?\d{{1,2}}(?=\s*(?:[日号]|[两二三四五]天|、\s?\d{{1,2}}[日号]))"
    r"|[上下中]午|早上?|晚上?|傍晚|清晨|全天|每天|点?半|整(?:个?一?周|个?星期)?|周末|(?:周|星期|礼拜)[一二三四五六日天]|[-—–~～至到和、及]|\s|[，,]\s*(?=每[天日]|[至到]\s?\d{1,2}\s?[月日号]"
    rf"|(?:\d{{1,2}}|{NUMERAL}{{1,3}})(?:点半?|[时:：]\d{{0,2}})(?:分|整)?(?:结束|止|开始|起|\s*(?:[-—–~～至到]|[，,。；;]|$))|为期"
    r"|共|周|星期|礼拜|[上下]午|早上|晚上)|[（(][^（）()\d]{1,12}[）)]|[一二三四五六七八九十两\d]{1,2}天(?!津)|(?:共|为期|历时|持续)[一二三四五六七八九十两\d]{1,2}(?:天|日|周)|起|止|开始|结束|左右|前后)"
)
SHAPES = {
    "phone": re.compile(
        r"(?<![A-Za-z0-9.@])[+（(]?\d[\d\-—–－()（）\s]{5,22}\d(?:\s*(?:转|分机(?:号码?)?)[:：]?\s*\d{1,6})?(?![\d@])"
    ),
    "mobile": re.compile(r"(?<![A-Za-z0-9.@])(?:\+?86[-\s]?)?1[3-9](?:[-\s]?\d){9}(?![\d@])"),
    "email": re.compile(r"[\w.+\-]+\s?@\s?[\w\-]+(?:\s?\.\s?[\w\-]+)+", re.ASCII),
    "date": re.compile(DAY),
    "daterange": re.compile(rf"(?:{DAY})(?:{MORE_TIME})*"),
    "count": re.compile(
        rf"(?<![\d.\-第])(?!0)(?:\d[\d,]{{0,8}}(?:\.\d+)?\s?[万千百]?(?![\d.]|\s*(?:[月日号点年:：天]|小时|分钟|个(?:小时|月|星期)))|(?<!{NUMERAL})(?!一\s*[位个](?!人)){NUMERAL}+(?=\s*[余多来几]?\s*(?:人|名|个|位|$|[，。吧左呢]))(?!\s*个(?!人|[，。,；;]|$)))(?:\s*[-—–~～至到]\s*\d+)?\s*[余多来]?\s*(?:人次|个人|人|名|位|个(?![字数]))?(?:左右|上下|以上)?"
    ),
}
# Between which numbers, and no number.
AT_MOST = re.compile(r"(?:最[多少]|至少|[不没]少于|不超过|超过|不到|将近|上限|容纳|能?坐|限)[^，,。；;\d]{0,4}$")
OLD_BEFORE = re.compile(
    r"(?:(?<![理])由|从|自|原(?:来|先|本)?(?:那?个|[是为填写定报的想于在]|登记的?)*|之前(?:那?个|[是为填写定报的])*|不是|并非|而非|不再是|(?:不要|别|不用|勿)(?:再)?(?:打|填|写|用|发|联系)|(?:(?<![有还])没(?:有|到)?|哪有|哪来)(?:那么多|这么多)?|误(?:作|写成|为|填为)?|[打印填写错记报录选勾]成了?|去年[是来了]*|(?:填|写|印|报)的(?:是|为)|把|将)\s*[“\"「（(]?$"
)
OLD_BEHIND = re.compile(
    r"^\s*[（(](?:已经?|现已|早就?)?(?:停用|停机|作废|不用|旧|空号|传真)(?:号码?)?了?[)）]|^那是(?!我们?(?:单位|局|校|馆|院|会|办公室))|^\s*[”\"」）)]?\s*(?:[这那]个?)?(?:号码?)?(?:是|已经?|有)?(?:系?笔误|系误|错的?|作废|停用|已?经?停机|早?就?不用了|打不通|被盗|被封|登不[上进]|有误|[误错]|的[“「《的]|改[为成到在]|更正为|[写打填印]错|写成)"
    r"|^\s*[”\"」）)]?\s*(?:[这那]个?|号码?|其实|都|是|已经?|现在|早就?|我们?|当时|不小心)*(?:(?:并|早就?|已经?)?不(?:再)?(?:是|属于)(?:我|咱|本单位|这边)|不在用|(?:(?<=[已就])|(?<=已经))(?:换|改|变|撤|报停|停)(?:了|掉|$)|(?:抄|写|填|看|记|打|弄|搞|登)[错串混])"
    r"|^\s*[”\"」）)]?\s*(?:[这那]个?|那?天|号码?|其实|都|也|已经?|我们?|领导|根本|实在)*(?:不行|不可以|不能[用办]|不合适|不方便|不够|不对|不准|来不及|过(?:了|$)|有?冲突|没空|[坐容装]不下|不[用要必](?:再)?(?:写|填|管|打)|不算(?!上|错|[多少大小太])|不作数|别(?:写|填|打)|给(?:了|别人|[^，,。；;]{1,8}了)|是(?:我)?(?:私人|以前|之前|去年|前年|门卫|传真))"
    r"|^\s*[”\"」）)]?\s*(?:[这那]个?|号码?|其实|都)*是(?:你们|您|别人|他们|人家|隔壁|对方|[前上]一?任|旧|老的|抄的?|[照从]?通知|我?(?:爱人|老婆|老公|儿子|女儿|家里?))[^，,。；;]{0,12}?的?(?=[，,。；;\s]|$)"
)


class Shaped(Struct, frozen=True):
    """A value found by its shape. ``is_clean``: all around it is accounted for. ``is_instead``: beside it stands what it takes the place of."""

    text: str
    is_clean: bool
    is_instead: bool = False
    begin: int = 0


def shaped(text: str, spec: FieldSpec) -> Shaped | None:
    """The one value of the field's shape in *text*, besides those that stood there before; None where there is none or more than one."""
    if spec.kind == "count":
        text = AMONG.sub(" ", text)
    found = list(choices_in(text, spec)) if spec.kind == "choice" else list(found_in(text, spec))
    old = [one for one in found if OLD_BEFORE.search(text[: one[0]]) or OLD_BEHIND.match(text[one[1] :])]
    new = [one for one in found if one not in old]
    if len(new) == 2 and INSTEAD_OF.search(text[new[0][1] : new[1][0]]):
        old, new = [*old, new[0]], new[1:]
    if len(new) != 1:
        return None
    begin, end, value = new[0]
    around = text[:begin] + "◇" + text[end:]
    for _, _, one in old:
        around = around.replace(one, " ")
    is_bound = spec.kind == "count" and AT_MOST.search(text[:begin])
    return Shaped(value, not is_bound and is_accounted(around, spec), bool(old), begin)


INSTEAD_OF = re.compile(r"应[为是]|改(?![天日期])|更正为|换成|→|变更为|调整为")
# «（含志愿者10人）»
AMONG = re.compile(r"[（(，,]?\s*(?:其中|含|包含|包括)[^（）()，,]{1,16}[）)]?")


def found_in(text: str, spec: FieldSpec) -> Iterator[tuple[int, int, str]]:
    return of_kind(text, spec.kind)


def of_kind(text: str, kind: str) -> Iterator[tuple[int, int, str]]:
    shape = SHAPES.get(kind)
    for match in shape.finditer(text) if shape else ():
        value = re.sub(r"[\s、至到和及\-—–~～]+$", "", match.group())
        digits = sum(one.isdigit() for one in value)
        if kind == "phone" and not (7 <= digits <= 16 or shows_mobile(value)):
            continue
        if kind == "count" and re.fullmatch(r"\d{7,}", value):
            continue  # a telephone
        yield match.start(), match.start() + len(value), value


def names_of(choices: Iterable[ChoiceSpec]) -> dict[str, str]:
    """What the choices are called, and how they are printed; «领导干部» is half of one."""
    return {
        name: one.label
        for one in choices
        for name in (*PARTED.split(one.label), *one.synonyms, one.label)
        if len(name) > 1
    }


def choices_in(text: str, spec: FieldSpec) -> Iterator[tuple[int, int, str]]:
    """All the choices that *text* names, as one value: what stands between them only joins them."""
    names = names_of(spec.choices)
    pattern = re.compile(
        "("
        + "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        + r")(?P<note>\s*[（(][^（）()]{1,30}[）)]|[”\"」]?\s*[，,、]?\s*(?:其他|请|麻烦|应该?|后面|栏|[那这]?一?[项栏]|里面?|并|备注|指的?)*\s*(?:(?:填写?|注明|写(?!作)明?|是|为|[:：])(?:为|成|上(?!班)|的?是)?\s*)+[:：]?\s*[“\"「]?(?P<said>[^“”\"「」，,。；;、（）()]{1,20})[”\"」]?)?"
    )
    picked: list[tuple[int, int, str]] = []
    for match in pattern.finditer(text):
        label = names[match[1]]
        is_noted = any(choice.label == label and choice.noted for choice in spec.choices)
        note = (match["said"] or (match["note"] or "").strip(" （()）")) if is_noted else ""
        end = match.end() if note else match.end(1)
        picked.append((match.start(), end, f"{label}（{note}）" if note else label))
    picked = [
        one for one in picked if not re.search(r"(?:不是|除了?|去掉|不选|不勾|不含|没有)[“\"「]?$", text[: one[0]])
    ]
    if not picked:
        return
    for (_, end, _), (begin, _, _) in pairwise(picked):
        if not is_blank(JOINS.sub("", text[end:begin])):
            return
    if GOES_ON.match(text[picked[-1][1] :]):
        return  # «加上农民和园丁»: half of what is named is nobody's wish
    labels = list(dict.fromkeys(value for _, _, value in picked))
    yield picked[0][0], picked[-1][1], "、".join(labels)


PARTED = re.compile("[和与及、]")  # «领导干部» of «领导干部和公务员»
GOES_ON = re.compile(
    r"[”\"」]?\s*(?:[和与及跟、]|以及|还有)\s*(?!(?:其他|等|都|也|全|其它)|[一两三四五几这那])[\u4e00-\u9fff]{2,8}(?:[，,。；;！!]|$)"
)
# «“其他”那格写航模放飞», «其他（学生家长）»: which others.
NOTED_SO = (
    r"[“「\"]?其[他它][”」\"]?\s*[，,]?\s*(?:(?:其[他它]|请|麻烦|应该?|后面|一?[项栏格框处]|那(?:一?[里边项栏格个处])?|[里中]面?|括号|并|就|也|需?要|[要勾选]上?了?|打勾)*[，,]?\s*)*"
    # A verb is taken whole: «写明吧» is no note «明吧». What ends the sentence is none of its note: «其他写残疾人吧».
    r"(?>(?:注明|写明|填写?|写(?!作)上?|备注|标注|说明|指的?|[是为叫]|[:：])(?:为|成|上(?!班)|的?(?:内容|文字)?是)?\s*)+"
    r"[“\"「]?(?P<said>(?![对空不没原好照无吧吗呢啥的])[^“”\"「」，,。；;、（）()\s]{1,20}?)(?:[吧呗哈啊呀哦嘛啦]|就(?:行|好|可以)|即可)*(?![^“”\"「」，,。；;、（）()\s])[”\"」]?"
)
NOTED = re.compile(rf"{NOTED_SO}|其[他它][”」\"]?\s*[（(](?P<note>(?!请注明)[^（）()]{{1,30}})[）)]")
JOINS = re.compile(r"[和与及跟、，,；;\s“”\"「」]|[还另]有|一[个项]|以及|另外|再|加上?|勾上?|都|选|另?外?")


def is_accounted(text: str, spec: FieldSpec) -> bool:
    """Whether nothing in *text* but words that say nothing stands around the value (◇)."""
    if spec.kind == "choice" and re.match(r"\s*[:：]", text):
        return is_blank(BESIDE_CHOICES.sub(" ", text.replace("◇", " ")))
    if spec.kind == "choice" and LIKE_CHOICES.search(text):
        return False
    rest = WORDS.sub(" ", MOVED_FOR.sub(" ", text).replace("◇", " "))
    if is_blank(re.sub(r"[“”「」]", "", rest)):
        return True
    # A label with a slip of the pen: «联系店话».
    before = text.split("◇")[0].strip(" :：")
    return 3 <= len(before) <= 8 and any(similarity(before, name) >= 0.7 for name in spec.names)


BESIDE_CHOICES = re.compile(r"[这那]?[一二两三四五几]项|都?[有要选勾]上?|[等吧哦啊]|可以|应该?|选择|勾选|主要")
LIKE_CHOICES = re.compile(r"讲座|展览|展示|比赛|咨询|宣传|表演|体验|义诊|参观")
MOVED_FOR = re.compile(
    r"(?:由|从|原)[^，,。◇]{1,12}?(?=[更修]?改|调整|变更|推迟|提前)|(?:因为?|由于|受|鉴于)[^，,。◇]{1,24}?(?=推迟|延期|提前|顺延|改|调整|[，,])"
)
AROUND = re.compile(
    rf"^(?:(?:{WHERE_HELD}|正确的?|准确的?|完整的?|新的?|最新的?|现在的?|应该?|其实|就|现(?!场)在?|都|是的?|为|换成|换到|改[为成到]|改用|更正为|补充为|填|写|用|打|记|一共|总共|合计|预计|估计|大概|大约|约|有|共|定在?|定于|在|举办|安排在?|勾选?|选择?|这个|号码|那就|：|:)\s*)+|(?:这(?:个|两项|几项|三项)?|吧|哦|啊|呀|呢|左右|的|了|哈|即可|就行|就好|就可以|都有|都要|两项|几项|三项)+$"
)
AT = re.compile(
    r"^(?:我们的?|本次|这次)?(?:活动)?(?:就|都)?(?:定|安排|放|设)?在(?P<place>[^，,。]{3,40}?)(?:举行|举办|开展|进行|办)$"
)
# What else is done, or cannot be done, on a day: said behind it.
OTHER_DAY = re.compile(
    r"^[^，,。；;]{0,8}?(?:[以之][前后]|前后|左右|报的|发的|寄|交的|我们?去|去(?:您|你|贵)|来(?:找|取|拿)|开会|培训|停电|不能|不行|没空|有空|放假|开学|军训|考试|截止|哪天|总结会|开幕|闭幕)"
)
# A day that is said of the form or the notice.
OF_PAPER = re.compile(r"表|填|写|寄|交|发|收|报|截止|通知")
WHOLLY_MARKED = re.compile(r"^[“「《][^“”「」《》]{2,60}[”」》]$")
OF_DIGIT = re.compile(r"[一1]位(?:数字?)?(?:应该?)?[是为]\d")  # «最后一位是8»: of a number
AGED = re.compile(
    r"[我他她人](?:今年|都|已经?|快要?|刚满?|满)+[\d一二三四五六七八九十百]+(?:了|岁|[，,。]|$)|\d岁"
)  # «我今年七十四»
PUBLIC = re.compile(r"公众|群众|观众|市民|居民|学生")
STAFF = re.compile(r"工作人员|志愿者|工作者|组织者|老师|员工|(?:做事|干活|帮忙|出力)的|[咱我]们?自己")


def bare(text: str) -> str:
    """*text* without what people say around a bare value."""
    plain = trimmed_value(without_tail(text))
    if match := AT.match(plain):
        plain = match["place"]
    while (shorter := AROUND.sub("", plain).strip(" ，,。!！、：:")) != plain:
        plain = shorter
    return unquoted(plain)


def held_at(text: str, spec: FieldSpec) -> bool:
    """Whether *text* as a whole has the shape of a value of the field."""
    if spec.kind == "person":
        return is_person(bare(text))
    found = shaped(fold(text) if spec.kind != "choice" else text, spec)
    return found is not None and found.is_clean


def is_person(text: str) -> bool:
    return bool(PERSON.match(text)) and not re.search(r"[了的吧呢]", text)


def bare_target(
    text: str, context: Context, told: Collection[tuple[str, int]], before: str = ""
) -> tuple[str, str, int] | None:
    """(field, value, row) of the open problem that a bare value answers, where it can answer only one. *told*: those that have their answer; *before*: the
    sentence up to it."""
    if is_courtesy(text):
        return None
    fitting = list(dict.fromkeys(fits(text, context, told, before)))
    return fitting[0] if len(fitting) == 1 else None


def fits(
    text: str, context: Context, told: Collection[tuple[str, int]], before: str = ""
) -> Iterator[tuple[str, str, int]]:
    every = [(problem.field, row) for problem, row in context.messages.values() if problem.is_error and problem.field]
    open_ones = list(dict.fromkeys(one for one in every if one not in told))
    specs = {key: spec for key, _ in open_ones if (spec := context.definition.spec(key))}
    is_cellular = bool(SHAPES["mobile"].search(text))
    kinds = {spec.kind for spec in specs.values()}
    counts = sum(spec.kind == "count" for spec in specs.values())
    for key, row in open_ones:
        spec = specs.get(key)
        if spec is None or (spec.kind == "phone" and "mobile" in kinds and is_cellular):
            continue
        if spec.kind == "count" and counts > 1 and bool(STAFF.search(before + text)) is not ("staff" in key):
            continue
        if spec.kind == "count" and (
            OF_DIGIT.search(text) or AGED.search(text) or ("staff" in key and PUBLIC.search(text))
        ):
            continue
        plain = bare(text)
        if spec.kind in SHAPES or spec.kind == "choice":
            found = None if OF_PAPER.search(text) and "date" in spec.kind else shaped(text, spec)
            behind = text[text.find(found.text) + len(found.text) :] if found else ""
            is_other = "date" in spec.kind and found is not None and is_of_other(text, found.text, behind)
            if found and found.is_clean and not is_other:
                yield key, found.text, row
        elif spec.kind == "text" and key != context.definition.anchor and (at := ADDRESS.match(text)):
            if free_value(at["place"], prose=False, is_unit=False) == at["place"]:
                yield key, at["place"], row
        elif spec.kind == "person":
            if is_person(plain):
                yield key, plain, row
        elif (len(open_ones) == 1 and key == context.definition.anchor and WHOLLY_MARKED.match(text.strip(" 。"))) or (
            (len(open_ones) == 1 or (is_place(text, spec) and is_only_free(specs)))
            and is_free(plain, spec, is_name=key == context.definition.anchor)
        ):
            yield key, plain, row


# «地址：…» where the place was asked for; else it says where the writer sits.
ADDRESS = re.compile(r"^\s*(?:详细|具体|活动)?地址\s*[:：]\s*(?P<place>[^。；;]{4,60}?)[。；;\s]*$")


def is_of_other(text: str, day: str, behind: str) -> bool:
    """Whether something else is said of the day."""
    return bool(OTHER_DAY.match(behind) or AT_OTHER.search(text.replace(day, "◇", 1)))


def is_place(text: str, spec: FieldSpec) -> bool:
    return spec.kind == "text" and bool(re.match(rf"\s*(?:{WHERE_HELD})?(?:就|定|放|设|安排)?[在到]", text))


def is_only_free(specs: Mapping[str, FieldSpec]) -> bool:
    """Whether of all that was asked one field alone holds words: «9月20日，在文化广场»."""
    return sum(spec.kind in {"text", "unit", "person", "longtext"} for spec in specs.values()) == 1


def is_name_alone(text: str, spec: FieldSpec, context: Context) -> bool:
    """Whether *text* is nothing but a place, a unit, or the name of an activity in its marks: «地点变更一下，市科技馆»."""
    plain = without_tail(text.strip())
    if spec.key == context.definition.anchor:
        return bool(re.fullmatch(r"[“《「][^“”《》「」]{2,40}[”》」][^，,。；;：:]{0,12}", plain))
    return is_free(plain, spec, is_name=False)


def is_free(plain: str, spec: FieldSpec, *, is_name: bool) -> bool:
    """A bare place or unit that answers the one question there is."""
    if (
        spec.kind not in {"text", "unit"}
        or is_name
        or (spec.kind == "unit" and SAYS_OF_UNIT.search(plain))
        or len(plain) > 40
        or re.search(r"[:：]|[\u4e00-\u9fff]是[\u4e00-\u9fff]|的地[方点]|可能|[他她它]们", plain)
        or is_courtesy(plain)
    ):
        return False
    return (
        bool(CALLED.search(squeeze(plain)))
        and free_value(plain, prose=True, is_unit=spec.kind == "unit", is_name=False) == plain
    )
