"""A letter cut into stretches that each say one thing: of a kind by their words, courtesy, or perhaps a value. Pure.

Every character of the letter stands in one stretch. What is cut off by its kind is no longer looked at for values, so that «地点在一楼大厅，请问还要盖章吗»
is a value and a question. Within a sentence a clause without a kind of its own belongs to the one that it leads up to or explains: «因台风影响，活动取消».
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.forms.labels.index import LabelIndex
from bot.statements.clauses import (
    EXPLAINED,
    MARKS,
    OF_PERSON,
    Plainly,
    Segment,
    absorbed,
    awaits_value,
    explains,
    is_value_like,
    names_value,
)
from bot.statements.kinds import Setting, kind_of_clause
from bot.statements.model import Said
from bot.statements.values.clause.event import tells_event
from bot.statements.values.values import is_full_name
from bot.statements.wording import spoken
from bot.statements.wording.beside import is_beside
from bot.statements.wording.covers import is_handing
from bot.statements.wording.formulas import is_formula, salutation
from bot.statements.wording.joints import MOVED_VAGUELY
from bot.statements.wording.phrases.asking import TAIL_QUESTION
from bot.statements.wording.phrases.contacts import CALL_SOMEBODY
from bot.statements.wording.phrases.papers import BRINGS, BRINGS_FORM, TOLD_FOR
from bot.statements.wording.phrases.withdrawals import REST_GOES_ON
from bot.statements.wording.signature import SignedText
from bot.statements.wording.words import REACH

SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;]*[”\"」』]?[。！!？?；;]*|[。！!？?；;]+")
# A clause ends at a comma, and before the words that begin a new thought where somebody speaks without any.
CLAUSE = re.compile(
    r"^\s*[一二三四五六七八九十]{1,3}、|[^，,\u3000]+?(?:[，,\u3000]+|$|(?=(?<=.)(?:另外(?!的)|(?<![核校查])对了(?!一)|顺便|还有(?:就是|要不要|能不能)|请问|想问|想咨询|咨询一下|麻烦问|(?<![常分次先万多真])谢谢))|(?<=[^\s])\s{2,}(?=\S)|(?<=[\u4e00-\u9fff])\s(?=[\u4e00-\u9fff]{3}[\u4e00-\u9fff\d])|(?<=[吗呢])\s?(?=[\u4e00-\u9fff]{3})|(?<=您了)(?=我)|(?<=回复[：:])(?=\S)|(?<=情况[：:])(?=\S)|(?=(?<=.{4})以后[^，,]{2,20}(?:找|由|联系|群)))"
    r"|[，,\u3000]+"
)
CONDITION = re.compile(
    r"^(?:另外|还有|但|不过|同时)?(?:如果|如遇|如不|如有|如与|如需|如\d|假如|要是|倘若|若(?!干)|万一|遇|(?:不行|行|可以|重复|有错|冲突|不够|下雨|来不及|不合适)的话|[^，,]{0,12}(?:如果|要是|万一|假如|倘若|如|若)(?:那天|当天|遇|遇到)?(?:下大?雨|有雨|台风|天气|刮风|雨天|暴雨))"
)
# «不能的话就当没报», «批不下来的话，那就撤了».
IF_SO = re.compile(
    r"(?:^|[，,])[^，,。；;\d]{0,6}(?:[不没能]|可以|符合|通过|同意|允许)[^，,。；;\d]{0,6}的话[，,]?[^，,。；;]*[，,]?$"
)
# «如果可以的话，请撤回», where all the rest is asked for.
KINDLY = re.compile(r"\s*(?:如果?|若|要是)?(?:可以|方便|行|能|来得及)的?(?:话)?[，,\s]*")
POLITE = re.compile(
    r"^(?:如果?|若|倘|有)(?:还|仍)?有?(?:任何|其他|什么|哪里)?(?:问题|疑问|不妥|不当|不足|错误|遗漏|误|不清|不明|需要|需|不对|事)[^。；;？?]{0,40}(?:联系(?!人)|告知|致电|指出|沟通|电|打|指正|找我|说|吩咐|指导|谅解|见谅|修改|回复)[^。？?]{0,24}$"
)
LONGEST_SPOKEN = 22  # characters of a clause; a longer one was spoken without commas
SPOKEN = re.compile(
    r"(?<=[吗呢])(?=[\u4e00-\u9fff]{3})|(?<=^[您你]好)(?=[\u4e00-\u9fff]{3})|(?<=申报表|汇总表|登记表)(?=我们|我想|我这|我[校局馆院])|(?<=附件)(?=我们|我想)|(?=还有要不要|还有能不能|能不能|您看看|你看看)"
)


def segments_of(
    text: str, letter: SignedText, labels: LabelIndex, known: Setting, ours: Collection[str] = ()
) -> list[Segment]:
    """The stretches of *text*, whose body and signature are *letter*'s lines. *known*: what is known of it before; *ours*: what we asked, squeezed."""
    body = "\n".join(letter.body)
    setting = replace(
        known,
        brings=known.brings or bool(BRINGS.search(body)),
        has_values=not BRINGS_FORM.search(body)
        and any(names_value(line, labels) or REACH.search(line) for line in letter.body),
        has_rest=known.is_of_one and bool(REST_GOES_ON.search(body)),
    )
    found: list[Segment] = []
    at = 0
    written = 0
    is_list = False  # its text is numbered: «活动内容如下：⏎1.…⏎2.…»
    inside = False  # the lines of a long text are one value, whatever they say
    below = Plainly.SIGNATURE if letter.is_named else Plainly.BELOW
    for line in letter.body:
        begin = text.find(line, at)
        at = begin + len(line)
        if not line.strip():
            continue
        if any(one in squeeze(line) for one in ours):  # a line of our letter, perhaps with an answer behind it
            inside = False
            found.append(Segment(begin, line))
            continue
        written += 1
        addressed = salutation(line) if written <= 2 else 0
        is_reached = re.match(r"\s*(?:[\d（(+]|[\w.+-]+@)", line[addressed:])
        if is_reached and (is_full_name(line[:addressed].strip(" ，,")) or not ADDRESSES.search(line[:addressed])):
            addressed = 0  # «曾小红 0595-22190087», «曾小红，0595-22190087»
        if addressed:
            found.append(Segment(begin, line[:addressed], Plainly.COURTESY))
        was_inside, inside = inside and not LONG.match(line), is_long_text(line, labels, inside, is_list=is_list)
        is_list = inside and (bool(re.search(r"[:：]\s*$", line)) or (is_list and bool(NEXT.match(line))))
        if inside and was_inside and found[-1].kind is None:
            found[-1] = replace(found[-1], text=text[found[-1].begin : at])
        elif inside:
            found.append(Segment(begin, line))
        elif lists_on(found, line, labels):
            found[-1] = replace(found[-1], text=text[found[-1].begin : at])
        elif line[addressed:].strip():
            found += cut(line[addressed:], begin + addressed, labels, setting)
    for line in letter.signature:
        begin = text.find(line, at)
        at = begin + len(line)
        found.append(Segment(begin, line, below))
    return asked_at_last(handed_over(found))


