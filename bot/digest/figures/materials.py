"""Which activities still lack their work summary, pictures or news links."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from bot.base.text import name_key
from bot.digest.model import Activity, Material

KEPT = ("pictures", "links", "videos")  # what a work summary holds beside its words


def materials(activities: Sequence[Activity], reports: Sequence[Mapping[str, Any]]) -> tuple[Material, ...]:
    """One entry for each activity, in their order. *reports* are stored work summaries (ref, unit, name_key, content).

    A summary belongs to the activity of its unit that it names. One that names none tells of everything that its unit did.
    """
    by_unit: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for report in reports:
        by_unit[report["unit"]].append(report)
    return tuple(
        material(activity, reports_on(activity, theirs))
        if (theirs := by_unit.get(activity.unit))
        else Material(activity)
        for activity in activities
    )


def reports_on(activity: Activity, reports: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    key = name_key(activity.name)
    named = [report for report in reports if is_about(report["name_key"], key)]
    return named or [report for report in reports if not report["name_key"]]


def is_about(report_key: str, activity_key: str) -> bool:
    """The same name, or the activity's whole name within the summary's longer title."""
    return bool(report_key) and (report_key == activity_key or (len(activity_key) >= 4 and activity_key in report_key))


def material(activity: Activity, reports: Sequence[Mapping[str, Any]]) -> Material:
    contents = [json.loads(report["content"]) for report in reports]
    refs = "、".join(report["ref"] for report in reports)
    return Material(activity, refs, *(len({one for kept in contents for one in each_once(kept, key)}) for key in KEPT))


def each_once(content: Mapping[str, Any], key: str) -> set[str]:
    """What a work summary holds of *key* (one of ``KEPT``)."""
    return {str(one.get("sha256", one)) if isinstance(one, dict) else str(one) for one in content.get(key) or ()}
