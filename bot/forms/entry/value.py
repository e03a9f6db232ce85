"""The text beside a label -> values and doubts, by the kind of the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct, field

from bot.base import expressions as re
from bot.base.campaign import Campaign
from bot.base.problems import Code
from bot.base.text import CJK, Squeezed, fold, is_blank, join_wrapped, squeeze, squeezed, tidy_lines, tidy_paragraphs
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.entry.signed import dated
from bot.forms.labels.index import field_index
from bot.forms.model import Plain
from bot.forms.values.counts import read_count
from bot.forms.values.dates import read_dates, read_day
from bot.forms.values.identifiers import read_code, read_id_card, read_money, read_yes_no
from bot.forms.values.people import read_emails, read_person
from bot.forms.values.phones import is_mobile, read_phones
from bot.forms.values.ticks import read_ticks

NOTHING = re.compile(
    r"[\s（(]*(?:无|暂无|没有|未填写?|不详|/|／|\\|-+|—+|[xX×＊*]{1,12}|某{2,}|N/?A|空|略)[\s）)。.]*", re.IGNORECASE
)
UNDECIDED = re.compile(
    r"[\s（(]*(?:(?:时间|地点|人员|具体|活动)*(?:(?:暂时?|尚)?(?:待定|未定|待确[定认]|待通知|待补[充报]?|待落实|另行通知|另定|后续?(?:再|另行)?(?:通知|补充|补报)|TBD)[，,、]?)+)[\s）)。.]*",
    re.IGNORECASE,
)
# What the form, or an editor's empty field, prints where the value is to stand.
PROMPT = re.compile(
    r"[\s（(【\[〔<＜《]*(?:必填项?|选填|非必填|(?:请)?如实填(?:写|报)|(?:(?:请|需|须)(?:在)?(?:此|此处|这里)?处?|在?(?:此处?|这里))(?:填写|填报|填入|输入|写明|注明|键入|选择)|(?:单击|点击|双击)[^，。]{0,6}(?:输入|添加|选择|填写)|请(?:填|选|写)|选择一项)"
    r"[^，,；;]{0,14}[\s）)】\]〕>＞》。.]*"
)
BRACKET = frozenset("（(【[")
PROMPT_BEHIND = re.compile(r"[（(【\[](?:请|此处|需|须)(?:填|写|注明|输入|选择)[^（）()【】\[\]]{0,30}[)）】\]]")
# «见下», «详见附件活动方案»: the content stands elsewhere.
ELSEWHERE = re.compile(
    r"[\s（(]*(?:具体|活动|内容|方案|主要)*(?:请|详|另)?(?:情况)?(?:见|附|参见|参阅|请看)(?:下|后|附件|下页|下文|下面|背面|另?附页|附页|附表|方案|活动方案|附)"
    r"[^。；\n]{0,16}[\s）)。.]*|[\s（(]*另?附(?:页|纸|后|件)[\s）)。.]*"
)
TICKED = re.compile(r"[√☑✓✔■●]")  # in a column to be ticked
MARKED = re.compile(r"[√☑✓✔■●×✗✘]")
EMPTY_DAY = re.compile(
    r"(?:(?<=\S)[ \t\u3000_＿]+|(?<=[^\d\s]))年[\s_＿]+月[\s_＿]*日(?:[\s_＿]*[上下]?午)?\s*$"
)  # the place for a date, left as it was printed
EMPTY_FRAME = re.compile(r"(?:[\W_]*[自从起止至到年月日时分午约]){2,}[\W_]*")  # «____月____日至____月____日»
EMPTY_SPAN = re.compile(
    r"[自从]?(?<!\d)[ \t\u3000_＿]*年[\s_＿]*月[\s_＿]*日\s*[至到起止—~～-]+[\s_＿]*(?:年[\s_＿]*)?月[\s_＿]*日止?"
)
BRACKETED = re.compile(r"^\s*[(（]\s*(?![^()（）]*[章签填请注])([^（()）]*?)\s*[)）]\s*$")  # «有无病史：（ 无 ）»
STOPPED = re.compile(r"(?<=[^\s。；])[ \t\u3000_＿]+[。；;]\s*$")  # «方便的时间：6月中旬    。»
STAMP = re.compile(r"\s*[（(【\[]\s*(?:盖章|公章|签章|章|加盖公章|单位公章|盖公章)\s*[)）】\]]\s*")
UNIT_END = r"(?:(?<=[会局馆院心司府处站所委团队社部协办园厂店校)）])|(?<=[大中小]学))"
SEVERAL_NAMES = re.compile(r"(?:^|\n|[；;。\s])\s*[(（]?\s*([1-9一二三四五])\s*[.、．)）]\s*(?=[^\d\s])")
ONGOING = re.compile(r"全年|常年|长期|贯穿|日常")


class Doubt(Struct, frozen=True):
    """Why a value is missing or to be checked; becomes a problem in words later."""

    code: Code
    reason: str = ""
    written: str = ""
    key: str = ""


class Reading(Struct):
    """What one text gave: values by field key, doubts, and values that belong to neighbours (``spare``)."""

    values: dict[str, Plain] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    spare: dict[str, str] = field(default_factory=dict)


def read_field(
    spec: FieldSpec, text: str, campaign: Campaign, blank_phrases: Sequence[str] = (), number: float | None = None
) -> Reading:
    """The value of one field. A blank text gives None without any doubt (whether it is missing is decided later)."""
    text = without_phrases(text, blank_phrases) if spec.kind not in {"choice", "longtext"} else text
    bare = without_hint(text, spec.hint)
    # Of «是/否√» what is printed is the answer, and a sum says nothing without «万元».
    if spec.kind != "yes_no" and not (spec.kind == "money" and bare and UNIT.fullmatch(spec.hint.strip())):
        text = bare
    if spec.label.endswith(("（万元）", "(万元)")) or (spec.under and spec.hint == "万元"):
        text = re.sub(r"(?<=\d)\s*万\s*$", "", text)
    if spec.kind not in {"choice", "longtext"}:
        text = BRACKETED.sub(r"\1", STOPPED.sub("", text))
    if spec.kind not in {"date", "daterange"}:
        text = EMPTY_DAY.sub("", text)
    is_answer = spec.kind == "yes_no" and not says_nothing(text)
    if spec.kind == "text" and (TICKED.fullmatch(text.strip()) or text.strip() == spec.label in ("是", "否")):
        return Reading({spec.key: text.strip()})
    if (
        spec.kind != "choice"
        and not is_answer
        and (is_blank(text) or NOTHING.fullmatch(text.strip()) or EMPTY_FRAME.fullmatch(text) or is_prompt(spec, text))
    ):
        return Reading(dict.fromkeys(spec.keys))
    if spec.kind not in {"choice", "daterange", "date", "count"} and UNDECIDED.fullmatch(text.strip()):
        asked = spec.required and not spec.unless
        return Reading(dict.fromkeys(spec.keys), [Doubt(Code.INVALID, "undecided", text.strip())] if asked else [])
    return READERS[spec.kind](spec, text, campaign, number)


def says_nothing(text: str) -> bool:
    """Neither words nor a tick, which is all that is written in a column to be ticked."""
    return is_blank(text) and not MARKED.fullmatch(text.strip())


def is_prompt(spec: FieldSpec, text: str) -> bool:
    """Only what was printed there, or the label itself once more."""
    return bool(PROMPT.fullmatch(text.strip())) or squeeze(text).strip(":") in squeezed(spec.names)


@lru_cache(maxsize=1024)
def in_brackets(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"[（(【\[]\s*{re.escape(phrase)}\s*[)）】\]]")


def without_phrases(text: str, phrases: Sequence[str]) -> str:
    """*text* without the printed hints in brackets («（盖章）», «（请注明）»)."""
    if BRACKET.isdisjoint(text):
        return "" if squeeze(text).strip("()") in squeezed(tuple(phrases)) else text
    for phrase in phrases:
        text = PROMPT_BEHIND.sub(" ", in_brackets(phrase).sub(" ", text))
        if squeeze(text).strip("()") == squeeze(phrase):
            return ""
    return text


@lru_cache(maxsize=1024)
def printed_as(hint: str) -> re.Pattern[str]:
    """What the blank form prints, with whatever blanks and, in the gaps of a date, digits."""
    between = r"[\s_＿\d]*" if re.search("年.*月", hint, re.DOTALL) else r"[\s_＿]*"
    pieces = [re.escape(piece) for piece in re.findall(r"[^\s_＿\d]", hint)]
    return re.compile((between if "d" in between else "") + between.join(pieces))


@lru_cache(maxsize=1024)
def literally(hint: str) -> re.Pattern[str]:
    return re.compile(r"\s*".join(map(re.escape, re.sub(r"\s", "", hint))))


def without_hint(text: str, hint: str) -> str:
    """*text* without what the form prints in the value's place («（盖章） 年 月 日», «（限300字）»), which may stand before or behind it."""
    if not hint or is_blank(hint) or len(text) > LONGEST_HINTED:
        return text
    if hint.strip("(（)）.、．") == "1" and SECOND.search(text):
        return text  # a list that was begun by the form
    if UNIT.fullmatch(hint.strip()):
        # «164  公里», «平方米 86000», «一个操场平方米»; «一场» is not «一».
        unit = re.escape(hint.strip())
        end = rf"\s*{unit}\s*$" if len(hint.strip()) > 1 else rf"{WORDS_END}(?:\s*{unit})+\s*$|(?<={unit}){unit}\s*$"
        return re.sub(rf"^\s*{unit}|{end}", "", text).strip()
    if (frame := AROUND.fullmatch(hint.strip())) is not None:
        before, behind = map(re.escape, frame.groups())
        return re.sub(rf"^\s*{before}[\s_＿]*(.*?)[\s_＿]*{behind}\s*$", r"\1", text, flags=re.DOTALL)
    found = literally(hint).search(text) or printed_as(hint).search(text)
    return (text[: found.start()] + "\n" + text[found.end() :]).strip() if found else text


