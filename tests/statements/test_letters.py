"""What letters say: those in ``letters/`` were written, and what they say written down, by people who had not seen the code.

``open`` in a letter's data names why it is known not to hold yet, ``never`` the kinds of which it says nothing.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.base.campaign import Campaign
from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.base.text import fold, squeeze
from bot.forms.definitions import load_definitions
from bot.forms.entry.value import read_field
from bot.forms.model import Form, Value
from bot.forms.read import read_forms
from bot.message.body.quoting import new_text
from bot.statements.clauses import Plainly
from bot.statements.kinds import Setting
from bot.statements.model import Letter, Said, Statement
from bot.statements.plain import characters, plain
from bot.statements.read import read_letter
from bot.statements.segments import segments_of
from bot.statements.told import NUMBER, explains_values
from bot.statements.values.context import labels_of
from bot.statements.wording.breath import marked
from bot.statements.wording.formulas import is_formula
from bot.statements.wording.signature import signed_text
from bot.statements.wording.writer import is_writer
from tests.forms.build import document, registration

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
DEFINITION = next(one for one in DEFINITIONS.forms if one.name == "registration")
LABELS = labels_of(DEFINITION, columns=False)
COMPLETE = replace(read_forms(document(*registration()), DEFINITIONS, CAMPAIGN)[0], problems=())
LETTERS = [
    letter
    for path in sorted(Path(__file__).with_name("letters").glob("*.json"))
    for letter in json.loads(path.read_text("utf-8"))
]
VALUES = {"value", "change"}
DATES = {"activity_time", "report_date"}


def lacking(keys: list[str]) -> Form:
    """The registration of which *keys* were asked for."""
    fields = dict(COMPLETE.fields)
    for key in [*keys, *(("start_date", "end_date") if "activity_time" in keys else ())]:
        fields[key] = Value(None)
    problems = tuple(Problem(Code.MISSING, Severity.ERROR, f"{label(key)}：未填写", field=key) for key in keys)
    return replace(COMPLETE, fields=fields, problems=problems)


def label(key: str) -> str:
    spec = DEFINITION.spec(key)
    return spec.label if spec else key


def unaccounted(text: str, letter: Letter, setting: Setting) -> list[str]:
    """The runs of *text*, read as *letter*, that no statement, courtesy or signature explains."""
    told = marked(text, plain(text))
    places = [
        at for at in range(len(told.text)) if at not in told.places
    ]  # of each character of the text as it was written
    open_places = [not character.isspace() for character in told.text]
    for one in letter.statements:
        assert text[one.begin : one.begin + len(one.words)] == one.words, one
        for at in places[one.begin : one.begin + len(one.words)]:
            open_places[at] = False
    text = told.text
    for segment in segments_of(plain(text), signed_text(plain(text)), LABELS, setting):
        if isinstance(segment.kind, Plainly):
            open_places[segment.begin : segment.end] = [False] * len(segment.text)
    for line in re.finditer(r"[^\n]+", plain(text)):
        if is_writer(line.group()):
            open_places[line.start() : line.end()] = [False] * len(line.group())
    kept = "".join(character if left else "\n" for character, left in zip(plain(text), open_places, strict=True))
    runs = [re.sub(r"^[\W_]+|[\W_]+$", "", run) for run in kept.split("\n")]
    has_values = bool(letter.of(Said.VALUE, Said.CHANGE))
    return [
        run
        for run in runs
        if run
        and not NUMBER.match(run)
        and not is_formula(plain(run))
        and not (has_values and (explains_values(plain(run)) or is_writer(plain(run))))
    ]


def shares(words: str, others: str) -> bool:
    first, second = squeeze(words), squeeze(others)
    return first in second or second in first or any(first[i : i + 4] in second for i in range(max(1, len(first) - 3)))


def comparable(key: str, value: Any) -> Any:
    """*value* of the field *key* without the marks, and in the script, that two people write differently."""
    spec = DEFINITION.spec(key)
    if value is None or spec is None or isinstance(value, int):
        return value
    if key in DATES and not re.fullmatch(r"\d{4}-\d\d-\d\d(?:/\d{4}-\d\d-\d\d)?", str(value)):
        read = read_field(spec, str(value), CAMPAIGN).values
        return str(read.get(key)) if key == "report_date" else (str(read.get("start_date")), str(read.get("end_date")))
    if key in DATES:
        begin, _, end = str(value).partition("/")
        return begin if key == "report_date" else (begin, end or begin)
    if isinstance(value, list | tuple):
        return tuple(sorted(re.sub(r"[:：()（）]", "", squeeze(one)) for one in value))
    told = re.sub(r"[\W_]", "", squeeze(fold(characters(str(value)))))
    return told.removeprefix("86").removeprefix("0595") if key in {"phone", "mobile"} else plain


def is_said(told: dict[str, Any], one: Statement) -> bool:
    """Whether the statement *one* is what the letter's writer *told*."""
    kind, value = told["kind"], told["value"]
    if not shares(one.words, told["words"]) or one.kind.value not in (VALUES if kind in VALUES else {kind}):
        return False
    if kind in VALUES and told.get("certain") is False:
        return not one.certain and one.field in {told["field"], ""}
    if kind in VALUES:
        return (
            one.field == told["field"]
            and one.certain
            and comparable(one.field, one.value) == comparable(one.field, value)
        )
    if kind == "cover" and value is not None:
        return bool(one.value == value)
    return kind != "withdrawal" or value is None or one.value is not None


@pytest.mark.parametrize("letter", LETTERS, ids=lambda one: str(one["id"]))
def test_what_a_letter_says_no_value_that_it_does_not_and_no_word_lost(letter: dict[str, Any]) -> None:
    setting = Setting(letter["about"] == "waiting", letter["about"] is not None or letter["has_form"])
    text, forms = new_text(letter["text"]).text, [lacking(letter["asked"])] if setting.is_about else []
    read = read_letter(text, forms, DEFINITIONS, CAMPAIGN, confirms=setting.confirms)
    said = read.statements
    values = {(one["field"], comparable(one["field"], one["value"])) for one in letter["statements"] if one["field"]}
    for one in said:
        is_value = one.kind in (Said.VALUE, Said.CHANGE) and one.field not in {"start_date", "end_date"}
        if is_value and one.certain and one.value is not None:
            assert (one.field, comparable(one.field, one.value)) in values, one
    for told in letter["statements"] if "open" not in letter else ():
        assert any(is_said(told, one) for one in said), (told, said)
    assert not {one.kind.value for one in said} & set(letter.get("never", ()))
    assert not unaccounted(text, read, setting)
