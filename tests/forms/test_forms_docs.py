"""docs/forms.md: every example is run, every key and kind is in it."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from bot.base.campaign import Campaign
from bot.base.settings import CampaignSettings, Deadline
from bot.forms.definitions import (
    ChoiceSpec,
    FieldSpec,
    FormDefinition,
    GroupSpec,
    TableSpec,
    ValueKind,
    parse_form,
)
from bot.forms.entry.value import read_field
from bot.forms.model import plain_text

PAGE = (Path(__file__).parents[2] / "docs" / "forms.md").read_text("utf-8")
FORMS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
ROWS = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
CAMPAIGN = Campaign("2024年科普讲解大赛", date(2024, 4, 1), date(2024, 6, 30))
MORE = {
    "choice": {"choices": [{"label": "展览"}, {"label": "讲座"}]},
    "daterange": {"start": "start_date", "end": "end_date"},
}


@pytest.mark.parametrize("text", FORMS, ids=[tomllib.loads(text)["name"] for text in FORMS])
def test_each_definition_is_accepted(text: str) -> None:
    parse_form(tomllib.loads(text), "forms.md")


@pytest.mark.parametrize(("kind", "written", "read"), ROWS, ids=[row[0] for row in ROWS])
def test_each_kind_reads_what_the_page_says(kind: str, written: str, read: str) -> None:
    spec = FieldSpec.model_validate({"key": "value", "label": "内容", "kind": kind, **MORE.get(kind, {})})
    reading = read_field(spec, written.strip(), CAMPAIGN, ("盖章",))
    assert plain_text(reading.values["value"]) == read.strip()
    assert not reading.doubts


def test_the_campaigns_file_is_one() -> None:
    (text,) = re.findall(r"```campaign\n(.*?)```", PAGE, re.DOTALL)
    data = tomllib.loads(text)
    for deadline in data.pop("deadline"):
        Deadline.model_validate(deadline)
    CampaignSettings.model_validate(data)


def test_every_key_and_kind_is_told() -> None:
    parts = (FieldSpec, FormDefinition, TableSpec, GroupSpec, ChoiceSpec)
    keys = {key for part in parts for key in part.model_fields}
    told = set(re.findall(r"\b([a-z][a-z_]*)\b", "\n".join([*FORMS])))
    assert keys <= told
    assert {row[0] for row in ROWS} == set(get_args(ValueKind))
