"""Every code that people may meet has a word of its own in ``states.toml``."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import pytest

from bot.decision.model import ItemState, MailKind
from bot.decision.states import (
    WORDS,
    Outcome,
    ReviewReason,
    Status,
    kind_label,
    letter_label,
    outcome_label,
    reason_label,
    state_label,
    status_label,
)
from bot.forms.model import Kind

NAMED: list[tuple[type[StrEnum], str, Callable[[str], str]]] = [
    (Outcome, "outcome", outcome_label),
    (Status, "status", status_label),
    (ReviewReason, "reason", reason_label),
    (ItemState, "state", state_label),
    (Kind, "kind", kind_label),
    (MailKind, "letter", letter_label),
]


@pytest.mark.parametrize(("codes", "table", "label"), NAMED)
def test_every_code_has_its_word_and_every_word_its_code(
    codes: type[StrEnum], table: str, label: Callable[[str], str]
) -> None:
    assert set(WORDS[table]) - {"other"} == set(codes)
    assert [code for code in codes if not "\u4e00" <= label(code)[0] <= "\u9fff"] == []


def test_a_reason_of_an_earlier_version_is_still_shown() -> None:
    assert reason_label("given_up_since") == "待查看"
