"""What a piece of an answer says that its field holds then, in the words to be read. Pure."""

from __future__ import annotations

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.entry.value import Reading
from bot.forms.model import Form, Plain
from bot.forms.values.numerals import NUMERAL, counted_value
from bot.statements.values.context import CALLED, EXACT, Addressed, Passage
from bot.statements.values.free import AND, MARKED, free_value
from bot.statements.values.values import POST, POSTS, is_post, says_nothing, unquoted
from bot.statements.wording.remarks import CLOSER, is_sentence, without_remarks
from bot.statements.wording.words import SURNAMES, TITLE

# «吴俊杰老师» is called so, and the form asks for the name.
TITLED = re.compile(
    rf"(?<=^[{SURNAMES}][\u4e00-\u9fff]{{2}}){TITLE}$|(?<=^[\u4e00-\u9fff]{2})(?:老师|同志|先生|女士|小姐)$|(?<=^[\u4e00-\u9fff]{3})(?:老师|同志|先生|女士|小姐)$"
)
# «教导处的黄毅斌主任».
OF_OFFICE = re.compile(
    rf"^(?:我们?|本)?[\u4e00-\u9fff]{{0,6}}(?:处|科|室|部|股|课|办|组|中心)的?(?=[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:{TITLE}|同志)$)"
)
# «现任秘书柯志鹏», «我站新来的副站长凌波», «社区工作者温如玉»: who he is, before his name.
BEFORE_NAME = re.compile(
    rf"^(?![^，,]*(?:原|旧|前任|之前|隔壁|他们|人家))[\u4e00-\u9fff]{{0,12}}?(?:{POSTS}|秘书|工作者|社工|教师|医生|护士|讲解员|专员|同学|同事|徒弟|学生|助手|搭档|[儿女]子|女儿|儿媳|爱人|侄[子女])(?:的|是|叫)?(?=[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:{TITLE})?$)"
)
# «小李（李佳佳）»
NICKNAMED = re.compile(r"^[小老阿](?P<surname>[\u4e00-\u9fff])\s*[（(](?P<name>(?P=surname)[\u4e00-\u9fff]{1,2})[)）]$")
AS_POST = re.compile(r"^(?:具体|实际)?的?(?:经办人|负责人|对接人|联系人|联络人)(?:员)?[:：]?(?=[\u4e00-\u9fff]{2,4}$)")
# «换成我，庄志明»
MYSELF = re.compile(r"^(?:(?:我|本人)(?:本人|自己|了|来)*(?:[，,、\s（(]|叫|是)+)+(?=[\u4e00-\u9fff]{2,4}[）)]?$)")
# «我们新来的大学生叫蒋雨桐»
INTRODUCED = re.compile(
    rf"^(?![^叫]*(?:[不别原旧]|之前|隔壁|他们|人家))[\u4e00-\u9fff]{{3,14}}叫做?(?=[{SURNAMES}][\u4e00-\u9fff]{{1,2}}$)"
)
NOT_IN_USE = re.compile(r"[（(](?:已经?|现已|早就?)?(?:停用|停机|作废|不用|旧|空号|传真)(?:号码?)?了?[)）]\s*$")
# «蔡永福（文化站站长）»
WITH_POST = re.compile(
    rf"(?<=^[\u4e00-\u9fff]{{2}})\s*[（(](?:{POST}|[副协襄]理|专员|社工)[）)]$|(?<=^[\u4e00-\u9fff]{{3}})\s*[（(](?:{POST}|[副协襄]理|专员|社工)[）)]$"
)
SPACED = re.compile(r"^[\u4e00-\u9fff](?:\s+[\u4e00-\u9fff]){1,3}$")  # «苏 丽 娜»
# «是智慧的慧»: which letter is meant, and no name.
OF_LETTER = re.compile(
    r"[“「]?[\u4e00-\u9fff]*(?P<sign>[\u4e00-\u9fff])[\u4e00-\u9fff]*[”」]?的[“「]?(?P=sign)[”」]?字?"
)
WHOLE = {"set", "part", CALLED}  # how: what is said is all that the field holds then
CALLED_SO = re.compile(
    r"^[^“「《”」》]{1,14}(?:叫做?|改[为成叫]|写[成为]?|[应定]为|就是)(?P<name>[“「][^“”「」]{2,60}[”」])$"
)


