"""Which kind of value a printed label asks for: known from the packaged forms, else guessed by its words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from msgspec import Struct

from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze
from bot.forms.definitions import PACKAGED, FieldSpec, FormDefinition
from bot.forms.learn.inside import LONGEST_HINT
from bot.forms.learn.model import Found
from bot.forms.learn.printed import COUNTED, NUMBERS, counted_phrases, options_in
from bot.forms.values.tick_marks import Choice

SUBJECT = (
    "activity_name"  # the key of what a form is about, whatever its label: views, lists and references are made by it
)


class Learned(Struct, frozen=True):
    """One field of the new definition. ``known``: a packaged form has it, so its key is theirs. ``doubt``: why the guess is to be looked at;
    ``local``: its numbers are those of the notice's city."""

    key: str
    label: str
    kind: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    wanted: bool = False
    starred: bool = False
    outside: bool = False
    known: bool = False
    start: str = ""
    end: str = ""
    choices: tuple[Choice, ...] = ()
    words: str = ""
    section: str = ""
    hint: str = ""
    doubt: str = ""
    under: str = ""
    across: bool = False
    of: str = ""
    local: bool = False
    given: bool = False
    begun: tuple[str, ...] = ()


MEASURES = "计量单位"
IN_WHAT = re.compile("[百千万亿]?元|平方米|㎡|公顷|亩")
OF_WORDS = re.compile("备注|说明|依据|原因")  # a column of words beside columns of numbers
ORDINAL = re.compile(r"第[一二三四五六七八九十\d]|[一二三四五六七八九十\dA-D]$")


class Guesser:
    """Gives each label a field; keys and names are given once. *subject* is the label of what the form is about."""

    def __init__(self, forms: Iterable[FormDefinition], base: FormDefinition, subject: str) -> None:
        ordered = [base, *(form for form in forms if form is not base and form.layout != "prose")]
        self.known: dict[str, FieldSpec] = {}
        for form in ordered:
            for spec in (*form.column, *form.field) if base.layout == "rows" else (*form.field, *form.column):
                for name in spec.names:
                    self.known.setdefault(squeeze(name), spec)
        self.numbers = {squeeze(name) for name in base.number_labels}
        self.keys: set[str] = set()
        self.reserved: set[str] = {SUBJECT}
        self.names: set[str] = set()
        self.printed: set[str] = set()
        self.subject = squeeze(subject)
        self.anchor = ""

    def next_table(self) -> None:
        """The labels of another table may be spelled as those before."""
        self.names = set()

    def reserve(self, labels: Iterable[str]) -> None:
        """Keep the keys of known labels for them, whatever comes before them on the form; and their words from being a synonym elsewhere."""
        for label in labels:
            spec = self.known.get(squeeze(label))
            self.reserved.update(spec.keys if spec else ())
            self.printed.add(squeeze(label))

    def field(self, found: Found) -> Learned | None:
        """The field of a label; None for a repeated one and for the number column."""
        name = squeeze(found.label)
        if not name or name in self.names or name in self.numbers:
            return None
        self.names.add(name)
        is_subject = name == self.subject and not self.anchor
        if OF_WORDS.search(found.under):
            found = replace(found, hint="", measure="")
        asked = MEASURES if found.measure == MEASURES else words_of(found)
        spec = None if {name, asked} & bare_names() else self.known.get(name)
        choices = options_in(found.printed)
        kind = (
            "text"
            if OF_WORDS.search(found.under) and not choices
            else kind_of(spec, choices, asked, found.printed or found.hint)
        )
        kind = "longtext" if found.is_long and kind in {"text", "unit"} else kind
        if found.of:
            kind = "date" if found.label.endswith("日期") else "person"
        # Numbers with a point are written as they are.
        kind = "text" if kind == "count" and re.search("[万千亿%％]", f"{found.measure}{found.hint}") else kind
        if kind == "count" and re.search("增减|增长|同比|结余|差额|盈.*亏", f"{found.under}{found.label}"):
            kind = "text"  # may be less than nothing
        if spec is not None and not alike(spec.kind, kind):
            spec = None
        wanted = guess(asked)
        own = spec is not None and spec.key not in self.keys and (is_subject or spec.key != SUBJECT)
        if is_subject:
            self.anchor = key = self.new_key(SUBJECT, known=True)
        elif spec is not None:
            key = self.new_key(spec.key, known=own)
        else:
            guessed = wanted.get("outside" if found.outside else "key", wanted.get("key", "field"))
            is_total = found.under and re.fullmatch("[合总小共]计|总数", squeeze(found.words))
            key = self.new_key("total" if is_total else "choice" if choices else guessed)
        synonyms = tuple(
            n for n in (spec.names if own and spec else ()) if squeeze(n) not in {name, *self.names, *self.printed}
        )
        self.names.update(squeeze(n) for n in synonyms)
        dates = ("", "")
        if kind == "daterange":
            dates = self.dates(key, spec.start if own and spec else "", spec.end if own and spec else "")
        label = found.label
        if (
            IN_WHAT.fullmatch(found.measure)
            and kind in {"money", "count", "text"}
            and not (found.words or found.is_within)
        ):
            # «申请经费（万元）»: a sum says nothing without it.
            label, synonyms = f"{label}（{found.measure}）", (label, *synonyms)
        return Learned(
            key, label, kind, synonyms, False, False, found.starred, found.outside, own and spec is not None and key == spec.key,
            *dates, choices, found.words, found.section if found.words or found.is_within else "", hint_of(found, kind), doubt_of(spec, wanted, choices, found),
            found.under, found.across, given=found.is_given, begun=found.begun,
        )  # fmt: skip

    def counted(self, words: str) -> Learned | None:
        """The field for a gap in a sentence."""
        return self.field(Found(words, f"{words}____人"))

    def new_key(self, wanted: str, *, known: bool = False) -> str:
        key, n = wanted, 1
        while key in self.keys or (key in self.reserved and not known):
            n += 1
            key = f"{wanted}_{n}"
        self.keys.add(key)
        return key

    def dates(self, key: str, start: str, end: str) -> tuple[str, str]:
        first = key == "activity_time" and not start
        start, end = ("start_date", "end_date") if first else (start or f"{key}_start", end or f"{key}_end")
        return self.new_key(start, known=True), self.new_key(end, known=True)


