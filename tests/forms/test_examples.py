"""Example pairs: a file as somebody sent it, and beside it in a ``.json`` what a careful clerk reads in it.

To add a case drop both files into ``examples/``. What the ``.json`` may hold, each where it matters:

- ``why``: what is odd about the file (not checked);
- ``forms``: all forms of the file, each with its ``kind``, some or all ``fields``, ``rows``, and all ``problems`` as code and field;
- ``problems``: codes of the problems of the file as a whole;
- ``text``: its paragraphs, and the rows of its tables as lists;
- ``learned``: the labels of its fields, where it is a blank form to be learned; ``learned_from``: the blank form that it is read by;
- ``ocr``: false where reading what is drawn would only take time;
- ``open``: which of these do not hold yet, each with the reason; the test says when one does.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.base.campaign import Campaign
from bot.base.errors import BotError
from bot.documents.context import ReadContext
from bot.documents.model import Blob, Document, Paragraph
from bot.documents.open import open_all
from bot.forms.definitions import load_definitions
from bot.forms.learn.learn import learn
from bot.forms.read import read_forms
from tests.worker import WORKER

HERE = Path(__file__).parent / "examples"
DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
FILES = sorted(path for path in HERE.iterdir() if path.suffix != ".json")


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_example(path: Path, tmp_path: Path) -> None:
    def document_of(name: str) -> Document:
        blob = Blob(name, name, (HERE / name).read_bytes())
        (document,) = open_all([blob], WORKER, ReadContext(ocr=expected.get("ocr", True)))
        return document

    def forms() -> list[dict[str, Any]]:
        definitions = DEFINITIONS
        if "learned_from" in expected:
            learned = tmp_path / "learned.toml"
            learned.write_text(learn(document_of(expected["learned_from"])), encoding="utf-8")
            definitions = load_definitions([learned])
        return [
            {
                "kind": form.kind,
                "fields": {key: plain(form.plain(key)) for key in form.fields},
                "rows": [{key: plain(value.value) for key, value in row.items()} for row in form.rows],
                "problems": [[problem.code, problem.field] for problem in form.problems],
            }
            for form in read_forms(document, definitions, CAMPAIGN)
        ]

    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    document = document_of(path.name)
    found: dict[str, Callable[[], Any]] = {
        "forms": forms,
        "problems": lambda: [problem.code for problem in document.problems],
        "text": lambda: list(lines_of(document)),
        "learned": lambda: labels_of(learn(document)),
    }
    assert found.keys() & expected.keys(), "nothing to check"
    still_open = expected.get("open", {})
    for key in found.keys() & expected.keys() - still_open.keys():
        assert asked_of(found[key](), expected[key]) == expected[key]
    for key in still_open:
        with pytest.raises((AssertionError, BotError)):
            assert asked_of(found[key](), expected[key]) == expected[key]


def asked_of(found: Any, expected: Any) -> Any:
    """*found* without the entries of its dictionaries that *expected* does not name."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return {key: asked_of(found[key], value) for key, value in expected.items() if key in found}
    if isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        return [asked_of(one, other) for one, other in zip(found, expected, strict=True)]
    return found


def plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value.isoformat() if isinstance(value, date) else value


def lines_of(document: Document) -> Iterator[str | list[str]]:
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if block.text:
                yield block.text
        else:
            yield from ([cell.text for cell in row] for row in block.rows())


def labels_of(definition: str) -> list[str]:
    found = tomllib.loads(definition)
    tables = [one for table in found.get("table", []) for one in table["column"]]
    return [one["label"] for one in found.get("field", []) + found.get("column", []) + tables]