def asked_at_last(segments: list[Segment]) -> list[Segment]:
    """«…拟改为操场，妥否，请批示»: who tells something asks for a decision, which a person gives."""
    if all(isinstance(one.kind, Plainly) for one in segments):
        return segments
    return [
        replace(one, kind=Said.QUESTION) if one.kind is Plainly.COURTESY and IS_FIT.match(one.text) else one
        for one in segments
    ]


IS_FIT = re.compile(r"\s*(?:以上)?(?:是否)?(?:妥否|当否|可行否|妥当)")


def lists_on(found: Sequence[Segment], line: str, labels: LabelIndex) -> bool:
    """«共报送6项，明细如下：⏎1 图书馆 …»: the list belongs to the cover."""
    last = found[-1] if found else None
    if last is None or last.kind is not Said.COVER or not re.match(r"\s*[（(]?\d{1,2}[\s.、．)）]", line):
        return False
    return not names_value(line, labels) and ("\n" in last.text or bool(re.search(r"[:：]\s*$|如下|明细", last.text)))


def handed_over(segments: list[Segment]) -> list[Segment]:
    """«转发清源街道的材料，请收», «请查收。»: that hands something over where the letter brings another's form, or a new one, or says nothing else."""
    kinds = {one.kind for one in segments}
    if Said.COVER in kinds or not (kinds & {Said.FOR_OTHERS, Said.REPLACES} or kinds <= set(Plainly)):
        return segments
    return [
        replace(one, kind=Said.COVER) if one.kind is Plainly.COURTESY and is_handing(one.text) else one
        for one in segments
    ]