def words_of(found: Found) -> str:
    """What says the kind of value: the words above its column where these do, else those beside it."""
    within = re.fullmatch(r".*是否.*（(.+)）" if not found.is_within else r".+?（(.{2,})）", found.label)
    if within:
        return within[1]  # «是否饲养犬只（只）»: beside the answer; «场地情况（室内展厅）»: in a sentence of its place
    words = found.words or found.label
    # «姓名 | 性别 | 电话» down the side of «第一作者 | 第二作者».
    is_whose = guess(found.under).get("kind") == "person" and (guess(words) or ORDINAL.search(found.under))
    is_measure = guess(found.under) or re.search("[%％率比]", found.under)
    return found.under if is_measure and not is_whose else words


def with_measures(columns: Sequence[Found]) -> list[Found]:
    """«单位» beside «数量» or «单价» is in what is counted, not whose it is; with persons in the rows it is theirs."""
    labels = [squeeze(one.label) for one in columns]
    beside = {one for pair in pairwise(labels) for one in pair if "单位" in pair}
    is_things = labels[:1] != ["单位"] and not any(guess(one).get("kind") == "person" for one in labels)
    if not (is_things and any(re.search("数量|单价|规格|型号|^数$", one) for one in beside)):
        return list(columns)
    return [replace(one, measure=MEASURES) if squeeze(one.label) == "单位" else one for one in columns]


def alike(one: str, other: str) -> bool:
    return one == other or {one, other} <= {"text", "longtext", "unit"} or {one, other} <= {"phone", "mobile"}


