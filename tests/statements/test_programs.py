"""A program's letter is one statement; a person's never, however much it sounds like one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.statements.model import Said
from bot.statements.read import read_letter
from tests.statements.test_letters import CAMPAIGN, DEFINITIONS, lacking

LETTERS = json.loads(Path(__file__).with_name("programs_and_people.json").read_text("utf-8"))
ASKED = ([], ["phone", "venue"])


@pytest.mark.parametrize("text", LETTERS["programs"])
def test_a_programs_letter_is_one_statement(text: str) -> None:
    for asked in ASKED:
        said = read_letter(text, [lacking(asked)], DEFINITIONS, CAMPAIGN).statements
        assert [(one.kind, one.words) for one in said] == [(Said.ROBOT, text)]


@pytest.mark.parametrize("text", LETTERS["people"])
def test_a_persons_letter_is_never_a_programs(text: str) -> None:
    for asked in ASKED:
        said = read_letter(text, [lacking(asked)], DEFINITIONS, CAMPAIGN).statements
        assert said and not any(one.kind is Said.ROBOT for one in said)
