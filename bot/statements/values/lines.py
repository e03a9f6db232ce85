"""The lines of an answer cut into what each says: numbered parts, sentences, clauses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.base import expressions as re
from bot.base.text import Squeezed, fold, is_blank, squeeze
from bot.statements.values.clause.labels import mentions
from bot.statements.values.clause.said import valued
from bot.statements.values.clause.whole import chosen
from bot.statements.values.context import Addressed, Context
from bot.statements.values.free import SAYS_OF_UNIT
from bot.statements.values.shapes import MORE_TIME
from bot.statements.wording import spoken
from bot.statements.wording.english import FILL
from bot.statements.wording.joining import is_to_come, joined, lands, says_wrong
from bot.statements.wording.joints import AGO, CALLED, CHANGE, is_explained
from bot.statements.wording.signature import PERSON, UNIT_ENDS, WRITER
from bot.statements.wording.words import is_courtesy

RUN = re.compile(r"((?:[^\w\u200b]|_){32})(?:[^\w\u200b]|_)+")
QUOTE = re.compile(r"^[\s>＞|│]+")
BULLET = re.compile(r"^\s*(?:[•●◆▪■◇○★☆►▶※✓√]+|[-–—*·](?=\s))\s*(?=\S)")
CIRCLED = re.compile(r"^\s*([①-⑳])\s*[、.．:：]?")
PLAIN_DAY = re.compile(r"^\s*\d{1,2}[.．]\d{1,2}(?!\s*月)(?:\D|$)(?![\d-]{6})")
ORDER = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
NUMBERED = re.compile(
    rf"^\s*(?:[【\[〔](?=(?:第|问题)))?(?:(?:关于|针对)?(?:老师|您|你们?|贵部|来信|邮件|信里)?(?:所)?(?:列|说|提|问|指)(?:到|出)?的(?=第|问题))?(?P<said>第|问题)?\s*[(（【]?\s*(?P<number>{ORDER})\s*(?:[条点个项题]?[】\]〕]|[.、．)）:：]|(?<=\d)[,，](?=\s?[^\d])|(?:处|条|点|个|项)?(?:问题)?(?:的)?(?:回?答复?|答案|回复)\s*[:：]|(?:处|条|点|个|项)(?:问题)?(?:的)?\s*(?(said)[:：,，、]?|[:：,，、])|(?<=\d)\s{{1,4}}(?=\S)|(?<=题\d)(?=[\u4e00-\u9fff])|(?<=(?<!\d)\d)(?=(?:我们?)?(?:[就也]?[是写填改选勾]|应[为该是])))\s*(?!\d{{1,2}}日)(?P<rest>.*)$",
    re.DOTALL,
)
SPLIT = re.compile(
    r"[；;，,。]\s*(?=第\s*[\d一二三四五六七八九十]{1,3}\s*[行项处条点个])|[；;，,\s]\s*(?=第\s*(?:\d{1,2}|[一二三四五六七八九])\s*[处条点个]|\d{1,2}[、．]\s*[^\d\s]|[（(]\d{1,2}[）)])"
)
COUNTED = re.compile(
    r"(?P<circled>[①-⑳])\s*[、.．:：]?|(?:^|(?<=[\s；;，,。：:])|(?=【)|(?=[（(]\d{1,2}[）)]))[（(【]?(?P<number>\d{1,2})\s*[.、．)）】]\s*(?=\S)"
)
CLAUSE = re.compile(
    r"[^，,；;。！!~～\n\u3000]+?(?:[，,；;。！!~～\n\u3000]+|$|(?<=\S)\s{2,}(?=\S)|(?<=[\u4e00-\u9fff\d])\s(?=在[\u4e00-\u9fff]{2}|(?:活动)?(?:地点|时间)|联系人|电话|手机)|(?<=\S)\s(?=正确的?|请|麻烦|谢谢|辛苦|第[一二三四五六]|应该?是))"
)
MARKED = re.compile(
    r"[“\"「『《‘][^”\"」』》’\n]{1,80}[”\"」』》’]|[（(【][^（）()【】\n]{1,80}[）)】]|\d[,，]\d{3}(?!\d)|(?<=[\d日号月点时分])\s?[~～]+\s?(?=[\d一二三四五六七八九十])"
)
SPEECH = re.compile(
    r"(?<=[\u4e00-\u9fff\d])(?=(?:然后|另外|还有就是|还有|麻烦(?:你|您|老师|帮)|谢谢|我(?:在外面|这会|正在|现在|开会|用语音|是用)|别的都|其他都|其它都))"
)


# «1是… 2我们就写…», «第一个电话…第二个人数…»: the next number, where the first began so.
BARE_NUMBER = re.compile(r"^\s*1\s?(?=(?:我们?)?(?:[就也]?[是写填改选勾]|应[为该是]))")
NEXT_BARE = re.compile(r"[\s，,；;。]+(?=[2-9]\s?(?:我们?)?(?:[就也]?[是写填改选勾]|应[为该是]))")
# «前一个15，后一个350», «头一条：…»: the first and the last of what was asked.
NOT_OURS = r"(?!活动|项目|星期|周|月|单位|学校|讲座|展|人)"
FIRST = rf"(?:前(?:一|面那?|边那?)?个|前者|(?:头|上面|前面)[一那]?[个条项处]){NOT_OURS}"
LAST = rf"(?:后(?:一|面那?|边那?)?个|后者|(?:最后|末尾|末|下面|后面)[一那]?[个条项处]){NOT_OURS}"
IN_WORDS = re.compile(
    rf"^\s*(?:(?P<first>{FIRST})|(?P<last>{LAST}))(?:问题|空|数)?(?:应?该?[是为]|填|写|[:：，,])*\s*(?P<rest>\S.*)$",
    re.DOTALL,
)
SAID_NUMBER = re.compile(rf"^\W*(?:(?:问题[一二三四五六1-9]|第[一1])个?|{FIRST})")
NEXT_SAID = re.compile(
    r"(?<=\S)[\s，,；;。]*(?=(?:第[二三四五六七八九2-9]个(?!活动|项目|星期|周|单位|学校)|问题[一二三四五六七八九1-9](?!\d)))"
    rf"|(?<=\S)[\s，,；;。]+(?={LAST})"
)


def plain_lines(body: list[str]) -> Iterator[str]:
    """The lines without marks of quotation and endless rows of signs."""
    for line in body:
        bare = CIRCLED.sub(
            lambda match: f"{fold(match[1])}、", BULLET.sub("", RUN.sub(r"\1", QUOTE.sub("", line)))
        ).strip()
        if not is_blank(bare):
            yield bare


def parts(line: str) -> Iterator[str]:
    """«补正如下：1.A；2.B»: one by one."""
    marks = list(COUNTED.finditer(line))
    numbers = [int(match["number"] or fold(match["circled"])) for match in marks]
    if len(numbers) >= 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        cuts = [0, *(match.start() for match in marks), len(line)]
        pieces = [line[begin:end] for begin, end in pairwise(cuts)]
    else:
        pieces = [line]
    for first, others in ((BARE_NUMBER, NEXT_BARE), (SAID_NUMBER, NEXT_SAID)):
        if first.match(line):
            pieces = [part for piece in pieces for part in others.split(piece)]
    for piece in pieces:
        piece = CIRCLED.sub(lambda match: f"{fold(match[1])}、", piece)
        yield from (part.strip() for part in SPLIT.split(piece) if not is_blank(part))


def sentences(line: str) -> Iterator[str]:
    masked = MARKED.sub(lambda match: "＿" * len(match.group()), line)
    at = 0
    for match in re.finditer(r"[。！!；;]+", masked):
        if line[at : match.end()].strip():
            yield line[at : match.end()]
        at = match.end()
    if line[at:].strip():
        yield line[at:]


# «联系人我写了施雅婷，她产假了。换成洪志鸿»: what goes on with the field of the sentence before.
GOES_ON = re.compile(
    r"^\s*(?:请|麻烦|烦请|帮忙?|您|老师|那|就|现在?|所以|因此|统一|直接|都|实际上?|其实|正确的?|准确的?)*(?:(?:更?改|换|更正|调整|变更)(?:成|为|到|由|在|用)|(?<![还但])应?该?[是为](?![否不])|应该?[从自由在于])"
)


def thoughts(line: str, context: Context) -> Iterator[str]:
    """The sentences of *line*, one that goes on with the only field of which the one before spoke together with it."""
    held = ""
    for one in sentences(line):
        goes_on = GOES_ON.match(one) and not SAYS_ALREADY.search(held)
        is_more = held and (goes_on or TAKEN_BACK.match(one)) and len(held) + len(one) < 120
        if is_more and not context.index.targets_named(one) and len(context.index.targets_named(held)) == 1:
            held += one
            continue
        if held:
            yield held
        held = one
    if held:
        yield held


# «手机13900015256。啊打错了，是13900015265»
TAKEN_BACK = re.compile(
    r"^\W*(?:(?:[啊哦哎呀噢喔呃额]|等等|等一?下|抱歉|不好意思|对不起|上面|刚才)*[，,]?(?:[打写填说看记输报]错了?|(?:不对)+)[，,。！!]|(?:等等|等一?下)[，,](?!不是)(?=.*\d\d))"
)
SAYS_ALREADY = re.compile(rf"{CHANGE}|[?？]|[；;]\s*$")


def clauses(sentence: str, context: Context) -> Iterator[str]:
    """The clauses of a sentence. Marks, brackets and 1,200 are not cut; a comma belongs to the value behind a label and a colon unless what
    follows begins anew."""
    masked = MARKED.sub(lambda match: "＿" * len(match.group()), sentence)
    pieces: list[str] = []
    for match in CLAUSE.finditer(masked):
        at = match.start()
        begins = {cut.start() for cut in SPEECH.finditer(masked, match.start(), match.end())}
        begins |= spaced(match.group(), match.start(), context)
        begins |= {match.start() + one for one in spoken.cuts(match.group())}
        for cut in sorted(begins - {at}):
            pieces.append(sentence[at:cut])
            at = cut
        pieces.append(sentence[at : match.end()])
    held = ""
    for i, piece in enumerate(pieces):
        held += piece
        follower = pieces[i + 1] if i + 1 < len(pieces) else ""
        if follower and belongs(held, follower, context):
            continue
        yield held
        held = ""


# «手机13799864205 地点就我们学校四楼 麻烦了»: whoever writes blanks for commas.
BLANK = re.compile(r"(?<=\S) (?=[\u4e00-\u9fff]|(?i:e-?mail|tel)\b)")
WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
BEGINS = re.compile(r"(?:那个|这个)?(?:然后|另外|还有|再就是|其他|别的|麻烦|因为|所以|不好意思|语音|谢谢|辛苦)")


def spaced(piece: str, at: int, context: Context) -> set[int]:
    """Where in *piece*, a stretch without any mark, a blank stands before another thought: a label, or a word that goes on."""
    if WORDS.search(piece) or FILL in piece:
        return set()
    return {
        at + cut.end()
        for cut in BLANK.finditer(piece)
        if BEGINS.match(piece, cut.end())
        or (
            LED_UP.match(piece, cut.end())
            and context.index.pattern.match(squeeze(LED_UP.sub("", piece[cut.end() :], count=1)))
        )
        or ends_value(piece[: cut.start()], piece[cut.end() :].split(" ")[0], context)
    }


# A place, a unit, a name, a number or a title that may stand behind a blank and belong to what stands before it.
CONTINUES = re.compile(rf"^[“「《]|^\D{{0,2}}\d|^(?:{MORE_TIME})(?!时间|日期)|{CALLED.pattern}")


SHORTEST = 3  # characters of what says something
WHY = re.compile(r"^\s*(?:因为?|由于|鉴于|考虑到|受)(?!.*[改换调推移挪提].{0,2}[到至为成在])")


def ends_value(before: str, behind: str, context: Context) -> bool:
    """Whether the value that *before* holds ends at the blank: what stands behind says something of its own."""
    if len(behind) < SHORTEST or before[-1] in "改换→>":
        return False
    if WHY.match(before):
        return True
    squeezed = Squeezed.of(before)
    found = mentions(squeezed, context.definition, context.index)
    body = squeezed.original[squeezed.end(found[-1].end) :] if found else ""
    if not body.strip() or not (joined(body) or says_wrong(body)):
        return False
    behind = behind.strip("。！!；;")
    return lands(behind) or is_explained(behind) or not (CONTINUES.search(behind) or PERSON.match(behind))


LED_UP = re.compile(r"(?:那个|这个|活动的?|我们?的?|第[一二三四五六]个?)?")


# «对象勾青少年，还有其他填亲子家庭»: the note of a choice.
NOTES_OTHER = re.compile(
    r"^(?:还有|以及|和|另外?|并)*[“\"「]?其[他它][”\"」]?(?:那?一?[项栏])?(?:填写?|注明|写明?|为|是|[:：（(])"
)
NOTED = re.compile(r"^(?:请|并|后面|里面?)*(?:注明|填写?|写明?|备注)")
# «…，还有青少年», «…，不是展览展示»
ALSO_NOT = re.compile(r"^(?:还有|以及|和|跟|另加|外加|加上|而?不是|并非)")
TIME_ALONE = re.compile(rf"(?:{MORE_TIME})+")


def names_choices(held: str, follower: str, context: Context) -> bool:
    """Both name choices of one field, and *held* does not say by itself what becomes of its own."""
    if chosen(held.strip("，, "), context.definition):
        return False
    every = [[one.label for one in spec.choices if not one.noted] for spec in context.definition.field if spec.choices]
    return any(any(one in held for one in labels) and any(one in follower for one in labels) for labels in every)


# «地点改为市科技馆，一楼大厅»
IN_HOUSE = re.compile(r"^(?:[A-Z\d一二三四五六七八九十]{1,3}(?:号)?[楼层栋座]|[东西南北正]门)[^改换为是在，,]{0,12}$")
HOUSE = re.compile(
    r"(?:[改换挪移搬][为成到至在]|[:：]|定在|是|在)[^，,。；;]{2,30}(?:馆|中心|大厦|学校|[大中小]学|学院|医院|园|楼|宫|社区|公司|商场|广场)[，,]\s*$"
)
# «换成我，庄志明»
MYSELF = re.compile(r"(?:换|改|由|[是为找])(?:成|为|由)?我(?:本人|自己|来)?[，,、\s]*$")


# «主办单位再添一家，泉州市气象学会»
ONE_MORE = re.compile(r"(?:添|加|增加|增列|补)(?:上|了)?一[家个](?:单位)?[，,：:\s]*$")
UNIT = re.compile(rf"^(?!改|应|更|变|调|现)[^，,。；;:：\d]{{2,24}}(?:{UNIT_ENDS})$")


def belongs(held: str, follower: str, context: Context) -> bool:
    """Whether *follower* goes on with the value of a label and colon in *held*: «地点：市图书馆，三楼报告厅», or with the day in it."""
    plain = follower.strip(" ，,。；;！!")
    if (
        NOTES_OTHER.match(plain)
        or (MYSELF.search(held) and PERSON.match(re.sub("^我[叫是]|^名字[叫是]", "", plain)))
        or (NOTED.match(plain) and re.search(r"其[他它][”\"」]?[，,、\s]*$", held))
        or (ALSO_NOT.match(plain) and names_choices(held, follower, context))
        or is_landed_on(held, plain, context)
        or (ONE_MORE.search(held) and UNIT.search(plain))
    ):
        return True
    if TIME_ALONE.fullmatch(plain) and re.search(r"[日号午点\d一二三四五六天起始]\s*[，,]\s*$", held):
        return True
    if IN_HOUSE.match(plain) and CALLED.search(plain) and HOUSE.search(held):
        return True
    names = {spec.key for spec in context.definition.field if spec.kind in {"unit", "person"}}
    head = re.match(r"^[^:：，,]{2,20}[:：]\s*\S", held)
    if not head or not context.index.pattern.search(squeeze(held[: head.end()])):
        return False
    if is_courtesy(plain) or is_explained(plain) or BEGINS_ANEW.search(plain) or len(plain) > 24:
        return False
    is_name = any(one.target in names for one in mentions(Squeezed.of(held), context.definition, context.index))
    if (SAYS_OF_UNIT if is_name else WRITER).search(plain):
        return False
    return not context.index.pattern.search(squeeze(plain))


def is_landed_on(held: str, follower: str, context: Context) -> bool:
    """Whether *follower* names the value of the label in *held*, of which is only said that it is wrong: «电话打错了，实际是…»."""
    if context.index.pattern.search(squeeze(MARKED.sub("“”", follower))):
        return False
    if re.match(AGO, follower) and not re.search(CHANGE, follower):
        return False  # «联系人换了，原来的吴老师休产假，现在是…»
    squeezed = Squeezed.of(held)
    found = mentions(squeezed, context.definition, context.index)
    body = squeezed.original[squeezed.end(found[-1].end) :].lstrip('”」》』’"') if len(found) == 1 else ""
    if not body:
        return False
    return says_wrong(body) if lands(follower) else is_to_come(body) and not is_courtesy(follower)


BEGINS_ANEW = re.compile(
    rf"\d{{7}}|[@＠]|[\d一二三四五六七八九十百千]+\s*余?[人名]|[了吧呢吗]$|^(?:我|你|您|请|麻烦|谢|另|还|也|都|但|不|没|因|所以|届时|之前|原|到时|具体|如|若|找|有人)|{CHANGE}|待定|未定|可能|再[定报说告]"
)
# Behind a line of our list, in its own words, the answer: «1. 联系电话：位数不对，请核对 —— 0595-…», «…【答：李四】».
QUOTED = re.compile(
    r"^(?P<ours>.{4,120}?)\s*(?:(?<=\s)[—–→➜-]+>?(?=\s)|—{2,}|[→➜]|-{2,}>?|=+>|>{2,}|[【（(\[]?\s*(?:答复?|回复?|答案)\s*[:：])\s*(?P<answer>[^】\]]+?)\s*[】\]]?\s*$"
)
OUR_WORDS = re.compile(r"请|未填|没填|不对|有误|位数|核对|缺|不全|不能|无法|具体|补充|空")


def quoted_answer(line: str) -> tuple[str, str] | None:
    """Our words and the answer behind them."""
    match = QUOTED.match(line)
    return (match["ours"], match["answer"]) if match and OUR_WORDS.search(match["ours"]) else None


SEVERAL_CHOICES = re.compile(r"第[一二三四五六\d][个项]?[、和跟与及，,]\s*第")  # «第三个和第四个都勾»


def numbered(line: str) -> re.Match[str] | None:
    line = line.strip()
    return None if PLAIN_DAY.match(line) or SEVERAL_CHOICES.match(line) else NUMBERED.match(line)


def without(text: str, values: Iterable[str]) -> str:
    """*text* without its values, and without what stood there before."""
    for one in values:
        text = text.replace(one, " ")
    return re.sub(r"(?:由|从|原)[^，,]{1,12}?(?=[更修]?改|调整|变更)", " ", text)


LONGEST_LABEL = 16  # characters: what is longer is no name of a field


STOOD_IN_BRACKETS = re.compile(r"[（(]原[^（）()]{1,20}[）)]$")


def table_row(line: str, context: Context, columns: int) -> Addressed | None:
    """«联系电话⇥2285616⇥22856611»: a field, what stood there, and what is to stand there. Below the head of a table of so many *columns* blanks part
    them, too, and a field may be called by what stands there. «2⇥活动地点空⇥农家书屋» answers what was asked."""
    cells = [
        one.strip()
        for one in re.split(r"[ \u3000]*[\t|｜][ \u3000]*|[ \u3000]{2,}" if columns else r"[\t|｜]", line.strip(" |｜"))
    ]
    cells = cells[1:] if len(cells) == 4 and cells[0].isdigit() else cells
    if columns and all(
        one in {"", str(context.form.plain(context.definition.anchor))} or REF_ALONE.fullmatch(one)
        for one in cells[:-columns]
    ):
        cells = cells[-columns:]  # of which form the row speaks
    if len(cells) != (columns or 3) or not cells[-1]:
        return None
    is_answer = len(cells) == 3 and cells[0].isdigit()
    label = cells[1] if is_answer else cells[0]
    is_label = len(label) <= LONGEST_LABEL and not re.search(r"[:：]", label)
    named = mentions(Squeezed.of(label), context.definition, context.index) if is_label else []
    keys = [one.target for one in named] or (called_by(cells[1], context) if columns == 3 and is_label else [])
    if len(keys) != 1 or (is_answer and all(problem.field != keys[0] for problem, _ in context.messages.values())):
        return None
    value = valued(STOOD_IN_BRACKETS.sub("", cells[-1]))
    stood = cells[1] if keys[0] in called_by(cells[1], context) else "?"
    return Addressed(keys[0], value, -1, line, only_asked=is_answer, old="" if is_answer else stood)


REF_ALONE = re.compile(r"\d{1,3}|[A-Za-z]{2}\d{4}-\d{4,}")


def called_by(stood: str, context: Context) -> list[str]:
    """The fields in which *stood* stands."""
    return [
        spec.key
        for spec in context.definition.field
        if any(
            (held := context.form.fields.get(key))
            and squeeze(COUNTED_IN.sub("", stood)) in {squeeze(held.text), str(held.value)}
            for key in (spec.key, *spec.keys)
        )
    ]


COUNTED_IN = re.compile(r"(?<=\d)\s*[人名位]$")