def hint_of(found: Found, kind: str) -> str:
    """What is printed in the value's place, where the reader could take it for a part of the value."""
    if found.hint:
        return found.hint
    printed = found.printed.strip()
    if re.fullmatch(r"[(（]?1[)）]?[.、．)）][\s_＿]*", printed):
        return printed.rstrip("_＿ ")
    in_what = re.fullmatch(rf"{COUNTED.pattern}([（(][^（）()]*[)）])?", printed)
    if NUMBERS.fullmatch(printed) or (in_what and (kind == "count" or (kind == "text" and not in_what[1]))):
        return printed  # in what it is counted
    is_frame = not re.sub(r"[\W_\d年月日时分午至到自从起止约]", "", printed)
    return "" if kind in {"choice", "count", "date"} or is_blank(printed) or is_frame else printed[:LONGEST_HINT]


def doubt_of(spec: FieldSpec | None, wanted: Mapping[str, Any], choices: tuple[Choice, ...], found: Found) -> str:
    if choices and any(len(choice.label) > 12 for choice in choices):
        return "选项是否分对了"
    if spec is None and not wanted and not choices:
        return "没有把握的种类，暂按文字"
    if found.words and not found.section:
        return "同名的栏目按先后区分"
    return ""


# «联系人及电话»: a name and a number in one place are kept as they were written.
PIECES = frozenset(["人", "人次", "名", "个", "次", "场", "场次", "份", "册", "件", "项", "篇", "家", "支", "位", "天"])
TOLD_ALONE = {"code", "id_card", "email"}
OF_TWO = re.compile(r"[\u4e00-\u9fff]{2}[及和与][\u4e00-\u9fff]")  # «通讯地址及邮编», «报考岗位及代码»
TOGETHER = re.compile(r"(?:人|者|员|姓名|老师|教师).{0,3}[及和与、/].{0,4}(?:电话|手机|联系方式)")


def kind_of(spec: FieldSpec | None, choices: tuple[Choice, ...], label: str, printed: str) -> str:
    if choices:
        return "choice"
    if TOGETHER.search(squeeze(label)):
        return "text"
    guessed = spec.kind if spec is not None else guess(label).get("kind")
    if guessed in TOLD_ALONE and OF_TWO.search(squeeze(label)):
        return "text"
    if spec is not None and spec.kind != "choice":
        return spec.kind
    if counted_phrases(printed):
        return "count"
    frame = re.sub(r"[\W_]|星期", "", squeeze(printed))
    # A signature with its date, an opinion with its date
    if guess(label).get("kind") != "person" and not re.search("意见|结论|人员$|组长$", label):
        if re.fullmatch(r"(?:20\d{0,2})?年月日", frame):
            return "date"
        if re.fullmatch(r"[自从]?(?:20\d{0,2})?年月日[起]?[至到]?(?:20\d{0,2})?(?:年)?月日止?", frame):
            return "daterange"
    counted = [word for word in printed.split() if COUNTED.fullmatch(word)]
    in_pieces = bool(counted) and counted[0] in PIECES and not re.search("[%％率比]", label)
    kind = str(guess(label).get("kind") or "text")
    return "count" if in_pieces and kind in {"text", "unit", "person", "longtext"} else kind


def guess(label: str) -> Mapping[str, Any]:
    name = squeeze(label)
    for entry in guesses():
        if name in entry.get("is", ()):
            return entry
    for entry in guesses():
        if any(name.endswith(squeeze(word)) for word in entry.get("ends", ())):
            return entry
        if any(squeeze(word) in name for word in entry.get("has", ())):
            return entry
    return {}


@lru_cache(maxsize=1)
def bare_names() -> frozenset[str]:
    """Labels that mean another thing on each form, whatever the packaged ones mean by them."""
    return frozenset(name for entry in guesses() for name in entry.get("is", ()))


@lru_cache(maxsize=1)
def guesses() -> tuple[Mapping[str, Any], ...]:
    return tuple(tomllib.loads((PACKAGED / "guesses.toml").read_text(encoding="utf-8"))["guess"])
