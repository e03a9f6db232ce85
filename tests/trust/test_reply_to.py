"""Forms from an address that reads nothing, with a person's Reply-To: answered there where that person is of the house or on record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow import samples
from tests.trust.desk import Desk, desk_in, told
from tests.trust.test_standing import SECRETS

NOBODY = "noreply@oa.jinjiang.example.com"
ROSTER = '[[unit]]\nname = "晋江市科学技术协会"\nemails = ["listed@kexie.example.org"]'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk_in(tmp_path, monkeypatch, more=ROSTER) as desk:
        yield desk


@pytest.mark.parametrize(
    ("sender", "reply_to", "is_answered"),
    [
        (NOBODY, "zxd@oa.jinjiang.example.com", True),
        (NOBODY, "zxd@jinjiang.example.com", True),
        (NOBODY, "listed@kexie.example.org", True),
        (NOBODY, "zxd@evil.example.net", False),
        (NOBODY, "zxd@notjinjiang.example.com", False),
        ("noreply@163.com", "zxd@163.com", False),
        ("office@jinjiang.example.com", "zxd@jinjiang.example.com", False),
    ],
)
def test_where_the_answer_goes(desk: Desk, sender: str, reply_to: str, is_answered: bool) -> None:
    raw = samples.mail(sender, "申报", files={"表.docx": samples.registration()}, headers={"Reply-To": reply_to})
    letters = told(desk.came(raw))
    assert ("科技馆里的海洋课" in letters[reply_to] and "受理号" in letters[reply_to]) is is_answered
    assert any(one in letters[reply_to] for one in SECRETS) is is_answered
    assert (set(letters) == {reply_to}) is is_answered
