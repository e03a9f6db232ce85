"""Damaged files of every kind through the readers and the forms, some dozens here and as long as FUZZ_SECONDS says in «make fuzz».

What fails is written to ``found/`` and from then on tried first. A finding is any exception that is no reader's error, a crash, a limit
reached, a result that is not clean.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bot.base.campaign import Campaign
from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.documents.context import ReadContext
from bot.documents.errors import WorkerCrashed, WorkerError
from bot.documents.formats.mails.read import blobs_of
from bot.documents.guard import Guard
from bot.documents.model import Blob, Document
from bot.documents.open import open_blob
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Kind
from bot.forms.photos import read_photos
from bot.intake.understand import slim
from bot.message.parse import parse_message
from tests.bounded import bounded
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import converted, mails, own

FOUND = Path(__file__).parent / "found"
SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
LIMITS = Limits(seconds=10.0, memory=2**30)
CONTEXT = ReadContext(LIMITS)
WITHOUT_OCR = {"表.pdf"}  # of a whole form it costs seconds; «扫描.pdf» has it
WITH_OCR = {"扫描.pdf"}  # a second a piece
CAMPAIGN_DAYS = ("2023-08-21", "2023-09-30")
UNCLEAN = re.compile("[\ud800-\udfff\x00]")


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard(LIMITS) as found:
        yield found


@pytest.fixture(scope="module")
def forms_of() -> Callable[[Guard, Document], list[Form]]:
    from datetime import date

    definitions = load_definitions()
    campaign = Campaign("2023年泉州市全国科普日", *map(date.fromisoformat, CAMPAIGN_DAYS))

    def read(guard: Guard, document: Document) -> list[Form]:
        return guard.run(read_photos, [slim(document)], definitions, campaign)

    return read


def damaged(seeds: Mapping[str, bytes], name: str, count: int, seconds: float = SECONDS) -> Iterator[tuple[str, bytes]]:
    """The examples found earlier, then *count* damaged copies of *name*, the same ones in every run, or more for as long as *seconds* last."""
    suffix = Path(name).suffix
    for path in sorted(FOUND.glob(f"*{suffix}")):
        yield path.name, path.read_bytes()
    begun, others = time.monotonic(), list(seeds.values())
    for number in itertools.count():
        if number >= count and time.monotonic() - begun >= seconds:
            return
        rng = random.Random(f"{name} {number} {SECONDS}")
        yield f"{name} {number}", mutated(seeds[name], rng, rng.choice(others))


def keep(data: bytes, name: str) -> str:
    """Write the finding down where the next run tries it first."""
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{abs(hash(data)):x}{Path(name).suffix}"
    path.write_bytes(data)
    return str(path)


def check(guard: Guard, forms_of: Callable[[Guard, Document], list[Form]], name: str, data: bytes) -> None:
    try:
        context = replace(CONTEXT, ocr=False) if name.partition(" ")[0] in WITHOUT_OCR and not SECONDS else CONTEXT
        opened = guard.run(open_blob, Blob(name, name, data), context)
        forms = forms_of(guard, opened.document) if opened.document is not None else []
    except WorkerError as error:
        if type(error) is WorkerError or isinstance(error, WorkerCrashed):
            pytest.fail(f"{name}: {error}; kept as {keep(data, name)}")
        return  # a limit: what it is there for
    # A winmail.dat without attachments repeats the mail around it: nothing is what it gives.
    assert opened.document is not None or opened.children or name.endswith(".dat"), keep(data, name)
    for child in opened.children:
        assert child.name and not UNCLEAN.search(child.name + child.path), keep(data, name)
    for form in forms:
        texts = [str(value.value) for value in form.fields.values()] + [problem.message for problem in form.problems]
        assert not any(UNCLEAN.search(text) for text in texts), keep(data, name)
        assert form.kind is not Kind.REGISTRATION or form.fields, keep(data, name)


@pytest.mark.parametrize("name", own())
def test_damaged_files(guard: Guard, forms_of: Callable[[Guard, Document], list[Form]], name: str) -> None:
    for label, data in damaged(own(), name, 8 if name in WITH_OCR else 20):
        check(guard, forms_of, name if " " in label else label, data)


@pytest.mark.slow
@pytest.mark.skipif(not SECONDS, reason="only in «make fuzz»")
@pytest.mark.parametrize("name", ["正式.doc", "正式.odt", "正式.fodt", "表.xls", "表.ods"])
def test_damaged_office_files(guard: Guard, forms_of: Callable[[Guard, Document], list[Form]], name: str) -> None:
    if name not in converted():
        pytest.skip("LibreOffice is not installed")
    for label, data in damaged(converted(), name, 12):
        check(guard, forms_of, name if " " in label else label, data)


def test_damaged_mails() -> None:
    """In this process: a mail's structure is read by our own code and the standard library."""
    seeds = mails() | {"信.eml": own()["信.eml"]}
    for name in seeds:
        for label, data in damaged(seeds, name, 10, SECONDS / len(seeds)):
            try:
                with bounded():
                    message = parse_message(data, own=("kepu@example.com",))
                    blobs = blobs_of(message)
            except Exception as error:
                pytest.fail(f"{label}: {error!r}; kept as {keep(data, name)}")
            assert all(blob.name for blob in blobs), keep(data, name)
            assert not UNCLEAN.search(message.subject + message.text), keep(data, name)
