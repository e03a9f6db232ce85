"""What does not change the meaning of a letter does not change its reading: a reason, courtesy, marks, characters, the line in which something stands.

``variations.json``: what may stand ``before`` and ``behind`` a change, what behind it leaves it ``open``; the changes are those of ``ways.json``.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.statements.plain import SIMPLIFIED, TRADITIONAL, characters
from tests.statements.test_letters import comparable
from tests.statements.test_many_ways import certain, sentence, statements

SAID: dict[str, Any] = json.loads(Path(__file__).with_name("variations.json").read_text("utf-8"))
BACK = dict(zip(SIMPLIFIED, TRADITIONAL, strict=True))
KEPT = str.maketrans({one: other for one, other in BACK.items() if one not in "后里面台云干复几出只才系了松制准"})
VARIED: dict[str, Callable[[str, random.Random], str]] = {
    "before": lambda text, chance: f"{chance.choice(SAID['before'])}{text}",
    "behind": lambda text, chance: text.rstrip("。！!") + chance.choice(SAID["behind"]),
    "both": lambda text, chance: (
        f"{chance.choice(SAID['before'])}{text.rstrip('。！!')}{chance.choice(SAID['behind'])}"
    ),
    "traditional": lambda text, chance: text.translate(KEPT),
    "half width": lambda text, chance: f"{text.rstrip('。')}.".translate(str.maketrans("，：！（）", ",:!()")),
    "signed in the line": lambda text, chance: f"{text.rstrip('。')}。  丰泽区云谷小学 柯老师",
}
EACH = 5
MOST_MISSED = 3  # of all of them


def changes(seed: str) -> list[tuple[str, tuple[str, Any], list[str] | None]]:
    """Changes that are read, without a greeting or a signature of their own."""
    chance = random.Random(seed)
    found: list[tuple[str, tuple[str, Any], list[str] | None]] = []
    while len(found) < EACH:
        text, key, value, asked = sentence(chance)
        wanted = (key, comparable(key, value))
        if "\n" not in text and certain(statements(text, asked)) == {wanted}:
            found.append((text, wanted, asked))
    return found


def test_a_letter_that_is_varied_says_the_same() -> None:
    missed: list[str] = []
    for name, varied in VARIED.items():
        chance = random.Random(name)
        for text, wanted, asked in changes(name):
            said = varied(text, chance)
            found = {
                (key, characters(one) if isinstance(one, str) else one) for key, one in certain(statements(said, asked))
            }
            assert found <= {wanted}, said
            missed += [] if found else [said]
    assert len(missed) <= MOST_MISSED, missed


@pytest.mark.parametrize("behind", SAID["open"])
def test_what_leaves_it_open_puts_in_nothing(behind: str) -> None:
    for text, _, asked in changes(behind)[:4]:
        assert not certain(statements(f"{text.rstrip('。！!')}{behind}", asked)), text


@pytest.mark.parametrize("frame", SAID["texts"])
def test_a_long_text_ends_before_what_is_said_to_us(frame: str) -> None:
    content = SAID["content"][0]
    for behind in ("", *(one for one in SAID["behind"] if not one.startswith("。"))):
        found = certain(statements(frame.format(c=content, b=behind), ["content"]))
        assert found <= {("content", comparable("content", content))}, behind
        assert found or behind in {"，学校临时有安排"}, behind
