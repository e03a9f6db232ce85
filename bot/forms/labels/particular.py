"""Whether a form is the definition's own, or another office's that shares labels with it (联系人, 联系电话, 单位, 时间 stand on every form)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.base.text import squeeze
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.labels.index import fields_of, members
from bot.forms.labels.neighbours import name_of

# What a form asks of its own subject; names of units, people and numbers are asked on all.
OWN_KINDS = {"text", "longtext", "choice", "count", "daterange"}
LEAST_OWN = 3  # fields
SHARED_LABEL = 0.5  # what a synonym that many forms have («项目名称», «起止时间») tells, beside the label itself
LONGEST_TITLE = 40  # characters
FURTHER_WORDS = 3  # characters in a heading beside the campaign's own («科普日讲座», but not «科普日志愿服务»)
HEADING = re.compile(r"[表书单卷册]$")
OF_WHOM = re.compile(
    r"^.*(?:[省市县区州镇乡村局馆]|街道|[小中大]学|学院|学校|科协|[协学]会|中心|医院|公司|幼儿园|办公室)"
)
COMMON_WORDS = re.compile(
    "全国|重[点大]|主场|系列|主题|特色|专项|活动|项目|工作|情况|基本|信息|申报|申请|登记|报名|推荐|备案|统计|汇总|[报上]送|上报|填报|预报|一览|明细|单位|样|的|[表书单卷册]"
)
# Shares of the definition's own fields: without a title, under its title, under the title of another kind of paper.
UNTITLED, TITLED, OTHER_TITLE = 0.3, 0.12, 0.6
UNTITLED_ROWS, OTHER_TITLE_ROWS = 0.45, 0.8


def is_own(
    labels: Mapping[str, str], definition: FormDefinition, title: str, heads: Iterable[str], *, n_strange: int = 0
) -> bool:
    """Whether enough of what is particular to *definition* stands there.

    *labels* are the labels found by target («» where how it was written is not known); *title* the form's own heading, *heads* the short
    lines above it; *n_strange* counts labels that the definition does not have.
    """
    specs = definition.column if definition.layout == "rows" else definition.field
    inner = [spec for spec in specs if not spec.outside]
    own = [spec for spec in inner if spec.kind in OWN_KINDS]
    if len(own) < LEAST_OWN:
        # A list of people asks for little else than what every form asks for: all of that must be there.
        own = inner
    if not own or (definition.title and squeeze(definition.title) in squeeze(title)):
        return True
    told = share(labels, own, definition) / len(own)
    lines = [*heads]
    is_other = any(is_other_title(line, definition) for line in lines)
    if definition.layout == "rows":
        if is_other:
            return told >= OTHER_TITLE_ROWS
    elif is_other or names_another(heading_of([title, *lines]), definition):
        return told >= OTHER_TITLE and asks_to_choose(labels, definition)
    targets = {key for target in labels for key in fields_of(target)}
    if definition.layout == "fields" and not title and definition.anchor not in targets:
        return told >= OTHER_TITLE
    if n_strange >= 4 and n_strange > len(labels):
        return told >= OTHER_TITLE
    if definition.layout == "rows":
        return told >= UNTITLED_ROWS
    return told >= (TITLED if is_about_it(title, definition) else UNTITLED)


def share(labels: Mapping[str, str], own: list[FieldSpec], definition: FormDefinition) -> float:
    """How much of the definition's own fields is there; a label that other forms have as well counts half."""
    found = 0.0
    for spec in own:
        written = [label for target, label in labels.items() if target == spec.key or spec.key in members(target)]
        if written:
            found += max(weight(label, spec, definition) for label in written)
    return found


def weight(label: str, spec: FieldSpec, definition: FormDefinition) -> float:
    name = name_of(label)
    printed = {squeeze(spec.label), *(squeeze(group.label) for group in definition.group if spec.key in group.keys)}
    return 1.0 if not name or name in printed or subject(definition) in name else SHARED_LABEL


def asks_to_choose(labels: Mapping[str, str], definition: FormDefinition) -> bool:
    """Whether one of its lists of choices is there, under its own label: names, days, places and numbers of people stand on many forms."""
    choices = [spec for spec in definition.field if spec.kind == "choice"]
    return not choices or any(
        labels.get(spec.key) and weight(labels[spec.key], spec, definition) == 1.0 for spec in choices
    )


def heading_of(heads: Iterable[str]) -> str:
    """The line that says what kind of form it is; empty where none does."""
    for line in heads:
        name = re.sub(r"[(\[【][^()\]】]{0,20}[)\]】]$", "", squeeze(line)).strip('《》“”"')
        if 3 < len(name) <= LONGEST_TITLE and HEADING.search(name) and ":" not in name:
            return name
    return ""


def names_another(heading: str, definition: FormDefinition) -> bool:
    """Whether the words of *heading* that tell forms apart are none of the definition's title («志愿服务…登记表», «科技活动周…»)."""
    own, theirs = telling_words(definition.title), telling_words(heading)
    if not own or not theirs or theirs in own:
        return False
    pairs = {own[i : i + 2] for i in range(len(own) - 1)}
    shared = next((theirs[i : i + 2] for i in range(len(theirs) - 1) if theirs[i : i + 2] in pairs), "")
    return not shared or len(theirs.replace(own, "").replace(shared, "")) > FURTHER_WORDS


def telling_words(title: str) -> str:
    """A title without year, place, unit and what all forms are called: «科普日» of «2023年泉州市全国科普日重点活动项目申报表»."""
    name = re.sub(r"20\d\d年?度?|[\W_]|^附件?\d*", "", squeeze(title))
    return COMMON_WORDS.sub("", OF_WHOM.sub("", name))


def subject(definition: FormDefinition) -> str:
    """The word by which the form calls its subject: the beginning of its anchor's label («活动»名称)."""
    spec = definition.spec(definition.anchor)
    return squeeze(spec.label)[:2] if spec else "\0"


def is_about_it(title: str, definition: FormDefinition) -> bool:
    """A title that shares the subject with the definition's own («2022年…科普日活动登记表»)."""
    return bool(title) and subject(definition) in squeeze(title)


def is_other_title(line: str, definition: FormDefinition) -> bool:
    name = squeeze(line).strip('《》“”"')
    name = name[: name.rfind("(")] if name.endswith(")") else name
    return 3 < len(name) <= LONGEST_TITLE and any(name.endswith(squeeze(word)) for word in definition.other_titles)
