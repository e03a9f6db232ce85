"""What many costly parts of one mail may take together; what is not read in time is no fault of its sender."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from bot.base.campaign import Campaign
from bot.base.limits import Limits
from bot.base.problems import Code, Severity
from bot.base.replacing import replace
from bot.decision.decide import decide
from bot.decision.facts import Case, Known, Read
from bot.decision.rules import Rules
from bot.documents.context import ReadContext
from bot.documents.errors import OutOfTime, ReaderError, WorkerCrashed, WorkerTimeout
from bot.documents.guard import Guard
from bot.documents.model import Blob, Document
from bot.documents.open import open_all
from bot.forms.definitions import load_definitions
from bot.forms.read import read_forms
from bot.forms.units.roster import Roster
from bot.intake.gather import units_of
from bot.intake.parts import Reading
from bot.intake.understand import forms_in
from bot.message.parse import parse_message
from tests.flow import samples
from tests.flow.test_worker import canvas_of
from tests.reading import heard
from tests.scans.drawing import Sheet, Style
from tests.scans.spoiling import png
from tests.worker import WORKER

CAMPAIGN = Campaign("科普日", date(2023, 8, 21), date(2023, 9, 30))
NOW = datetime(2023, 8, 25, tzinfo=UTC)


def test_what_is_left_when_the_time_is_over_is_told_one_by_one() -> None:
    limits = Limits(total_seconds=0.0)
    blobs = [Blob(f"{number}.docx", f"{number}.docx", samples.registration()) for number in range(3)]
    rules = Reading(load_definitions(), CAMPAIGN, limits)
    with Guard(limits) as guard:
        documents = open_all(blobs, guard, ReadContext(limits))
        forms, _ = forms_in(documents, guard, rules)
    assert [(document.name, document.unfinished) for document in documents] == [(f"{n}.docx", True) for n in range(3)]
    problems = [problem for form in forms for problem in form.problems]
    assert [(one.code, one.severity) for one in problems] == [(Code.TOO_LARGE, Severity.WARNING)] * 3
    assert all("工作人员" in one.message and "请用" not in one.message for one in problems)


class Stopwatch:
    """Calls at once and counts for each call what it is told that it takes; a page that is *stuck* takes all the time of its call."""

    def __init__(self, cost: float, *stuck: int) -> None:
        self.used, self.cost, self.stuck = 0.0, cost, stuck

    def run(self, function: Callable[..., Any], *args: Any, seconds: float | None = None) -> Any:
        self.used += self.cost
        context = next((one for one in args if isinstance(one, ReadContext)), None)
        if context is not None and any(map(context.wants, self.stuck)):
            raise WorkerTimeout("seconds")
        return function(*args)


def test_a_page_that_takes_too_long_costs_no_other() -> None:
    """Each is read in a call of its own; the one that cannot be read is named."""
    pages = canvas_of(["alpha", "beta", "gamma"])
    (document,) = open_all([Blob("材料.pdf", "材料.pdf", pages)], Stopwatch(0.1, 2), ReadContext())
    told = "".join(block.text for block in document.paragraphs())
    assert "alpha" in told and "gamma" in told and "beta" not in told
    assert (document.unread, document.unfinished) == ((2,), True)
    assert "第 2 页" in document.problems[0].message and not document.problems[0].is_error
    (whole,) = open_all([Blob("材料.pdf", "材料.pdf", pages)], Stopwatch(0.1), ReadContext())
    assert "beta" in "".join(block.text for block in whole.paragraphs()) and not whole.problems


def test_pages_that_are_heavy_one_after_the_other_are_not_tried_to_the_last() -> None:
    """One that is read among them is a reason to go on; without one, a file of a thousand pages would cost a thousand times what one call may."""
    pages = canvas_of([f"page{number}" for number in range(1, 10)])
    for stuck, tries, read in (
        ((1, 2, 4, 5, 7, 8), 9, {"page3", "page6", "page9"}),
        ((1, 2, 3, 4, 5, 6, 7, 8), 3, set()),
    ):
        watch = Stopwatch(1.0, *stuck)
        (document,) = open_all([Blob("材料.pdf", "材料.pdf", pages)], watch, ReadContext())
        assert watch.used == 2 + tries, "the whole file, its number of pages, and single ones"
        assert set(re.findall(r"page\d", "".join(block.text for block in document.paragraphs()))) == read
        assert set(stuck) <= set(document.unread) and document.unfinished


def test_photos_without_end_are_told_in_one_sentence() -> None:
    """What the first ones took is known from the processor; the others are left to a person."""
    photo = png(np.asarray(Sheet(Style.of(1)).image)[:300])
    blobs = [Blob(f"照片{n}.png", f"照片{n}.png", photo) for n in range(12)]
    documents = open_all(blobs, Stopwatch(5.0), ReadContext(Limits(picture_seconds=-1.0)))
    assert [one.unfinished for one in documents] == [True] * 12
    problems = [problem.message for one in documents for problem in one.problems]
    assert len(problems) == 1 and "等 12 个文件" in problems[0] and "不必重新发送" in problems[0]


@pytest.mark.parametrize("with_form", [True, False])
def test_what_was_not_read_in_time_is_shown_to_a_person_and_blames_nobody(with_form: bool) -> None:
    mail = samples.mail(sender="unit@example.com", subject="报送", files={}, message_id="<1@example.com>")
    late = Document("1.eml!/现场.jpg", "现场.jpg", "image", unfinished=True)
    forms = read_forms(late, load_definitions(), CAMPAIGN)
    documents: tuple[Document, ...] = (late,)
    if with_form:
        (form,) = open_all([Blob("a.docx", "a.docx", samples.registration())], WORKER, ReadContext())
        documents = (form, late)
        forms = [*read_forms(form, load_definitions(), CAMPAIGN), *forms]
    read = Read(parse_message(mail), documents, tuple(forms), NOW)
    rules = Rules(load_definitions(), Roster(), CAMPAIGN)
    decision = decide(Case(read, units_of(read, rules, ()), Known(), rules, NOW))
    assert [(one.reason, one.path) for one in decision.reviews if one.reason == "unfinished"] == [
        ("unfinished", late.path)
    ]
    assert decision.outcome == ("accepted" if with_form else "no_form")
    assert decision.reply is not None and decision.reply.template != "correction" and not decision.reply.attach


def test_advice_fits_the_format() -> None:
    assert all("Word、WPS" not in error("x").told("image") for error in (ReaderError, WorkerCrashed, WorkerTimeout))
    assert "JPG" in ReaderError("x").told("image") and "压缩" in WorkerCrashed("x").told("zip")
    assert "不必重新发送" in OutOfTime("x").told("pdf") and "Word、WPS" in ReaderError("x").told("doc")


def test_a_second_try_has_more_time() -> None:
    first = Limits()
    assert first.patient().seconds > first.seconds and first.patient().total_seconds > first.total_seconds
    assert replace(first.patient(), seconds=first.seconds, total_seconds=first.total_seconds) == first


def test_words_without_end_are_a_persons_and_cost_little_to_decide() -> None:
    """Words behind the bound are no courtesy that nobody sees."""
    text = "谢谢！\n" * 20_000 + "请问能改到10月吗？"
    mail = samples.mail(sender="unit@example.com", subject="Re: 报送", files={}, message_id="<1@example.com>")
    message = replace(parse_message(mail), new_text=text)
    rules = Rules(load_definitions(), Roster(), CAMPAIGN)
    decision = decide(heard(Case(Read(message, (), (), NOW), (), Known(sender_units=("甲",)), rules, NOW)))
    assert decision.reviews and decision.why != "courtesy only"
