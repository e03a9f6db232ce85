"""Example pairs: a mail (``.eml``), or several in their order (``.mbox``), and beside it in a ``.json`` what is to become of it.

To add a case drop both files into this folder. What the ``.json`` may hold, each where it matters:

- ``why``: what is odd about the mail (not checked);
- of the one mail: ``from``, ``subject``, ``date``, ``new_text`` (what is new in it), ``robot``, ``bounced_to``, ``links`` (files in a cloud: name, size,
  end), ``blobs`` (its files: name, whether it is the body, size);
- of its story, in an office with an empty store: ``outcomes`` (of each mail), ``answers`` (all of them: ``to`` whom, what it ``says`` and what ``not``),
  ``reviews`` (all that a person sees: the ``reason`` and a ``part`` of the words), ``activities`` (all, by some of their columns), ``units`` (name and state);
- ``before``: the sender reported the official form before, with these values (``tests/flow/samples.py``); the mail answers our answer;
- ``counts_up``: as often as it is answered the sender's program sends the mail again, with this number in it one higher; it must end;
- ``open``: which of these do not hold yet, each with the reason; the test says when one does.
"""

from __future__ import annotations

import json
import mailbox
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.documents.formats.mails.read import blobs_of
from bot.documents.sniff import sniff
from bot.message.parse import parse_message
from tests.flow import samples
from tests.flow.office import text_of
from tests.trust.desk import Desk, desk_in, to

HERE = Path(__file__).parent
OURS = "kepu@example.com"
MAILS = sorted(HERE.glob("*.eml"))
FILES = sorted([*MAILS, *HERE.glob("*.mbox")])
STORY = {"outcomes", "answers", "reviews", "activities", "units"}
MOST_ANSWERS = 5  # to a program that writes again and again


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_example(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    still_open = expected.get("open", {})
    found = said(path.read_bytes()) if path.suffix == ".eml" else {}
    if STORY & expected.keys():
        with desk_in(tmp_path / "desk", monkeypatch) as desk:
            found |= story(desk, path, expected)
    asked = expected.keys() & (found.keys() | STORY)
    assert asked, "nothing to check"
    for key in asked:
        if key in still_open:
            with pytest.raises(AssertionError):
                CHECKS.get(key, same)(found[key], expected[key])
        else:
            CHECKS.get(key, same)(found[key], expected[key])


@pytest.mark.parametrize("path", MAILS, ids=[path.stem for path in MAILS])
def test_example_is_known_as_a_mail(path: Path) -> None:
    assert sniff(path.read_bytes(), path.name) == sniff(path.read_bytes()) == "eml"


def test_there_are_examples() -> None:
    assert len(MAILS) >= 30


def said(raw: bytes) -> dict[str, Any]:
    message = parse_message(raw, own=[OURS])
    return {
        "from": [message.sender.email, message.sender.name],
        "subject": message.subject,
        "date": message.date.isoformat() if message.date else None,
        "new_text": message.new_text,
        "robot": message.robot,
        "bounced_to": list(message.bounced_to),
        "links": [[link.name, link.size, link.expires] for link in message.cloud_links],
        "blobs": [[blob.name, blob.is_body, len(blob.data)] for blob in blobs_of(message)],
    }


def story(desk: Desk, path: Path, expected: Mapping[str, Any]) -> dict[str, Any]:
    mails = [path.read_bytes()] if path.suffix == ".eml" else box_of(path)
    if "before" in expected:
        mails = [one.replace(b"<our-answer@example.com>", reported(desk, one, expected["before"])) for one in mails]
    answers = []
    outcomes = []
    for raw in mails:
        came = desk.came(raw)
        outcomes.append(desk.view("SELECT outcome FROM mail ORDER BY id DESC LIMIT 1")[0]["outcome"])
        answers += came
        number = str(expected.get("counts_up", ""))
        while number and came:
            assert len(answers) <= MOST_ANSWERS, "it does not end"
            raw, number = raw.replace(number.encode(), str(int(number) + 1).encode()), str(int(number) + 1)
            came = desk.came(raw)
            answers += came
    return {
        "outcomes": outcomes,
        "answers": [(to(one), f"{one['Subject']}\n{text_of(one)}") for one in answers],
        "reviews": desk.view("SELECT reason, words FROM v_reviews WHERE closed_at IS NULL ORDER BY id"),
        "activities": desk.view("SELECT * FROM v_activities ORDER BY ref, activity_name"),
        "units": {row["unit"]: row["state"] for row in desk.view("SELECT unit, state FROM v_units")},
    }


def box_of(path: Path) -> list[bytes]:
    box = mailbox.mbox(path)
    return [box.get_bytes(key) for key in box.keys()]  # noqa: SIM118  (a mailbox goes through its messages)


def reported(desk: Desk, mail: bytes, values: Mapping[str, str]) -> bytes:
    """The sender of *mail* sends the official form; returns the Message-ID of our answer."""
    sender = parse_message(mail, own=[OURS]).sender.email
    (answer,) = desk.came(samples.mail(sender, "报送", files={"申报表.docx": samples.registration(**values)}))
    return str(answer["Message-ID"]).encode()


def same(found: Any, expected: Any) -> None:
    assert found == expected


def check_answers(found: list[tuple[str, str]], expected: list[dict[str, Any]]) -> None:
    assert [to for to, _ in found] == [one["to"] for one in expected]
    for (_, text), one in zip(found, expected, strict=True):
        assert [part for part in one.get("says", []) if part not in text] == [], text
        assert [part for part in one.get("not", []) if part in text] == [], text


def check_reviews(found: list[dict[str, str]], expected: list[dict[str, str]]) -> None:
    assert [one["reason"] for one in found] == [one["reason"] for one in expected]
    for one, wanted in zip(found, expected, strict=True):
        assert wanted["part"] in one["words"]


def check_activities(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    assert len(found) == len(expected)
    assert [{key: row[key] for key in wanted} for row, wanted in zip(found, expected, strict=True)] == expected


CHECKS: dict[str, Callable[[Any, Any], None]] = {
    "answers": check_answers,
    "reviews": check_reviews,
    "activities": check_activities,
}