ADDRESSES = re.compile(r"[：:，,！!好]\s*$")
LONG = re.compile(
    r"^(?:[^，,。；;]{0,40}[，,；;。])?[\W\d_一二三四五六七八九十]*(?:遵嘱|现|已|兹|特|将|把|就|重新?|补充?|更正|修改|改|写)*(?:(?:我们?|本|该)(?:单位|[校局馆院会镇])?的?)?[“「]?(?:主要)?(?:活动)?(?:内容|简介|方案)\S{0,12}?(?:[:：]|如下|改为|补充)"
)
NEXT = re.compile(
    r"^\s*(?:[（(]?\d{1,2}\s*[.、．)）]|[一二三四五六七八九十]{1,3}、|第[\d一二三四五]{1,2}[条项处点])|[?？]\s*$|请问|请教|^\s*(?:以上|此外|另外|特此)"
)


def is_long_text(line: str, labels: LabelIndex, inside: bool, *, is_list: bool) -> bool:
    """Whether *line* belongs to a long text: it begins one, or follows in it without a label, a number or a question of its own."""
    if LONG.match(line):
        return True
    is_next = NEXT.search(line) and not (is_list and re.match(r"\s*[（(]?[\d一二三四五六七八九十]", line))
    if not inside or is_formula(line) or is_next:
        return False
    match = labels.pattern.search(squeeze(line))
    return not (match and match.start() <= 3 and re.match(r"[:：是为改]", squeeze(line)[match.end() :]))


def cut(line: str, begin: int, labels: LabelIndex, setting: Setting) -> Iterator[Segment]:
    """The stretches of one line; what may be a value stays together as it was written."""
    pieces: list[Segment] = []
    for match in SENTENCE.finditer(line):
        more = sentence(match.group(), begin + match.start(), labels, setting)
        last = pieces[-1].kind if pieces else None
        if len(more) == 1 and last in EXPLAINED | {Said.QUESTION, Said.REPLACES} and explains(more[0], last, labels):
            more = [replace(more[0], kind=last)]
        if NUMBERED.match(line) and not setting.confirms:
            # In a list of the sender's own each line is looked at, so that its numbers are not taken for those of our problems.
            more = [replace(one, kind=None) if one.kind is Said.OTHER else one for one in more]
        pieces += more
    yield from merged(pieces, line, begin)


