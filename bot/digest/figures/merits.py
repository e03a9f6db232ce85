"""评优参考: the facts that speak for units and activities when the office recommends those that did well. Facts only, never a verdict. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import fields

from bot.digest.figures.materials import KEPT, each_once
from bot.digest.model import Activity, Figures, Material
from bot.forms.model import Kind


class Merits(Struct, frozen=True):
    """What came of one unit, or of one activity of it. ``on_time`` and ``late`` count forms, ``people`` are those expected; ``reports``, ``pictures``, ``links`` (to the
    news) and ``videos`` are those of the work summaries; ``corrections`` versions that had to be corrected, ``open`` forms that still must be."""

    unit: str
    name: str = ""
    ref: str = ""
    county: str = ""
    activities: int = 1
    on_time: int = 0
    late: int = 0
    in_summary: int = 0
    people: int = 0
    reports: int = 0
    pictures: int = 0
    links: int = 0
    videos: int = 0
    corrections: int = 0
    open: int = 0


SUMS = [one.name for one in fields(Merits) if one.type is int]
# As headings, in the order of the columns.
LABELS = {
    "activities": "活动",
    "on_time": "按时",
    "late": "逾期",
    "in_summary": "列入汇总表",
    "people": "预计公众参与人数",
    "reports": "活动总结",
    "pictures": "图片",
    "links": "新闻链接",
    "videos": "视频",
    "corrections": "补正次数",
    "open": "仍待补正",
}


def of_activities(found: Figures) -> list[Merits]:
    """One for each activity, in the digest's order."""
    kept = {(one.activity.ref, one.activity.name): one for one in found.materials}
    opened = {form.ref for form in found.open_forms}
    return [merits_of(one, kept.get((one.ref, one.name)), found.corrections, opened) for one in found.activities]


def merits_of(one: Activity, material: Material | None, corrections: Mapping[str, int], opened: set[str]) -> Merits:
    has_form = one.has_registration
    return Merits(
        unit=one.unit,
        name=one.name,
        ref=one.ref,
        county=one.county,
        on_time=int(not one.is_late),
        late=int(one.is_late),
        in_summary=int(one.in_summary),
        people=one.public or 0,
        reports=len([ref for ref in material.report.split("、") if ref]) if material else 0,
        pictures=material.pictures if material else 0,
        links=material.links if material else 0,
        videos=material.videos if material else 0,
        corrections=corrections.get(one.ref, 0) if has_form else 0,
        open=int(has_form and one.ref in opened),
    )


def of_units(found: Figures) -> list[Merits]:
    """One for each unit that reported anything, in the roster's order, the others behind."""
    each: dict[str, list[Merits]] = defaultdict(list)
    for one in of_activities(found):
        each[one.unit].append(one)
    own = materials_of(found)
    places = found.places
    names = sorted({*each, *own}, key=lambda name: (places.get(name, len(places)), name))
    return [added(name, each.get(name, []), own.get(name, {})) for name in names]


def added(unit: str, ones: list[Merits], own: Mapping[str, int]) -> Merits:
    """A summary that tells of several activities is counted once for its unit."""
    sums = {name: sum(getattr(one, name) for one in ones) for name in SUMS}
    return Merits(unit, county=next((one.county for one in ones), ""), **{**sums, **own})


def materials_of(found: Figures) -> dict[str, dict[str, int]]:
    """Unit -> what its work summaries hold, each thing once."""
    kept: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for form in found.forms:
        if form.kind is Kind.REPORT:
            kept[form.unit]["reports"].add(form.ref)
            for key in KEPT:
                kept[form.unit][key] |= each_once(form.content, key)
    return {unit: {key: len(values) for key, values in told.items()} for unit, told in kept.items()}
