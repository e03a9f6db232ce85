"""A form as it was read beside what stands on it, field by field."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from msgspec import Struct, field

from bot.base.text import fold
from bot.forms.model import Form, plain_text
from tests.scans.truth import AUDIENCES, TYPES, Filled

CHOICES = {"activity_types": TYPES, "audiences": AUDIENCES}
_ALIKE = 0.96  # of a long text


class Score(Struct):
    """How many fields came out how; ``options`` of the single boxes; ``notes`` what was not right."""

    fields: Counter[str] = field(default_factory=Counter)
    options: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.fields += other.fields
        self.options += other.options
        self.notes += other.notes

    def share(self, *names: str) -> float:
        return 100 * sum(self.fields[name] for name in names) / max(self.fields.total(), 1)


def score(said: Filled, form: Form | None) -> Score:
    """``right``, ``asked`` (no value, but a question), ``missing`` (nothing said), ``wrong``, ``invented`` (nothing was written)."""
    found = Score()
    expected: dict[str, object] = {**said.values, "start_date": said.start, "end_date": said.end}
    expected |= {"activity_types": said.types, "audiences": said.audiences}
    for key, truth in expected.items():
        value = form.plain(key) if form else None
        asked = form is not None and any(_is_about(p.field, key) for p in form.problems if p.is_error or value is None)
        result = _result(key, truth, value, asked=asked)
        if result == "empty":
            continue
        found.fields[result] += 1
        if result != "right":
            found.notes.append(f"{result}: {key}: {plain_text(truth)!r} read as {plain_text(value)!r}")
        if key in CHOICES:
            _count_options(found, CHOICES[key], truth, value)
    return found


def _is_about(problem: str, key: str) -> bool:
    return problem == key or (key in {"start_date", "end_date"} and problem == "activity_time")


def _result(key: str, truth: object, value: object, *, asked: bool) -> str:
    if not truth:
        return "empty" if value in (None, ()) else "invented"
    if value in (None, ()):
        return "asked" if asked else "missing"
    return "right" if _same(key, truth, value) else "wrong"


def _same(key: str, truth: object, value: object) -> bool:
    if isinstance(truth, tuple):
        return tuple(value) == truth if isinstance(value, tuple) else False
    one, other = plain(plain_text(truth)), plain(plain_text(value))
    if key == "report_date":
        return str(value) == "-".join(f"{int(n):02}" for n in re.findall(r"\d+", str(truth)))
    if key in ("phone", "mobile"):
        return re.sub(r"\D", "", one) == re.sub(r"\D", "", other)
    if key == "content":
        return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
    return one == other


def plain(text: str) -> str:
    return re.sub(r"[\s,，。.“”\"'、—–-]", "", fold(text))


def _count_options(found: Score, names: tuple[str, ...], truth: object, value: object) -> None:
    assert isinstance(truth, tuple)
    for name in names:
        if not isinstance(value, tuple):
            found.options["asked"] += 1
        else:
            found.options["right" if (name in truth) == (name in value) else "wrong"] += 1
