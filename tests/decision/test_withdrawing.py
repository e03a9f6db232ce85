"""Which of a sender's forms a letter withdraws (``withdrawing.json``), in the thread of the second of two: ``gone`` its references; else whether its
writer is asked which one, a person reads the words, all ``stays``, or he hears that it is gone ``already``. ``which``: in answer to our asking; ``after_act``:
his mail before was done; ``is_gone``: the thread's form was withdrawn before; ``admitted``: he is on record only because a person took a version of his."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from bot.base.replacing import replace
from bot.decision.decide import decide
from bot.decision.facts import Case, Known, LastMail, Read
from bot.decision.states import ReviewReason, Status
from bot.forms.units.roster import Roster, RosterUnit
from bot.message.parse import parse_message
from tests.cases import cases
from tests.decision.test_versions import NOW, RULES, registration, stored
from tests.reading import heard

SCHOOL = replace(RULES, roster=Roster((RosterUnit(name="永春县龙水中学"),)))


@pytest.mark.parametrize("case", cases(__file__, "withdrawing.json"))
def test_what_is_withdrawn(case: dict[str, Any]) -> None:
    sender = case.get("sender", "a@example.com")
    first = "a@example.com" if case.get("admitted") else sender
    forms = tuple(
        replace(stored(registration(activity_name=name), number), title=name, from_addr=sender, first_addr=first)
        for number, name in enumerate(("流动科技馆（惠安站）", "流动科技馆（南安站）"), 1)
    )
    forms = (forms[0], replace(forms[1], status=Status.WITHDRAWN)) if case.get("is_gone") else forms
    refs = tuple(one.ref for one in forms)
    known = Known(
        forms,
        mine=forms,
        answered=refs[1:],
        tokens=frozenset(refs),
        last_number=2,
        which=(7,) if case.get("which") else (),
        last=LastMail(is_act=True) if case.get("after_act") else None,
    )
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, "kepu@example.org", "Re: 报送", "<m@x>"
    mail.set_content(case["text"])
    read = Read(parse_message(mail.as_bytes(), ["kepu@example.org"]), (), (), NOW)
    decision = decide(heard(Case(read, (), known, SCHOOL, NOW)))
    assert [one.ref for one in decision.changes] == case.get("gone", [])
    reasons = {one.reason for one in decision.reviews}
    told = "".join(map(str, decision.reply.context.get("paragraphs", []))) if decision.reply else ""
    if case.get("asks"):
        assert ReviewReason.WITHDRAWAL in reasons and "写明是哪一项" in told
    elif case.get("person"):
        assert reasons and "已撤回" not in told and "没有变动" not in told
    elif case.get("stays"):
        assert not reasons and "没有办理撤回" in told
    elif case.get("already"):
        assert "此前已经撤回" in told