AROUND = re.compile(r"([^\s_＿\d年月日（(]{1,3})[\s_＿]{2,}([^\s_＿\d年月日]{1,3})")  # «共    字»
UNIT = re.compile(r"[\u4e00-\u9fff㎡]{1,3}")
WORDS_END = r"(?<![\u4e00-\u9fff])"
SECOND = re.compile(r"(?:^|\s|[。；;])[(（]?2[)）]?[.、．)）]")
LONGEST_HINTED = 20_000  # characters


NUMBER_WRAP = re.compile(rf"(?<=[{CJK}A-Za-z\d]) *\n *(?=\d+[{CJK}])|(?<=\d) *\n *(?=[{CJK}])")


def read_text(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    # «东海大街⏎1号»: a number goes on without a blank, too.
    value = join_wrapped(NUMBER_WRAP.sub("", tidy_lines(text)))
    reading = Reading({spec.key: value})
    marks = {match[1] for match in SEVERAL_NAMES.finditer(text[:1000])}
    if len(marks) > 1 and {"1", "2"} <= marks | {"1" if m == "一" else "2" if m == "二" else m for m in marks}:
        reading.doubts.append(Doubt(Code.INVALID, "several_activities", value))
    return reading


def read_long_text(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    value = tidy_paragraphs(text)
    first, _, rest = value.partition("\n")
    if rest and ELSEWHERE.fullmatch(first):
        value = rest
    elsewhere = [Doubt(Code.INVALID, "elsewhere", value)] if ELSEWHERE.fullmatch(value) else []
    return Reading({spec.key: value}, elsewhere)


def read_unit(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    value = STAMP.sub(" ", tidy_lines(text)).strip(" ：:，,、。;；")
    # A line that ends as units' names end is a unit of its own; any other was only wrapped.
    listed = re.sub(
        rf"{UNIT_END}[ 、,，;；]*\n(?!有限|股份|集团|分公司)",
        "、",
        "\n".join(line.strip() for line in value.split("\n")),
    )
    return Reading({spec.key: join_wrapped(listed).strip("、 ") or None})


def read_person_field(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    text = STAMP.sub(" ", dated(text).text)
    person = read_person(text, campaign.area_code, spec.local_digits)
    reading = Reading({spec.key: person.name})
    if person.phones.text:
        reading.spare["phone"] = person.phones.text
    elif person.phones.doubt not in {"", "none"} and person.name is None:
        reading.doubts.append(Doubt(Code.INVALID, person.phones.doubt, text.strip()))
    if person.name is None and person.phones.text:
        reading.spare["only_phone"] = "yes"
    return reading


def read_phone_field(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    phones = read_phones(text, campaign.area_code, spec.local_digits)
    value = phones.text
    if spec.kind == "mobile" and value and re.fullmatch(r"\+86\d{11}", value):
        value = value[3:]
    reading = Reading({spec.key: value})
    if spec.kind == "mobile" and value and not any(map(is_mobile, phones.numbers)):
        reading.values[spec.key] = None
        reading.spare["phone"] = value
        reading.doubts.append(Doubt(Code.INVALID, "not_mobile", text.strip()))
    if not value and "@" in text and spec.label.endswith("联系方式"):
        return read_text(spec, text, campaign, number)
    if phones.doubt:
        reason = "" if phones.doubt == "none" else phones.doubt
        reading.doubts.append(Doubt(Code.INVALID, reason, phones.written or text.strip()))
    beside = bool(value) and re.search(r"[\u4e00-\u9fff]{2}|@", phones.rest)
    if beside and spec.label.endswith("联系方式"):
        reading.values[spec.key] = join_wrapped(text).strip()  # with an address, or whose number it is
    if beside and "@" not in phones.rest:
        reading.spare["person"] = read_person(text, campaign.area_code).name or ""
    return reading


def read_email_field(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    email = read_emails(text)
    reason = "" if email.doubt == "invalid" else email.doubt
    doubts = [Doubt(Code.INVALID, reason, text.strip())] if email.doubt else []
    return Reading({spec.key: email.text}, doubts)


def read_date_field(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    reading = read_day(text, campaign.year)
    doubts = []
    if reading.doubt and reading.doubt != "year":
        doubts.append(Doubt(Code.INVALID, reading.doubt, text.strip()))
    return Reading({spec.key: reading.start}, doubts)


def read_daterange(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    left = EMPTY_SPAN.sub(" ", text).strip()
    text = left if re.search(r"\d", left) else text  # written beside the frame that is printed for it
    written = join_wrapped(text)
    dates = read_dates(text, campaign.year, number)
    result = Reading({spec.key: written, spec.start: dates.start, spec.end: dates.end})
    if dates.doubt == "year":
        result.doubts.append(Doubt(Code.OUTSIDE_CAMPAIGN, "year", written))
    elif dates.doubt:
        reason = "ongoing" if dates.doubt == "undated" and ONGOING.search(text) else dates.doubt
        result.doubts.append(Doubt(Code.INVALID, reason, written))
    elif dates.start is None:
        result.values[spec.key] = None
    return result


def read_count_field(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    count = read_count(text)
    doubts = []
    if count.doubt:
        reason = {"none": "indefinite", "vague": "indefinite"}.get(count.doubt, count.doubt)
        doubts.append(Doubt(Code.INVALID, reason, text.strip()))
    return Reading({spec.key: count.value}, doubts)


def read_choice(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    ticks = read_ticks(text, spec.options)
    chosen = ticks.chosen or None
    shown = "、".join(ticks.chosen)
    if ticks.doubt == "nothing":
        return Reading({spec.key: None}, [Doubt(Code.NOTHING_TICKED)])
    if ticks.doubt == "unknown":
        if NOTHING.fullmatch(ticks.rest):
            return Reading({spec.key: None}, [Doubt(Code.NOTHING_TICKED)])
        return Reading({spec.key: None}, [Doubt(Code.NOTHING_TICKED, "unknown", ticks.rest)])
    if ticks.doubt == "ambiguous":
        return Reading({spec.key: None}, [Doubt(Code.INVALID, "unclear_marks", text.strip())])
    doubts = [Doubt(Code.INVALID, ticks.doubt, ticks.rest or shown)] if ticks.doubt else []
    return Reading({spec.key: chosen}, doubts)


def read_identifier(spec: FieldSpec, text: str, campaign: Campaign, number: float | None) -> Reading:
    found = IDENTIFIERS[spec.kind](text)
    return Reading({spec.key: found.text}, [Doubt(Code.INVALID, found.doubt, text.strip())] if found.doubt else [])


IDENTIFIERS = {"code": read_code, "id_card": read_id_card, "money": read_money, "yes_no": read_yes_no}
READERS: Mapping[str, Callable[[FieldSpec, str, Campaign, float | None], Reading]] = {
    "text": read_text,
    "longtext": read_long_text,
    "unit": read_unit,
    "person": read_person_field,
    "phone": read_phone_field,
    "mobile": read_phone_field,
    "email": read_email_field,
    "date": read_date_field,
    "daterange": read_daterange,
    "count": read_count_field,
    "choice": read_choice,
    **dict.fromkeys(IDENTIFIERS, read_identifier),
}


@lru_cache(maxsize=256)
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, phrases)))


def split_group(definition: FormDefinition, keys: Sequence[str], text: str) -> dict[str, str]:
    """The text behind a label of several fields, divided among them.

    «预计公众参与活动人数 500 人，组织工作人员 20 人» by the phrases in it; name and telephone by what they are; a time and
    a place behind the last day or hour. Text without any phrase goes to the first field alone.
    """
    specs = [spec for key in keys if (spec := definition.spec(key))]
    kinds = {spec.kind for spec in specs}
    if "person" in kinds:
        return {spec.key: text for spec in specs}
    if kinds == {"daterange", "text"} and len(specs) == 2:
        when, where = split_time(text)
        return {spec.key: when if spec.kind == "daterange" else where for spec in specs}
    squeezed = Squeezed.of(text)
    phrases = sorted(
        ((squeeze(p), spec.key) for spec in specs for p in (*spec.names, *spec.inline)), key=lambda x: -len(x[0])
    )
    pattern = any_of(tuple(phrase for phrase, _ in phrases))
    owner = dict(reversed(phrases))
    hits = list(pattern.finditer(squeezed.text))
    if not hits:
        return {keys[0]: text}
    parts: dict[str, str] = {}
    for i, hit in enumerate(hits):
        stop = squeezed.begin(hits[i + 1].start()) if i + 1 < len(hits) else len(text)
        part = unbracketed(text[squeezed.end(hit.end()) : stop])
        key = owner[hit.group()]
        parts[key] = f"{parts[key]} {part}" if parts.get(key, "").strip() else part
    behind = numbers_behind(text[squeezed.end(hits[-1].end()) :])
    if kinds == {"count"} and behind and not any(re.search(r"\d", fold(part)) for part in list(parts.values())[:-1]):
        return dict(zip(parts, behind, strict=False)) if len(behind) <= len(parts) else dict.fromkeys(parts, text)
    head = text[: squeezed.begin(hits[0].start())]
    if not any(re.search(r"\d", fold(part)) for part in parts.values()) and re.search(r"\d", fold(head)):
        # Numbers before their words («500人公众，20名工作人员»): not certain which belongs where.
        return dict.fromkeys(parts, text)
    if keys[0] not in parts and re.search(r"\d", fold(head)):
        parts[keys[0]] = unbracketed(head)
    return parts


def numbers_behind(part: str) -> list[str]:
    """The numbers typed behind the whole printed sentence («…人，组织工作人员  人。 500人，20人») in their order."""
    match = re.match(r"[\s_]*(?:人次|人|名)?\s*[。.;；\n]\s*(?=\D{0,3}\d)", fold(part))
    return re.findall(r"\d[\d,.]*\s*[万千百]?\s*(?:余|多)?(?:人次|人|名)?", fold(part)[match.end() :]) if match else []


LONGEST_TIME = 500  # characters
WHEN = re.compile(
    r"^.*(?:[月日号时点分午晚天旬底末]|\d[:：]\d{2}|\d{1,4}[./-]\d{1,2})[)）]?(?=[\s,，;；、/。]|$)", re.DOTALL
)


def split_time(text: str) -> tuple[str, str]:
    """The time in front and the place behind it; all of it is time where no place can be told apart."""
    match = WHEN.match(text.strip()[:LONGEST_TIME])
    if not match:
        return text, ""
    return match.group(), text.strip()[match.end() :].strip(" ,，;；、/。\n")


def unbracketed(part: str) -> str:
    """*part* without the punctuation around it and without half a pair of brackets."""
    part = part.strip(" ，,;；。.、:：\n")
    for opening, closing in ("()", "（）"):
        if part.count(opening) != part.count(closing):
            part = part.strip(opening + closing)
    return part.strip(" ，,;；。.、:：\n")


def strip_own_label(definition: FormDefinition, target: str, text: str) -> str:
    """The value without its own label repeated in front («活动地点：科技馆» in the cell beside 活动地点)."""
    prefix, segments = field_index(definition).segments(text)
    if segments and is_blank(prefix) and segments[0].target == target and len(segments) == 1:
        return segments[0].value
    return text
