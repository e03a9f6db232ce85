"""Pictures sent by themselves: of an activity when registrations are closed, before that perhaps a form that nobody could read."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.base.campaign import Campaign
from bot.base.replacing import replace
from bot.base.settings import Deadline
from bot.decision.decide import decide
from bot.decision.facts import Case, Known, Read
from bot.decision.rules import Rules
from bot.documents.model import Document
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Kind, Value
from bot.forms.units.roster import Roster
from bot.message.model import Address, Message
from tests.decision.test_versions import stored
from tests.reading import heard

ZONE = ZoneInfo("Asia/Shanghai")
RULES = Rules(
    load_definitions(),
    Roster(),
    Campaign("科普日", date(2023, 8, 21), date(2023, 9, 30)),
    deadlines=(
        Deadline(name="申报", due=datetime(2023, 8, 30, 23, 59, 59, tzinfo=ZONE), collects=("registration",)),
        Deadline(name="总结", due=datetime(2023, 9, 30, 23, 59, 59, tzinfo=ZONE), collects=("report",)),
    ),
)
KNOWN = Known(sender_units=("晋江市科协",))


def mail(day: datetime, text: str = "活动照片，请查收。", *names: str) -> Read:
    message = Message("<m@x>", (), (), (), Address("a@example.com"), (), (), "照片", None, text, "", text, ())
    files = tuple(Document(f"1.eml!/{name}", name, "image") for name in names or ("现场1.jpg", "现场2.jpg"))
    return Read(message, files, (), day)


def test_after_registration_they_are_kept_shown_and_thanked_for() -> None:
    at = datetime(2023, 9, 20, 10, tzinfo=ZONE)
    decision = decide(heard(Case(mail(at), (), KNOWN, RULES, at)))
    assert decision.reply is not None and decision.reply.attach == ()
    words = " ".join(map(str, decision.reply.context["paragraphs"]))  # type: ignore[call-overload]  # a list of paragraphs
    assert "活动图片2张" in words and "9月30日前" in words
    assert [one.reason for one in decision.reviews] == ["pictures"] and "现场1.jpg" in decision.reviews[0].detail
    assert set(decision.units_of_paths.values()) == {"晋江市科协"}


@pytest.mark.parametrize("day", [datetime(2023, 8, 25, 10, tzinfo=ZONE)])
def test_before_they_may_be_a_form(day: datetime) -> None:
    decision = decide(heard(Case(mail(day), (), KNOWN, RULES, day)))
    assert decision.reply is not None and decision.reply.template == "no_form"


@pytest.mark.parametrize(("begins", "template"), [("2023-09-21", "no_form"), ("2023-09-20", "command")])
def test_before_the_activity_they_may_be_one_too(begins: str, template: str) -> None:
    at = datetime(2023, 9, 20, 10, tzinfo=ZONE)
    form = Form(Kind.REGISTRATION, "1.eml!/a.docx", "docx", {"start_date": Value(date.fromisoformat(begins))})
    known = replace(KNOWN, mine=(stored(form),))
    decision = decide(heard(Case(mail(at), (), known, RULES, at)))
    assert decision.reply is not None and decision.reply.template == template


def test_a_logo_below_thanks_is_no_picture_of_an_activity() -> None:
    at = datetime(2023, 9, 20, 10, tzinfo=ZONE)
    assert decide(heard(Case(mail(at, "收到，谢谢！", "logo.png"), (), KNOWN, RULES, at))).why == "courtesy only"


def test_a_form_beside_makes_it_another_mail() -> None:
    at = datetime(2023, 9, 20, 10, tzinfo=ZONE)
    other = mail(at)
    with_file = replace(other, documents=(*other.documents, Document("1.eml!/说明.docx", "说明.docx", "docx")))
    assert decide(Case(with_file, (), KNOWN, RULES, at)).why != "pictures"