def merged(pieces: Sequence[Segment], line: str, begin: int) -> Iterator[Segment]:
    """Neighbours of one kind as one stretch."""
    held: Segment | None = None
    for piece in pieces:
        if held and held.kind == piece.kind and (piece.kind is None or not isinstance(piece.kind, Plainly)):
            held = replace(held, text=line[held.begin - begin : piece.end - begin])
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def sentence(text: str, begin: int, labels: LabelIndex, setting: Setting) -> list[Segment]:
    plain = text.strip()
    if not plain:
        return []
    setting = replace(setting, sentence=plain)
    found: list[Segment] = []
    condition: Said | Plainly | None = None
    is_kind = False
    for one in clauses_of(text, begin):
        if CONDITION.match(one.text.strip()):
            condition, is_kind = kind_of_condition(one.text, setting), bool(KINDLY.fullmatch(one.text))
            found.append(replace(one, kind=condition))
            continue
        piece = classified(one, labels, setting)
        if condition and piece.kind is None and names_value(piece.text, labels):
            # «如果场地定下来，地点就在市科技馆» is no value yet; the whole is read as one that is not certain.
            found = [replace(one, kind=None) if one.kind is condition else one for one in found]
            condition = None
        if condition and (piece.kind not in KEPT or (piece.kind is Said.WITHDRAWAL and not is_kind)):
            piece = replace(piece, kind=condition)  # «如果不行，就改到10月» is no value
        elif piece.kind in TAKES_BACK and not is_kind and IF_SO.search(plain[: one.end - begin].rstrip(ENDS)):
            piece = replace(piece, kind=Said.OTHER)
        found.append(piece)
    for i in range(len(found) - 1, 0, -1):
        before, piece = found[i - 1], found[i]
        is_left_open = (
            before.kind is Said.OTHER and piece.kind is None and HOLDS.search(piece.text) and "不" not in before.text
        )
        if is_left_open and labels.pattern.search(squeeze(before.text)):
            found[i - 1] = replace(before, kind=None)  # «时间还没定，大概9月20日»
        elif before.kind is None and piece.kind is Said.OTHER and UNSETTLED.search(piece.text):
            found[i] = replace(piece, kind=None)  # «时间改到9月20日，具体等通知»
        elif before.kind is None and piece.kind is not None and NUMBERING.match(before.text):
            found[i - 1] = replace(before, kind=piece.kind)
    if POLITE.match(plain.rstrip("。！!~")) and not any(one.kind in KEPT for one in found):
        return [replace(one, kind=Plainly.COURTESY) for one in found]
    if TOLD_FOR.search(plain):
        return [one if isinstance(one.kind, Plainly) else replace(one, kind=Said.FOR_OTHERS) for one in found]
    return absorbed(asked_about(found), labels)


HOLDS = re.compile(r"\d|[:：]|[一二三四五六七八九十百千]{1,3}[月号日点人名]")
UNSETTLED = re.compile(r"具体|最后定|再定|定了|等[^，,。]{0,4}通知|待定|再确认|再核")
NUMBERING = re.compile(r"^\s*(?:第\s*)?[(（]?[\d一二三四五六七八九十]{1,3}\s*[.、．)）条点个项处，,]+\s*$")
NUMBERED = re.compile(r"^\s*[（(]?\d{1,2}\s*[.、．)）]")
# What a clause says, whatever condition stands before it.
KEPT = {Said.QUESTION, Said.STATUS_QUESTION, Said.DRAFT, Said.COVER, Said.WITHDRAWAL}


# «活动类型把展览展示取消», «主办单位那里第二家退出了，去掉»: of what stands in a field.
LEAVES_A_FIELD = re.compile(r"(?:类型|对象)(?!的?活动)|勾选|[主承协]办(?:单位|方)?[^，,。；;]{0,24}退出")
TAKES_BACK = {Said.WITHDRAWAL, Said.NIL_REPORT}
ENDS = "。！!？?；; "


def kind_of_condition(text: str, setting: Setting) -> Said | Plainly:
    """«如遇台风再顺延» is no value, whatever stands in it."""
    if POLITE.match(text.strip().rstrip("。！!~")):
        return Plainly.COURTESY
    kind = kind_of_clause(text, setting)
    is_asked = kind is Said.DRAFT or re.search(
        r"[?？]|吗|能不能|是否|可否|怎么|如何|要不要|行不行|给我们|想[借领]", text
    )
    return kind if kind in (Said.QUESTION, Said.STATUS_QUESTION, Said.DRAFT) and is_asked else Said.OTHER


def asked_about(clauses: list[Segment]) -> list[Segment]:
    """«地点改为一楼，可以吗»: what stands before it is asked about and no value."""
    last = clauses[-1].text.strip(" ，,。！!") if clauses else ""
    if len(clauses) < 2 or not TAIL_QUESTION.search(last):
        return clauses
    asked = [one if one.kind is not None else replace(one, kind=Said.QUESTION) for one in clauses[:-1]]
    return [*asked, replace(clauses[-1], kind=Said.QUESTION)]