def said_value(piece: Addressed, spec: FieldSpec, text: str, before: Plain, *, is_name: bool) -> str | None:
    """What *piece* says the field holds, in the words to be read; None where that is not certain."""
    stood = str(before or "")
    if piece.how == EXACT:
        text = without_remarks(text, spec.kind) if spec.kind == "longtext" else text
        return text if not piece.old else stood.replace(piece.old, text) if stood.count(piece.old) == 1 else None
    if OF_LETTER.fullmatch(text.strip()):
        return None
    if spec.kind == "person":
        text = NICKNAMED.sub(r"\g<name>", text.strip())
        text = re.sub(r"(?:担任|负责|对接)(?:(?:这次|本次|该|此)?(?:活动|工作|联系))?$", "", text.strip())
        text = INTRODUCED.sub("", OF_OFFICE.sub("", MYSELF.sub("", AS_POST.sub("", text))))
        text = text if is_post(text) else TITLED.sub("", BEFORE_NAME.sub("", text))
        text = re.sub(r"\s", "", text) if SPACED.match(text) else text
        text = WITH_POST.sub("", text)
    if spec.kind in {"phone", "mobile"} and NOT_IN_USE.search(text):
        return None
    if MARKED.match(text.strip()) is None:
        text = without_remarks(text, spec.kind)
        if spec.kind in {"person", "longtext"} and is_sentence(text, spec.kind):
            return None
    text = CLOSER.sub("", text)
    if spec.kind in {"text", "unit"} and (called := CALLED_SO.match(text.strip())):
        text = called["name"]  # «同意改，叫“一粒米的旅行”»
    if piece.how == "part":
        text = unquoted(text)
    elif spec.kind in {"text", "unit"} and not (MARKED.match(text.strip()) is None and says_nothing(text)):
        told = free_value(text, prose=piece.prose, is_unit=spec.kind == "unit", is_name=is_name)
        if told is None:
            return None
        text = told
    else:
        text = unquoted(text)
    old = unquoted(piece.old.strip())
    if piece.how == "part":
        return stood.replace(old, text) if old and stood.count(old) == 1 else None
    tail = squeeze(old)
    if spec.kind in {"text", "unit"} and MARKED.match(piece.old.strip()) and stood != old and stood.count(old) == 1:
        return stood.replace(old, text)  # «地点“一楼”更正为“二楼”»
    if is_perhaps_part(text, stood, spec, is_name=is_name, is_marked=bool(MARKED.match(piece.text.strip()))):
        return None
    if tail and spec.kind == "text" and squeeze(stood).endswith(tail) and 2 * len(tail) < len(squeeze(stood)):
        return None  # «地点由报告厅改为一楼大厅»: perhaps only that part of the place
    return text


STOREY = re.compile(r"^(?:[一二三四五六七八九十\d]{1,3}[楼层]|室[内外]|大厅|门口)")
ANY_UNIT = re.compile(
    r"(?:第?[一二三四五六七八九十]+)?(?:[大中小]学|幼儿园|学[院校]|医院|社区|街道|公司|中心|协会|学会|委员会|研究所|[村镇乡县区市]|[局馆校会院所])"
)


def is_perhaps_part(text: str, stood: str, spec: FieldSpec, *, is_name: bool, is_marked: bool) -> bool:
    """«名称“科谱”应是“科普”», «地点改到三楼», «主办单位也更正为中学»: what is so much shorter than what stood there may be meant for a part of it."""
    if spec.kind not in {"text", "unit"} or len(squeeze(text)) * 2 > len(squeeze(stood)):
        return False
    if spec.kind == "unit":
        return len(squeeze(text)) <= 2 or bool(ANY_UNIT.fullmatch(squeeze(text)))
    return bool(STOREY.match(text)) or ((is_name or is_marked) and len(squeeze(text)) <= 4)


def with_what_stands(spec: FieldSpec, how: str, reading: Reading, before: Plain, old: str = "") -> Reading | None:
    """The reading with what stands already, for «加上展览展示», «去掉现场咨询»; None where that makes no sense."""
    if how == "set" and not old and spec.kind == "choice":
        return Reading({spec.key: with_note(reading.values.get(spec.key), before, spec)}, reading.doubts)
    if how in WHOLE or how == EXACT:
        return reading
    said = reading.values.get(spec.key)
    if spec.kind == "choice" and isinstance(said, tuple):
        there = before if isinstance(before, tuple) else ()
        if how == "add" and old:
            stood = tuple(old.split("、"))  # «原来只勾了青少年»
            there = () if there and set(there) != set(stood) else stood
        if not there:
            return None  # to what it is added is not known
        left = tuple(one for one in there if one not in said)
        if how == "remove":
            return Reading({spec.key: left}) if left and set(said) <= set(there) else None
        gone = set(old.split("、")) if how == "swap" else set()
        if not gone <= set(there):
            return None
        chosen = {*there, *said} - gone
        order = [choice.label for choice in spec.choices]
        ranked = sorted(chosen, key=lambda one: next((i for i, label in enumerate(order) if one.startswith(label)), 99))
        return Reading({spec.key: tuple(ranked)})
    if spec.kind == "unit" and isinstance(said, str) and how == "add":
        said = re.sub(AND, "、", re.sub(r"^[一两二三][家个](?:单位)?(?=[\u4e00-\u9fff]{4})", "", said))
        return None if not before else reading if said in str(before) else Reading({spec.key: f"{before}、{said}"})
    return None


