"""Whether a form is the definition's own, or another office's that shares labels with it (联系人, 联系电话, 单位, 时间 stand on every form)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.base.text import squeeze
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.labels.index import members
from bot.forms.labels.neighbours import name_of

# What a form asks of its own subject; names of units, people and numbers are asked on all.
OWN_KINDS = {"text", "longtext", "choice", "count", "daterange"}
SHARED_LABEL = 0.5  # what a synonym that many forms have («项目名称», «起止时间») tells, beside the label itself
LONGEST_TITLE = 40  # characters
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
    own = [spec for spec in specs if spec.kind in OWN_KINDS and not spec.outside]
    if not own or (definition.title and squeeze(definition.title) in squeeze(title)):
        return True
    told = share(labels, own, definition) / len(own)
    if any(is_other_title(head, definition) for head in heads):
        return told >= (OTHER_TITLE_ROWS if definition.layout == "rows" else OTHER_TITLE)
    targets = {key for target in labels for key in (members(target) or (target,))}
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
