"""Labels that a form prints more than once («姓名» of the first author and of the second): which field each of them is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.base.text import is_blank, squeeze
from bot.documents.model import Cell
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.labels.index import Kept
from bot.forms.labels.neighbours import name_of

WIDEST = 40  # columns below one section
Families = Mapping[str, tuple[FieldSpec, ...]]


@Kept
def families_of(definition: FormDefinition) -> Families:
    """The fields that are printed by the same words, under the key that the index gives for these words."""
    by_words: dict[str, list[FieldSpec]] = defaultdict(list)
    for spec in definition.field:
        for name in dict.fromkeys(map(squeeze, spec.names)):
            by_words[name].append(spec)
    return {specs[0].key: tuple(specs) for specs in by_words.values() if len(specs) > 1}


def tell_apart(
    cover: Mapping[int, Sequence[Cell]],
    labels: dict[int, str],
    families: Families,
    is_there: Callable[[str], bool],
    heading: str,
) -> None:
    """Each such label gets the field of its section (a cell to its left or above it, or the heading above; *heading* stands above the table), else the
    first that is still free."""
    if not families:
        return
    members = {spec.key for specs in families.values() for spec in specs}
    used = {key for key in members if is_there(key)}
    heading = name_of(heading)
    around = sections_of(cover, families)
    for number in sorted(cover):
        own = [cell for cell in cover[number] if cell.row == number and not is_blank(cell.text)]
        if len(own) == 1 and id(own[0]) not in labels:
            heading = name_of(own[0].text)
        for cell in own:
            family = families.get(labels.get(id(cell), ""))
            if family is None:
                continue
            spec = of_section(family, used, [*around.get(id(cell), ()), heading])
            labels[id(cell)] = spec.key
            used.add(spec.key)


def sections_of(cover: Mapping[int, Sequence[Cell]], families: Families) -> dict[int, tuple[str, ...]]:
    """The sections that stand left of each cell (by ``id``, the nearest first) and above it («甲方（盖章）»)."""
    sections = {squeeze(spec.section) for specs in families.values() for spec in specs if spec.section}
    last: dict[int, str] = {}
    found: dict[int, tuple[str, ...]] = {}
    for number in sorted(cover) if sections else ():
        at_left: tuple[str, ...] = ()
        for cell in cover[number]:
            name = name_of(cell.text.replace("：", ":").partition(":")[0])
            if cell.row == number and (at_left or cell.col in last):
                found[id(cell)] = (*at_left, last.get(cell.col, ""))
            if name in sections:
                at_left = (name, *at_left)
                last.update(dict.fromkeys(range(cell.col, cell.col + min(cell.colspan, WIDEST)), name))
    return found


def of_section(family: Sequence[FieldSpec], used: set[str], texts: Iterable[str]) -> FieldSpec:
    free = [spec for spec in family if spec.key not in used]
    if not free:
        # The next form.
        used.difference_update(spec.key for spec in family)
        free = list(family)
    for text in texts:
        for spec in free:
            if spec.section and squeeze(spec.section) == squeeze(text):
                return spec
    return free[0]


def next_of(target: str, families: Families, is_there: Callable[[str], bool]) -> str:
    """The field for the words of *target* in running lines: the first of its family that is not there yet."""
    return next((spec.key for spec in families.get(target, ()) if not is_there(spec.key)), target)


@Kept
def beside_options(definition: FormDefinition) -> dict[str, tuple[str, ...]]:
    """The keys of the fields that stand in the place of a list of options or of an opinion, by the label of that."""
    lists = {squeeze(spec.label) for spec in definition.field if spec.kind in {"choice", "longtext"}}
    found = {name: tuple(one.key for one in definition.field if squeeze(one.section) == name) for name in lists}
    return {name: keys for name, keys in found.items() if keys}


@Kept
def days_of(definition: FormDefinition) -> dict[str, str]:
    """The key of the day of each signature, by that of the signature."""
    return {one.of: one.key for one in definition.field if one.of and one.kind == "date"}
