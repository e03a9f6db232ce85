"""Stored values printed on the office's own blank: read again they are the same, whatever the form; more entries than it has rows for, too."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bench import learn as bench
from bot.base.campaign import Campaign
from bot.decision.versions.content import content_of
from bot.digest.package.own_blank import OwnBlank
from bot.documents.context import ReadContext
from bot.documents.guard import Guard, Here
from bot.documents.model import Blob
from bot.documents.registry import reader_for
from bot.documents.sniff import sniff_kind
from bot.forms.learn.learn import learn
from bot.forms.learn.sample import try_on
from bot.forms.read import read_forms
from tests.forms.blank_forms import blanks, filled, printed
from tests.forms.files import as_docx, as_xlsx

CAMPAIGN = Campaign("2024年的活动", date(2024, 4, 1), date(2024, 6, 30))
BLANKS = {blank.name: blank for blank in blanks()}
FURTHER = 3


@pytest.mark.parametrize(
    ("name", "further"),
    [
        ("contest_person", 0),
        ("lines_only", 0),
        ("project_cover", FURTHER),
        ("team_fields_table", FURTHER),
        ("header_only", FURTHER),
        ("lottery_books_order", FURTHER),
        ("stats_areas", 0),
        ("questions_grid", 0),
        ("sentences", 0),
        ("budget_totals", FURTHER),
        ("self_rating", 0),
        ("agreement", 0),
        ("letters_and_gaps", 0),
        ("signed_cells", 0),
    ],
)
def test_what_is_printed_is_read_again(name: str, further: int, tmp_path: Path) -> None:
    blank = BLANKS[name]
    through = bench.THROUGH[blank.format]
    path = tmp_path / f"{name}.{blank.format}"
    path.write_bytes({"docx": as_docx, "xlsx": as_xlsx}[blank.format](printed(blank)))
    definitions = bench.definitions_with(learn(through(printed(blank))))
    (definition,) = (form for form in definitions.forms if form.name.startswith("learned"))
    assert not try_on(through(printed(blank)), definition, definitions, CAMPAIGN).lost
    (form,) = read_forms(filled(blank, 0).document, definitions, CAMPAIGN)
    content = json.loads(json.dumps(content_of(form), default=str))
    if further:
        content["rows"] = (content["rows"] * 4)[: len(content["rows"]) + further]
    with Guard() as guard:
        data = OwnBlank(definition, path, guard if name == "project_cover" else Here()).printed(content)
    document = reader_for(sniff_kind(data))(Blob(path.name, path.name, data), ReadContext()).document
    assert document is not None
    (again,) = read_forms(document, definitions, CAMPAIGN)
    told = json.loads(json.dumps(content_of(again), default=str))
    assert told["fields"] == content["fields"]
    assert told.get("rows", []) == content.get("rows", [])