def with_note(said: Plain, before: Plain, spec: FieldSpec) -> Plain:
    """«其他：义诊» says which others, where they stand ticked beside the rest."""
    noted = tuple(choice.label for choice in spec.choices if choice.noted)
    if not (isinstance(said, tuple) and isinstance(before, tuple) and noted):
        return said
    is_note = len(said) == 1 and said[0].startswith(noted) and said[0] not in noted
    others = tuple(one for one in before if not one.startswith(noted))
    return (*others, *said) if is_note and others and len(others) < len(before) else said


# «改到9月21日，钟点不变», «9月21日上午，还是那个时间»
HOURS_STAY = re.compile(
    r"(?:钟点|时点|时段|时间段?|几点|点数|小时)(?:[和、及与](?:场地|地点|地方|人数))?(?:都|也|还|仍|还是|上)?(?:不[变改动]|照[旧原]|没变|一样)|(?:还是|仍是?|还在|照)(?:那个|原来?的?|老|同样的?)(?:钟点|时点|时段|时间段?)|(?<=[日号天])(?:的|还是|仍是?)?同(?:一个?|样的?)(?:钟点|时点|时段|时间段?)"
)
# «再往后挪到21号»: of the hours nothing is said, before it or behind.
DAY_MOVES = re.compile(
    r"(?:[挪移推延换调改]|提前)[^，,。；;！!？?\d]{0,4}到\s*(?=[\d一二三十])(?P<behind>[^。；;！!？?\n]*)"
)
HALF = r"(?:[上下中]午|早上|晚上|傍晚)"
HALVES = re.compile(HALF)
HOURS = re.compile(rf"(?:每[天日])?{HALF}?\s*\d{{1,2}}(?:[:：]\d\d|点半?|时)[^日号月]*$")
DAYS_ONLY = re.compile(rf"^(?P<days>[^:：点时]*[日号])\s*(?P<half>{HALF})?$")


CLOCK = re.compile(
    rf"(?:(?P<noon>[上下中]午|早上?|晚上?|傍晚)\s*)?(?P<hour>\d{{1,2}}|{NUMERAL}{{1,3}})\s*(?:[:：]\s*(?P<minute>\d\d)|(?:点(?![击名评])|时(?![间候段]))(?:(?P<half>半)|(?P<spoken>\d\d|{NUMERAL}{{2,3}})分?)?)"
)


def at_same_hours(passage: Passage, form: Form, definition: FormDefinition, text: str) -> Passage:
    """*passage* with the hours that stand there behind the new day, where it says of itself at most the half of the day in which they are, and
    the letter *text* that they stay («时间还是8:30-11:00»), or only that the day moves. Not certain where its sentence tells other hours, which the
    day alone would lose."""
    pieces, is_sure = [], passage.sure
    for piece in passage.pieces:
        spec = definition.spec(piece.target)
        stood = HOURS.search(str(form.plain(piece.target) or "")) if spec and spec.kind == "daterange" else None
        new = DAYS_ONLY.match(piece.text.strip()) if stood else None
        if stood and new:
            told = clocks(text.partition(passage.written)[2].split("。")[0])
            is_same = stay(stood.group(), passage.written, text) or (told and told <= clocks(stood.group()))
            if is_same and (new["half"] or "") in stood.group():
                piece = replace(piece, text=f"{new['days']}{stood.group()}")
            elif told:
                is_sure = False
        pieces.append(piece)
    return replace(passage, pieces=tuple(pieces), sure=is_sure)


def clocks(text: str) -> set[int]:
    """The times told in *text*, in minutes of the day. One to six o'clock of which the half of the day is not told are after noon."""
    found = set()
    for one in CLOCK.finditer(text):
        hour = counted_value(one["hour"]) or 0
        is_late = one["noon"] in {"下午", "中午", "晚", "晚上", "傍晚"} or (not one["noon"] and hour < 7)
        minutes = counted_value(one["minute"] or one["spoken"] or "0") or 0
        found.add(60 * (hour + 12 * (is_late and hour < 11)) + (30 if one["half"] else minutes))
    return found


def stay(hours: str, written: str, text: str) -> bool:
    if HOURS_STAY.search(text):
        return True
    moved = DAY_MOVES.search(written)
    if not moved:
        return False
    return clocks(text) <= clocks(hours) and all(one in hours for one in HALVES.findall(moved["behind"]))
