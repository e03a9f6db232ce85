"""What is to be done to one field of a form as it stands: ``edits*.json`` are the cases, one a line (``edits_of_parts``: of a part of what stands there).

``stands``: what the form says, ``asked``: the fields of which our letter said that they are wrong or missing; ``says``: the letter; ``field`` and ``value``: what the field is to hold then (days as first/last), null where nothing
may change for certain (``silent``: nor is anything proposed); ``certain`` false: it is proposed and not put in; ``stays``: what stands there is kept to the letter.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.base.campaign import Campaign
from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.forms.definitions import load_definitions
from bot.forms.entry.value import read_field
from bot.forms.model import Form, Value, plain_text
from bot.forms.read import read_forms
from bot.statements.read import read_letter
from tests.cases import cases
from tests.forms.build import document, registration

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
DEFINITION = next(one for one in DEFINITIONS.forms if one.name == "registration")
COMPLETE = replace(read_forms(document(*registration()), DEFINITIONS, CAMPAIGN)[0], problems=())


def form_of(case: dict[str, Any]) -> Form:
    asked = case.get("asked", [])
    fields = dict(COMPLETE.fields)
    for key, text in {**dict.fromkeys(asked, ""), **case.get("stands", {})}.items():
        spec = DEFINITION.spec(key)
        assert spec
        fields[key] = Value(None, str(text))
        read = read_field(spec, str(text), CAMPAIGN).values if text else dict.fromkeys(spec.keys)
        for name, value in read.items():
            fields[name] = Value(value, str(text))
    problems = tuple(Problem(Code.MISSING, Severity.ERROR, f"{key}：请核对", field=key) for key in asked)
    return replace(COMPLETE, fields=fields, problems=problems)


def days(key: str, text: str) -> str:
    spec = DEFINITION.spec(key)
    assert spec
    read = read_field(spec, text, CAMPAIGN).values
    return f"{read['start_date']}/{read['end_date']}" if spec.kind == "daterange" else text


@pytest.mark.parametrize("case", cases(__file__, "edits*.json", by="says"))
def test_what_is_to_be_done_to_a_field_is_read_against_what_stands_there(case: dict[str, Any]) -> None:
    key = case["field"]
    letter = read_letter(case["says"], [form_of(case)], DEFINITIONS, CAMPAIGN)
    said = [one for one in letter.statements if one.field == key and one.value is not None]
    found = {(days(key, plain_text(one.value)), one.certain) for one in said}
    if case["value"] is None:
        assert not any(certain and value != str(case.get("stands", {}).get(key)) for value, certain in found)
        assert not (case.get("silent") and key in {one.key for one in letter.answers[0].proposals})
    else:
        assert found == {(case["value"], case.get("certain", True))}
        assert not (case.get("stays") and letter.answers[0].changes)


@pytest.mark.parametrize("case", cases(__file__, "hours.json", by="says"))
def test_other_hours_leave_the_day_as_it_stands(case: dict[str, Any]) -> None:
    """``hours``: those that are certain then, null for none."""
    form = form_of({"stands": {"activity_time": case["stands"]}})
    letter = read_letter(case["says"], [form], DEFINITIONS, CAMPAIGN)
    said = {one.value for one in letter.statements if one.field == "activity_time" and one.certain}
    assert said == ({f"2023年9月21日{case['hours']}"} if case["hours"] else set())
