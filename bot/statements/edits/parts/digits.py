"""Edits of some digits of a number: the last one, the fourth from the end, one too many, two the wrong way round. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bot.base import expressions as re
from bot.forms.values.numerals import counted_value
from bot.forms.values.phones import is_mobile
from bot.statements.edits.named import keys_named, stands
from bot.statements.edits.parts.sides import DENIED, WROTE, wrong_of
from bot.statements.values.context import Addressed, Context, Edit

SLIP = re.compile(
    r"转|分机|错|应|改|变[成为]|更正|正确|[写打填输印敲按抄登录报]成|误|换|反|对调|颠倒|互换|调换|漏|少|缺|掉|多|不是|补|重复|才对|→|[-=]+>|区号"
)
N = r"(?:\d{1,2}|[一二三四五六七八九十两]{1,2})"
PLACE = re.compile(
    rf"倒数第?(?P<back>{N})(?:位|个)|第(?P<nth>{N})(?:位|个数)|(?P<last>[最]?(?:后|末)(?:尾)?(?:一[位个]|位)|末位|尾数|末尾那?[一个]?位?|尾号(?!(?:[由从是为]|原[来先]?)*\d\d))(?!\d*[两二三四五六2-6]位)"
)
STRETCH = re.compile(
    r"(?P<where>最?[后末]|尾号?|末尾|倒数|最?前|开头|中间)(?:面)?的?(?P<size>[两二三四五六七八2-8])(?:位|个数字?)"
)
DIGITS = re.compile(r"(?<![\dA-Za-z@.])\d(?:[\d\- ]*\d)?(?![\dA-Za-z@])(?!位|个|月|日|号(?!码)|点|人)")
SWAPPED = re.compile(r"反|对调|颠倒|互换|调换|换(?:一下|个)?位置?|倒(?:过来|了)")
LACKS = re.compile(
    r"(?:漏|少|缺|掉|补)(?:上|了|掉|打|写|填|输|敲|录|印|抄|按|个|一|位|数字?|“|最后|末尾?|尾巴上?|的|前面|开头)*(?P<digit>\d{1,4})(?!\d|位|个|人|月|号)"
)
EXCESS = re.compile(
    r"多(?:了|打|写|填|输|敲|录|印|抄|按|出|来|一?个|一?位|数字?|“)*(?P<digit>\d{1,3})(?!\d|位|个|人|月|号)"
)
AFTER = re.compile(r"(?P<anchor>\d{1,6})(?P<side>后面?|前面?|之[前后])(?:面|边|那?里)?[^，,。；;\d]{0,4}$")
AREA = re.compile(
    r"(?:漏|少|缺|没|加|补)[^，,。；;\d]{0,8}区号[^\d。；;]{0,8}(?P<before>0\d{2,3})(?!\d)|区号[^。；;\d]{0,6}(?P<behind>0\d{2,3})(?!\d)[^，,。；;]{0,6}(?:漏|少|缺|没|加|补)"
)
AT_END = re.compile(r"末尾?|最后|结尾|尾巴|后面|尾上")
AT_FRONT = re.compile(r"最?前面|开头|最前")


OF_NUMBER = re.compile(r"号码|直线|专线|尾号|[末后最]尾?(?:那|的)?[一两二三四五六2-6]位")
LONGEST_PART = 6  # digits; a longer group is a number of its own


class Number(Struct, frozen=True):
    """A number as it stands in the form: its characters, and which of them are digits; the area code is no place of its own."""

    text: str
    local: int  # the first digit behind the area code

    @property
    def places(self) -> list[int]:
        return [i for i, one in enumerate(self.text) if one.isdigit()]

    @property
    def digits(self) -> str:
        return "".join(one for one in self.text if one.isdigit())

    def with_digits(self, first: int, new: str) -> str:
        """The text with the digits from the *first* on replaced one by one."""
        chars = list(self.text)
        for place, digit in zip(self.places[first : first + len(new)], new, strict=True):
            chars[place] = digit
        return "".join(chars)

    def without_digit(self, at: int, size: int = 1) -> str:
        gone = set(self.places[at : at + size])
        return "".join(one for i, one in enumerate(self.text) if i not in gone)

    def with_more(self, at: int, new: str) -> str:
        places = self.places
        where = places[at] if at < len(places) else places[-1] + 1
        return self.text[:where] + new + self.text[where:]


def number_of(text: str) -> Number:
    area = re.match(r"\(?0\d{2,3}\)?[-\s]", text)
    return Number(text, sum(one.isdigit() for one in area.group()) if area else 0)


def edits_in(text: str, context: Context) -> list[Edit]:
    if not SLIP.search(text):
        return []
    keys = keys_named(text, context, {"phone", "mobile"})
    asked = {problem.field for problem, row in context.messages.values() if problem.is_error and row < 0}
    numbers = [spec.key for spec in context.definition.field if spec.kind in {"phone", "mobile"}]
    open_ones = [key for key in numbers if key in asked]
    if not keys and not OF_NUMBER.search(text):
        keys = open_ones if len(open_ones) == 1 and PLACE.search(text) else []
        if not keys:
            return []
    found: list[Edit] = []
    for key in keys or numbers:
        stood = stands(key, context).strip()
        if len(re.findall(r"\d", stood)) < 6 or re.search(r"[、/,;，；]|转", stood):
            continue
        number = number_of(stood)
        plain = without_whole(text, number)
        if any(len(re.sub(r"\D", "", match.group())) > LONGEST_PART for match in DIGITS.finditer(plain)):
            continue  # the whole of another is said
        told = changed(plain, number)
        if told is None or told.text == stood:
            continue
        piece = Addressed(key, told.text, -1, text, old="?")
        found.append(Edit(piece, told.begin, told.end, told.begin, told.sure and fits(told.text, key, context)))
    # «电话» may be either of the two: whichever the correction fits.
    fitting = [one for one in found if one.sure] or found
    return fitting if len(fitting) == 1 else []


def without_whole(text: str, number: Number) -> str:
    """*text*, as long as it was, without the whole number as it stands."""
    return DIGITS.sub(
        lambda match: "＿" * len(match.group()) if re.sub(r"\D", "", match.group()) == number.digits else match.group(),
        text,
    )


class Told(Struct, frozen=True):
    text: str
    begin: int
    end: int
    sure: bool = True


def fits(number: str, key: str, context: Context) -> bool:
    digits = re.sub(r"\D", "", number)
    spec = context.definition.spec(key)
    if spec and spec.kind == "mobile":
        return is_mobile(digits)
    return is_mobile(digits) or bool(
        re.fullmatch(r"(?:0\d{2,3})?[2-9]\d{6,7}(?:\d{2,5})?", digits)
        if "转" in number
        else re.fullmatch(r"(?:0\d{2,3})?[2-9]\d{6,7}", digits)
    )


def changed(text: str, number: Number) -> Told | None:
    for read in (extended, area, lacking, exceeding, at_place, of_stretch, exchanged, misread):
        if (told := read(text, number)) is not None:
            return told
    return None


EXTENSION = re.compile(
    r"(?:加|添|补|写|带|接|漏|少)(?:上|了|个)*(?:分机)?(?:号码?)?[“:：]?(?P<sign>转|分机|[-—]{1,2}|转分机)[:：]?(?P<digits>\d{2,5})(?!\d)"
)


def extended(text: str, number: Number) -> Told | None:
    """«后面添上“转8012”»."""
    match = EXTENSION.search(text)
    if match is None or is_mobile(number.digits):
        return None
    return Told(f"{number.text}转{match['digits']}", match.start(), match.end())


def area(text: str, number: Number) -> Told | None:
    """«座机前面把区号0595加上»."""
    match = AREA.search(text)
    if match is None or number.local or number.text.startswith("0") or is_mobile(number.digits):
        return None
    return Told(f"{match['before'] or match['behind']}-{number.text}", match.start(), match.end())


def digits_said(text: str, size: int) -> list[tuple[int, str]]:
    """The groups of *size* digits in *text*, at their place."""
    found = [(match.start(), re.sub(r"\D", "", match.group())) for match in DIGITS.finditer(text)]
    return [one for one in found if len(one[1]) == size]


def at_place(text: str, number: Number) -> Told | None:
    """«倒数第三位的6写错了是8», «最后一位应为3»: of the digits named the one that does not stand there."""
    places = [match for match in PLACE.finditer(text) if not re.search(r"后面?$", text[match.end() : match.end() + 2])]
    if len({one["last"] is not None or one.group() for one in places}) != 1 or SWAPPED.search(text[places[0].end() :]):
        return None
    match = places[-1]  # «尾数打错了，最后一位应该是8»
    if re.match(r"[\d之]", text[match.end() :]) and not re.match(r"\d(?!\d)", text[match.end() :]):
        return None
    masked = text[: match.start()] + "＿" * len(match.group()) + text[match.end() :]
    said = digits_said(masked, 1)
    fitting: set[str] = set()
    for index in indices_of(match, number):
        if (new := new_of(masked, said, number.digits[index])) is not None:
            fitting.add(number.with_digits(index, new))
    last = max((at for at, _ in digits_said(masked, 1)), default=match.end())
    return Told(fitting.pop(), match.start(), max(last + 1, match.end())) if len(fitting) == 1 else None


def indices_of(match: re.Match[str], number: Number) -> list[int]:
    size = len(number.digits)
    if match["last"]:
        return [size - 1]
    if match["back"]:
        back = counted_value(match["back"]) or 0
        return [size - back] if 0 < back <= size else []
    nth = counted_value(match["nth"]) or 0
    return list(dict.fromkeys(one for one in (number.local + nth - 1, nth - 1) if 0 <= one < size))


def of_stretch(text: str, number: Number) -> Told | None:
    """«后四位应为4127», «中间四位是3063不是3036», «最后两位写反了»."""
    match = STRETCH.search(text)
    size = counted_value(match["size"]) if match else None
    if match is None or not size or size > len(number.digits):
        return None
    where = match["where"]
    if re.match(r"最?前|开头", where):
        first = 0
    elif where == "中间":
        first = 3 if size == 4 and is_mobile(number.digits) else -1
    else:
        first = len(number.digits) - size
    if first < 0:
        return None
    old = number.digits[first : first + size]
    rest = text[match.end() :]
    if size == 2 and SWAPPED.search(text[match.end() :]):
        return Told(number.with_digits(first, old[::-1]), match.start(), len(text))
    said = digits_said(rest, size)
    new = new_of(rest, said, old)
    if new is None:
        return None
    end = match.end() + max(at for at, _ in said) + size
    return Told(number.with_digits(first, new), match.start(), end)


def new_of(text: str, said: Sequence[tuple[int, str]], old: str) -> str | None:
    """Of the digits *said* those that are to stand in the place of *old*; none where others are said to be wrong."""
    values = list(dict.fromkeys(one for _, one in said))
    new = [one for one in values if one != old]
    if len(new) != 1 or len(values) > 2:
        return None
    if len(values) == 1:
        return None if DENIED.search(text[: said[0][0]]) or WROTE.search(text[: said[0][0]]) else new[0]
    first, second = said[0], next(one for one in said if one[1] != said[0][1])
    wrong = wrong_of(text, (first[0], first[0] + len(first[1])), (second[0], second[0] + len(second[1])))
    return new[0] if wrong is None or (first, second)[wrong][1] == old else None


def lacking(text: str, number: Number) -> Told | None:
    """«末尾漏个5», «8后面少打了个2»."""
    match = LACKS.search(text)
    if match is None:
        return None
    digit, before = match["digit"], text[: match.start()]
    if anchor := AFTER.search(before):
        if number.digits.count(anchor["anchor"]) != 1:
            return None
        at = number.digits.index(anchor["anchor"])
        at += 0 if "前" in anchor["side"] else len(anchor["anchor"])
        return Told(number.with_more(at, digit), anchor.start(), match.end())
    clause = re.split(r"[，,。；;]", before)[-1] + match.group()
    behind = re.match(r"[^，,。；;]*", text[match.end() :])
    around = clause + (behind.group() if behind else "")
    if AT_END.search(around):
        return Told(number.with_more(len(number.digits), digit), match.start(), match.end())
    if AT_FRONT.search(around):
        return Told(digit + number.text, match.start(), match.end())
    return None


def exceeding(text: str, number: Number) -> Told | None:
    """«多打了一个8»: wherever it is taken out, the same number must be left, or only one that can be one."""
    match = EXCESS.search(text)
    if match is None:
        return None
    digit, size = match["digit"], len(match["digit"])
    places = [i for i in range(len(number.digits)) if number.digits.startswith(digit, i)]
    clause = re.split(r"[，,。；;]", text[: match.start()])[-1]
    if AT_END.search(clause):
        places = [i for i in places if i + size == len(number.digits)]
    made = {number.without_digit(i, size) for i in places}
    return Told(made.pop(), match.start(), match.end()) if len(made) == 1 else None


def exchanged(text: str, number: Number) -> Told | None:
    """«6和5写反了», «36写反了»."""
    if not SWAPPED.search(text):
        return None
    pairs = re.findall(r"(\d)\s*(?:和|跟|与|、)\s*(\d)(?!\d)", text) or [tuple(one) for _, one in digits_said(text, 2)]
    if len(pairs) != 1:
        return None
    first, second = pairs[0]
    fitting = [one for one in {first + second, second + first} if number.digits.count(one) == 1]
    if len(fitting) != 1 or first == second:
        return None
    at = number.digits.index(fitting[0])
    begin = text.index(first)
    return Told(number.with_digits(at, fitting[0][::-1]), begin, len(text))


def misread(text: str, number: Number) -> Told | None:
    """«138打成了183», «区号是0595不是0591»: the wrong one of two stretches of digits stands in the number."""
    said = [
        (match.start(), match.end(), re.sub(r"\D", "", match.group()))
        for match in DIGITS.finditer(text)
        if len(re.sub(r"\D", "", match.group())) <= LONGEST_PART
    ]
    if len({one[2] for one in said}) != 2 or PLACE.search(text):
        return None
    pair = said[0], next(one for one in said if one[2] != said[0][2])
    wrong = wrong_of(text, pair[0][:2], pair[1][:2])
    if wrong is None or len(pair[0][2]) != len(pair[1][2]):
        return None
    old, new = pair[wrong][2], pair[1 - wrong][2]
    if number.digits.count(old) != 1 and not number.digits.startswith(old):
        return None
    return Told(number.with_digits(number.digits.index(old), new), pair[0][0], pair[1][1])
