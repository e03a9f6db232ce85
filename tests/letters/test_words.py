"""Every code that people may meet has a word of its own in ``words.toml``."""

from __future__ import annotations

import ast
from pathlib import Path

from bot.decision.model import ItemState
from bot.forms.model import Kind
from bot.letters.words import kind_label, outcome_label, reason_label, state_label, status_label

BOT = Path(__file__).parents[2] / "bot"


def reasons_given() -> set[str]:
    """The reasons with which the code leaves something to a person."""
    calls = (node for path in BOT.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "ReviewItem"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def test_no_code_is_shown_bare() -> None:
    assert len(reasons_given()) > 10
    assert [code for code in reasons_given() if reason_label(code) == reason_label("?")] == []
    assert [one for one in ItemState if state_label(one) == one] == []
    assert [one for one in Kind if kind_label(one) == one] == []
    columns = {"accepted", "needs_correction", "held", "withdrawn", "rejected"}, {"failed", "ignored", "command"}
    for codes, label in zip(columns, (status_label, outcome_label), strict=True):
        assert [code for code in codes if label(code) == code] == []
