"""A version that waited, on top of what was changed meanwhile: what either changed in the version that both began with is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from bot.base.problems import Problem
from bot.base.replacing import replace
from bot.decision.facts import BASE, IN_WORDS, SET_BY, KnownSubmission
from bot.decision.versions.content import (
    ROWS,
    changed_keys,
    differing,
    hash_of,
    row_sources_of,
    sources_of,
    stored_form,
)
from bot.forms.definitions import Definitions, FieldSpec
from bot.statements.values.context import row_of

MATERIAL = ("links", "pictures", "videos")  # of a work summary
OF_ONE_VERSION = {BASE, SET_BY}  # what a content says of its own version alone


class Merged(Struct, frozen=True):
    """``version`` as it takes effect; ``kept`` the fields (and ``ROWS``) that were changed meanwhile to something else, and stay so."""

    version: KnownSubmission
    kept: tuple[str, ...] = ()


class Three(Struct, frozen=True):
    """The same fields three times: as they stood, as they stand, and as the version that waited has them."""

    base: Mapping[str, Any]
    current: Mapping[str, Any]
    told: Mapping[str, Any]
    specs: Sequence[FieldSpec]

    def taken(self, *, wins: bool) -> tuple[set[str], set[str]]:
        """The keys that are taken from the version that waited, and those that both changed. A time is one value, however many keys it fills.
        *wins*: what both changed is taken, too."""
        mine, since = differing(self.told, self.base), differing(self.current, self.base)
        taken: set[str] = set()
        both: set[str] = set()
        for keys in groups({*mine, *since}, self.specs):
            if not mine & keys:
                continue
            if wins or not since & keys or not differing(self.told, self.current) & keys:
                taken |= keys & set(self.told)
            else:
                both.add(next(key for key in self.order(keys)))
        return taken, both

    def order(self, keys: set[str]) -> list[str]:
        """The key of the field itself first."""
        own = [spec.key for spec in self.specs if spec.key in keys]
        return [*own, *sorted(keys - set(own))]


def groups(keys: Iterable[str], specs: Sequence[FieldSpec]) -> list[set[str]]:
    """*keys* by the field that they belong to, each with all the keys of its field."""
    found = {frozenset(next((spec.keys for spec in specs if key in spec.keys), (key,))) for key in keys}
    return [set(one) for one in sorted(found, key=sorted)]


def merge(
    version: KnownSubmission,
    base: KnownSubmission | None,
    current: KnownSubmission | None,
    definitions: Definitions,
    *,
    wins: bool = False,
) -> Merged:
    """*version*, made of *base*, on top of *current*: only what it changed is put in, and of that (unless it *wins*) only what nobody has changed
    since. Where *base* still stands, or is not known, the version itself."""
    if base is None or current is None or base.id == current.id:
        return Merged(version)
    definition = definitions.form(str(version.content.get("definition", ""))) or definitions.of_kind(version.kind)
    told, stands = version.content, current.content
    fields = Three(
        base.content.get("fields", {}),
        stands.get("fields", {}),
        told.get("fields", {}),
        definition.field if definition else (),
    )
    taken, both = fields.taken(wins=wins)
    places = {(-1, key) for key in taken}
    content: dict[str, Any] = {
        **{key: value for key, value in stands.items() if key not in OF_ONE_VERSION},
        "fields": {**fields.current, **{key: fields.told[key] for key in taken}},
        **sources_of(version, current, taken),
        IN_WORDS: True,
    }
    if ROWS in changed_keys(told, base.content):
        rows, cells, is_other = merged_rows(version, base, current, definition.column if definition else (), wins=wins)
        content[ROWS] = rows
        content |= row_sources_of(version, current, cells, len(rows))
        places |= cells
        both |= {ROWS} if is_other else set()
    for key in MATERIAL:
        if told.get(key, []) != base.content.get(key, []):
            content[key] = [*stands.get(key, []), *(one for one in told.get(key, []) if one not in stands.get(key, []))]
    newer = version if definition and definition.anchor in taken else current
    result = replace(
        current,
        from_addr=version.from_addr,
        title=newer.title,
        match_key=newer.match_key,
        name_key=newer.name_key,
        unit=version.unit if version.unit != base.unit else current.unit,
        content=content,
        content_hash=hash_of(content),
        problems=merged_problems(version, current, places, definitions),
    )
    order = [spec.key for spec in definition.field] if definition else []
    return Merged(result, tuple(sorted(both, key=lambda key: order.index(key) if key in order else len(order))))


def merged_rows(
    version: KnownSubmission,
    base: KnownSubmission,
    current: KnownSubmission,
    specs: Sequence[FieldSpec],
    *,
    wins: bool,
) -> tuple[list[dict[str, Any]], set[tuple[int, str]], bool]:
    """A table's rows, the cells taken from *version*, and whether it wanted others that were changed meanwhile. Tables of different length are
    taken as a whole."""
    told, old, stands = (list(one.content.get(ROWS, [])) for one in (version, base, current))
    every = {(i, key) for i, row in enumerate(told) for key in row}
    if stands in (old, told):
        return told, every, False
    if not len(told) == len(old) == len(stands):
        return (told, every, False) if wins else (stands, set(), True)
    rows: list[dict[str, Any]] = []
    cells: set[tuple[int, str]] = set()
    is_other = False
    for i, (before, now, new) in enumerate(zip(old, stands, told, strict=True)):
        taken, both = Three(before, now, new, specs).taken(wins=wins)
        rows.append({**now, **{key: new[key] for key in taken}})
        cells |= {(i, key) for key in taken}
        is_other = is_other or bool(both)
    return rows, cells, is_other


def merged_problems(
    version: KnownSubmission, current: KnownSubmission, places: set[tuple[int, str]], definitions: Definitions
) -> tuple[Problem, ...]:
    """The problems of what stands, but for the *places* (row or -1, key) that were taken from *version*."""
    ours, theirs = stored_form(current, definitions), stored_form(version, definitions)
    found = [one for one in current.problems if (row_of(one, ours), one.field) not in places]
    found += [one for one in version.problems if (row_of(one, theirs), one.field) in places]
    return tuple(dict.fromkeys(found))
