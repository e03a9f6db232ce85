"""Forms filled in many ways by a generator: every value right or asked for, none invented."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from random import Random

import pytest

from bot.base.campaign import Campaign
from bot.base.text import fold
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Kind
from bot.forms.read import read_forms
from tests.forms.build import document
from tests.forms.files import through_docx, through_xlsx
from tests.forms.filled import LAYOUTS, Filled, case, registration

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))


def digits(value):
    found = re.sub(r"\D", "", fold(value or ""))
    return found[2:] if found.startswith("861") and len(found) == 13 else found


def plain(value):
    return re.sub(r"\s", "", fold(value or ""))


def agrees(key, got, want):
    if key in {"phone", "mobile"}:
        return digits(got) == digits(want)
    if key in {"contact_person", "activity_name", "venue", "activity_time"}:
        return plain(got) == plain(want)
    return (got or "").lower() == (want or "").lower() if key == "email" else got == want


def wrong(form: Form, filled: Filled) -> list[str]:
    """Every field whose value is neither right nor empty with a problem."""
    found = []
    for key, want in filled.expected.items():
        got = form.plain(key)
        asked = {"start_date": "activity_time", "end_date": "activity_time"}.get(key, key)
        if not agrees(key, got, want) and not (got is None and any(p.field == asked for p in form.problems)):
            found.append(f"{key}: {got!r}, written {want!r}")
    return found


@pytest.mark.parametrize("layout", dict.fromkeys(LAYOUTS), ids=lambda layout: layout.__name__)
def test_every_layout(layout):
    for seed in range(25):
        blocks, filled, _ = registration(Random(f"{layout.__name__}{seed}"), layout)
        forms = read_forms(document(*[b for b in blocks if b != ""]), DEFINITIONS, CAMPAIGN)
        assert [form.kind for form in forms] == [Kind.REGISTRATION], (layout.__name__, seed)
        assert not wrong(forms[0], filled), (layout.__name__, seed)


def test_several_forms_in_one_document():
    counts: Counter[bool] = Counter()
    for seed in range(150):
        made, fills, layouts = case(Random(7000 + seed))
        forms = read_forms(made, DEFINITIONS, CAMPAIGN)
        assert len(forms) == len(fills), (seed, layouts)
        for form, filled in zip(forms, fills, strict=True):
            assert not wrong(form, filled), (seed, layouts)
            counts[True] += 1
    assert counts[True] > 150


@pytest.mark.parametrize("through", [through_docx, through_xlsx], ids=["docx", "xlsx"])
def test_real_files_read_as_their_blocks_do(through):
    for seed in range(30):
        made, fills, layouts = case(Random(9000 + seed))
        if "nested" in layouts:
            continue
        forms = read_forms(through(made), DEFINITIONS, CAMPAIGN)
        assert len(forms) == len(fills), (seed, layouts)
        for form, filled in zip(forms, fills, strict=True):
            assert not wrong(form, filled), (seed, layouts)
