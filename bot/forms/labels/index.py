"""Where the labels of a definition stand in a text, however they are spaced, numbered or bracketed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from msgspec import Struct

from bot.base.text import Squeezed, fold, similarity, squeeze
from bot.forms.definitions import FormDefinition
from bot.forms.values.tick_marks import EMPTIES, TICKS

NUMBERING = r"(?:[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:[.、)]|(?<=\d)(?=[\u4e00-\u9fff]))|[*★●■◆·•※])"
LEADING_NUMBER = re.compile(rf"^{NUMBERING}+")
# of the label that follows; «展教辅导员（2024003）», «三年级（2）» end in none
TRAILING_NUMBER = re.compile(
    r"(?:(?:(?:^|\s+)[(（]|\s*(?<![\d(（]))(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.．)）]|\s*[*★●■◆·•※])\s*$"
)
ANSWER = re.compile(
    r"\(_*(?:[a-h](?:[.、][\u4e00-\u9fff]{1,12})?(?:[、,;/]?[a-h](?:[.、][\u4e00-\u9fff]{1,12})?)*)?_*\)"
)
NOTE = r"\([^()]{0,24}\)"
# Behind a colon only what tells how to fill the place is a note; «负责人：（陈志强）» has its value.
TELLING = r"\((?:_*|[^()]{0,24}[签章填选限字请可注如单][^()]{0,24})\)"
BEHIND, FRAMED = re.compile(rf"[:*]+$|(?<!:){NOTE}[:*]*$|(?<=:){TELLING}[:*]*$"), re.compile(r"^[\[【](.*)[\]】]$")
NUMBERED_HEAD = re.compile(r"\((?:[一二三四五六七八九十]|\d{1,2})\)$")
JOINED = re.compile(r"[/、,+&]|(?<=.{2})[及和与]")
BOXES = frozenset(EMPTIES + TICKS) - set("£¨◆★")
HEADED = re.compile(
    r"(?P<label>[^\n:：*＊★（(]{2,16}?)\s*(?:[*＊★]\s*(?:[（(][^（）()]{1,24}[)）])?|[（(][^（）()]{1,24}[)）]\s*\n?)\s*[:：]?\s*(?P<value>[^\s:：*].{0,200})$",
    re.DOTALL,
)
BEFORE = set(",，;；。、)）】]【[|·•*★●■◆※.-—:：/")
LONGEST_LABEL = 48
MOST_ASKED = 4096  # texts of which an index keeps what they are


class Segment(Struct, frozen=True):
    """A label inside a text and what follows it up to the next label. ``target`` is a field key or a group of keys (``members``)."""

    target: str
    label: str
    value: str
    start: int


@dataclass(frozen=True)
class LabelIndex:
    """The labels of one definition (its fields, or its columns) by their squeezed names."""

    names: Mapping[str, str]
    pattern: re.Pattern[str]
    asked: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]], heads: Iterable[str] = ()) -> LabelIndex:
        """*heads* are words over labels («监护人（一）»): none of the labels, however like one («监护人»)."""
        names: dict[str, str] = {}
        for name, target in pairs:
            names.setdefault(squeeze(name), target)
        ordered = sorted(names, key=lambda name: -len(name))
        names |= {name: "" for head in heads if NUMBERED_HEAD.search(name := squeeze(head)) and name not in names}
        alternatives = "|".join(map(re.escape, ordered)) or r"(?!)"
        return cls(names, re.compile(rf"({alternatives})((?:{NOTE})?)(?:[*★](?=:))?(:|[\]】]:?|-{{2,}}|=|\|)?"))

    def whole(self, text: str) -> str:
        """The target whose label is all that *text* holds; empty where there is none."""
        if len(text) > LONGEST_LABEL:
            return ""
        found = self.asked.get(text)
        if found is None:  # the blank form's own cells come with every mail
            if len(self.asked) >= MOST_ASKED:
                self.asked.clear()
            found = self.asked[text] = self.looked_up(squeeze(text))
        return found

    def looked_up(self, name: str) -> str:
        """The target of a squeezed label, numbers, notes and brackets around it left out; empty where there is none."""
        for _ in range(4):
            if name in self.names:
                return self.names[name]
            shorter = FRAMED.sub(r"\1", BEHIND.sub("", LEADING_NUMBER.sub("", name)))
            if shorter == name:
                break
            name = shorter
        return self.composed(name)

    def composed(self, name: str) -> str:
        """Several labels in one («活动时间、地点», «活动名称/项目名称»): the group of their fields, or the one field."""
        parts = [part for part in JOINED.split(name) if part]
        if not 2 <= len(parts) <= 3 or not all(self.names.get(part) for part in parts):
            return ""
        targets = tuple(dict.fromkeys(self.names[part] for part in parts))
        if any(target.startswith("@") for target in targets):
            return ""
        return targets[0] if len(targets) == 1 else group_target(targets)

    def targets_named(self, text: str) -> set[str]:
        """The targets of all labels in *text*, wherever they stand."""
        return {self.names[match[1]] for match in self.pattern.finditer(squeeze(text))}

    def segments(self, text: str, *, weak: bool = False) -> tuple[str, list[Segment]]:
        """The text before the first label and every labelled piece.

        A label counts where a colon or a box follows, or where it ends in a question mark; with *weak* also at the start of a line where a blank or line break
        follows, or between tabs.
        """
        if not text or len(text) > 200_000:
            return text, []
        squeezed = Squeezed.of(text)
        hits: list[tuple[int, int, str]] = []
        for match in self.pattern.finditer(squeezed.text):
            start, end = squeezed.begin(match.start()), squeezed.end(match.end())
            before = fold(text[start - 1]) if start else "\n"
            if not (before.isspace() or before in BEFORE or before.isdigit() or before in "一二三四五六七八九十"):
                continue
            stamped = weak and "章" in match[2] and not text[text.rfind("\n", 0, start) + 1 : start].strip()
            answered = bool(ANSWER.fullmatch(match[2])) and not match[3]
            if answered:
                end = squeezed.end(match.end(1))  # «您的文化程度是（ B ）»
            elif match[2] and not match[3]:
                answered = ANSWER.match(squeezed.text, match.end()) is not None  # «…是（可多选）（ A、C ）»
            asked = match[1].endswith("?") or answered or text[end:].lstrip()[:1] in BOXES
            if match[3] or stamped or asked or (weak and self.stands_alone(text, start, end)):
                hits.append((start, end, self.names[match[1]]))
        segments = []
        for i, (start, end, target) in enumerate(hits):
            stop = hits[i + 1][0] if i + 1 < len(hits) else len(text)
            value = text[end:stop]
            if i + 1 < len(hits):
                value = TRAILING_NUMBER.sub("", value)
            segments.append(Segment(target, text[start:end], value.strip(" \t\u3000\xa0"), start))
        return (text[: hits[0][0]] if hits else text), segments

    @staticmethod
    def stands_alone(text: str, start: int, end: int) -> bool:
        """A label with blanks on both sides, first in its line or behind a tab or a wide gap."""
        follows = text[end : end + 1]
        if follows and not follows.isspace():
            return False
        head = text[text.rfind("\n", 0, start) + 1 : start]
        return not LEADING_NUMBER.sub("", head.strip()) or bool(re.search(r"\t|[ \u3000]{2,}$|^$", head))

    def headed(self, text: str) -> tuple[str, str, str]:
        """Target, label and value where *text* is a label with its star or its note in brackets, and a value typed behind these in the label's own cell
        («联系人* 窦师傅», «举办地点（如：会议室）⏎食堂»)."""
        match = HEADED.match(text)
        target = self.whole(match["label"]) if match else ""
        return (target, match["label"], match["value"].strip()) if match and target else ("", "", "")

    def beginning(self, text: str) -> tuple[str, str]:
        """Target and rest where *text* begins with a label of four or more characters and nothing between."""
        squeezed = Squeezed.of(text[:400])
        for name in sorted(self.names, key=lambda n: -len(n)):
            if len(name) >= 4 and squeezed.text.startswith(name) and len(squeezed.text) > len(name):
                return self.names[name], text[squeezed.end(len(name)) :]
        return "", ""

    def fuzzy(self, text: str, missing: Iterable[str], threshold: float) -> str:
        """The missing target whose label is nearest to *text* (OCR, slips of the pen); empty where none is near."""
        name = re.sub(rf"[:*]+$|{NOTE}$", "", squeeze(text))
        if not 2 <= len(name) <= 20:
            return ""
        wanted = set(missing)
        best = max(
            ((similarity(name, label), target) for label, target in self.names.items() if target in wanted),
            default=(0.0, ""),
        )
        return best[1] if best[0] >= threshold else ""


KEPT = 32  # definitions
T = TypeVar("T")


class Kept(Generic[T]):
    """What is made of a definition, once for each definition object. By identity: hashing or comparing a whole definition costs more than a look-up."""

    def __init__(self, make: Callable[[FormDefinition], T]) -> None:
        self.make = make
        self.kept: dict[int, tuple[FormDefinition, T]] = {}

    def __call__(self, definition: FormDefinition) -> T:
        found = self.kept.get(id(definition))
        if found is None or found[0] is not definition:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            found = self.kept[id(definition)] = (definition, self.make(definition))
        return found[1]


# Labels of the fields (or columns), of groups of them and of nothing else.
field_index = Kept(
    lambda definition: LabelIndex.of(pairs(definition, columns=False), [spec.section for spec in definition.field])
)
column_index = Kept(lambda definition: LabelIndex.of(pairs(definition, columns=True)))


def pairs(definition: FormDefinition, *, columns: bool) -> list[tuple[str, str]]:
    specs = definition.column if columns else definition.field
    keys = {spec.key for spec in specs}
    found = [(name, spec.key) for spec in specs for name in spec.names]
    for group in definition.group:
        if keys.issuperset(group.keys):
            found += [(name, group_target(group.keys)) for name in group.names]
    return found


def group_target(keys: Iterable[str]) -> str:
    """The target of a label that stands for several fields («@contact_person+phone»)."""
    return "@" + "+".join(keys)


def members(target: str) -> tuple[str, ...]:
    """The fields of a group's target, none for a field's own key."""
    return tuple(target[1:].split("+")) if target.startswith("@") else ()


def fields_of(target: str) -> tuple[str, ...]:
    """The fields of a target: those of its group, or the one whose key it is."""
    return members(target) or (target,)
