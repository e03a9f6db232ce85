"""What many costly parts of one mail may take together; what is not read in time is no fault of its sender."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.base.campaign import Campaign
from bot.base.limits import Limits
from bot.base.problems import Code, Severity
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
from tests.reading import heard
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