def classified(clause: Segment, labels: LabelIndex, setting: Setting) -> Segment:
    plain = clause.text.strip(" \t\u3000，,。！!；;~～")
    if not plain:
        return replace(clause, kind=Plainly.COURTESY)
    kind = kind_of_clause(BRACKETS.sub(lambda match: "" if is_beside(match[1]) else match[0], plain), setting)
    if is_formula(plain, strictly=kind is not None) and kind not in (Said.CONFIRM, Said.STATUS_QUESTION):
        return replace(clause, kind=Plainly.COURTESY)
    if kind in YIELDING and (is_value_like(plain, labels) or ticks(plain, setting)):
        kind = None
    if setting.has_values and not setting.confirms and kind in LIKE_BESIDE and is_beside(plain):
        kind = None  # «原来的号码不用了» withdraws nothing
    if kind is Said.REPLACES and REACH.search(plain):
        kind = None  # «以这里为准：0595-…»
    if kind is Said.CONTACT and is_value_like(plain, labels) and not OF_CONTACT.search(plain):
        kind = None
    if kind is Said.OTHER and names_value(plain, labels) and HOLDS.search(plain) and not setting.confirms:
        kind = None  # «时间9月17日可能要改»: read as an uncertain value
    if kind is Said.WITHDRAWAL and LEAVES_A_FIELD.search(plain):
        kind = None
    if kind is Said.WITHDRAWAL and PUT_OFF.search(setting.sentence) and not re.search("取消|撤|作废", plain):
        kind = None  # «原定9月20日的活动暂时无法举行，改期时间待定»
    if kind is Said.REPLACES and re.match(r"或者?|要不然?|不然", plain):
        kind = Said.OTHER  # «或者我重新发也行» replaces nothing yet
    if kind is Said.OTHER and tells_event(plain):
        kind = None  # «我会将于9月23日送科技下乡»
    if kind is Said.OTHER and setting.confirms and awaits_value(plain, labels):
        kind = None  # «地点不对，地点是…»
    if kind is Said.OTHER and MOVED_VAGUELY.search(plain):
        kind = None  # «活动可能要往后推»: a change, to what is not certain
    return replace(clause, kind=kind)


def ticks(text: str, setting: Setting) -> bool:
    """Whether an option of the form stands in *text*, and what becomes of it: «把科普表演那一项拿掉»."""
    marked = {f"“{one}”" for one in setting.choices}
    return any(one in text for one in marked) or (
        bool(TICKED.search(text)) and any(one in text for one in setting.choices)
    )


TICKED = re.compile(r"[勾选]|拿[掉下]|去掉|删|划[掉去]|取消|加上|补上|漏|多余|[换改]成")
OF_CONTACT = re.compile(rf"{OF_PERSON.pattern}|{CALL_SOMEBODY.pattern}")
PUT_OFF = re.compile(r"改期|延期|顺延|推迟|延后|择期")
BRACKETS = re.compile(r"[（(]([^（）()]{1,24})[）)]")  # «（以此为准）»
# Where a label with a value stands in the same clause, it is that.
YIELDING = {Said.COVER, Said.REPLACES, Said.FOR_OTHERS, Said.NIL_REPORT, Said.DRAFT}
# What is said beside a value reads as one of these where it stands alone.
LIKE_BESIDE = {Said.WITHDRAWAL, Said.NIL_REPORT, Said.REPLACES, Said.OTHER, Said.DRAFT, Said.CONTACT, Said.CONFIRM}


def clauses_of(text: str, begin: int) -> Iterator[Segment]:
    """The clauses of a sentence; marks and brackets are not cut."""
    masked = MARKS.sub(lambda match: "“" + "＿" * (len(match.group()) - 2) + "”", text)
    for match in CLAUSE.finditer(masked):
        at = match.start()
        cuts = (
            [one.start() for one in SPOKEN.finditer(match.group()) if one.start()]
            if len(match.group()) > LONGEST_SPOKEN
            else []
        )
        for end in [*sorted({at + one for one in (*cuts, *spoken.cuts(match.group()))}), match.end()]:
            if end > at:
                yield Segment(begin + at, text[at:end])
            at = end
