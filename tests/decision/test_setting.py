"""Values that a coordinator sets in words: read where it is decided, and therefore bounded."""

from __future__ import annotations

import pytest

from bot.base.replacing import replace
from bot.decision.facts import Case, Known, OpenItem
from bot.decision.office.deciding import assign_unit
from bot.decision.office.done import Done
from bot.decision.office.reading import Act, Deed
from bot.decision.office.setting import set_values
from bot.decision.states import ReviewReason
from bot.decision.words.granting import judge
from bot.decision.words.requests import Request, Wish
from tests.decision.test_versions import NOW, RULES, read, registration, stored


def test_what_is_longer_than_a_form_sets_nothing() -> None:
    form, done = stored(registration()), Done()
    case = Case(read(), (), Known((form,)), RULES, NOW)
    set_values(Act(Deed.CORRECT, text="活动地点：" + "海" * 5000), form, [], case, done)
    assert not done.settled and "过长" in done.faults[0]
    set_values(Act(Deed.CORRECT, text="活动地点：市图书馆"), form, [], case, done)
    assert done.settled[form.ref].form.text("venue") == "市图书馆"


@pytest.mark.parametrize(
    ("address", "told"),
    [("a@example.com", "已通知报送单位"), ("", "没有可通知的邮箱"), ("noreply@example.com", "没有可通知的邮箱")],
)
def test_who_hears_of_it_is_said_as_it_is(address: str, told: str) -> None:
    form = replace(stored(registration()), from_addr=address, unit="未列入名册的单位")
    case = Case(read(sender="boss@example.gov.cn"), (), Known((form,)), RULES, NOW)
    set_done, unit_done = Done(), Done()
    set_values(Act(Deed.CORRECT, text="活动地点：市图书馆"), form, [], case, set_done)
    assign_unit([form], "晋江市天文协会", [], case, unit_done)
    found = judge(Request(Wish.APPROVE, (form.ref,)), case)
    lines = (*set_done.lines, *unit_done.lines, str(found.reply.context["paragraphs"]) if found.reply else "")
    assert all(told in line for line in lines), lines


def test_what_is_not_understood_is_told_in_the_words_of_its_door() -> None:
    """Who writes a mail learns how a line is written; who filled in a field of the page need not."""
    form = stored(registration())
    by_mail, on_page = Done(), Done()
    act = Act(Deed.CORRECT, text="联系电话：星期二\n怪栏目：甲")
    case = Case(read(), (), Known((form,)), RULES, NOW)
    set_values(act, form, [], case, by_mail)
    set_values(act, form, [], replace(case, read=replace(case.read, at_desk=True)), on_page)
    assert "请写“更正 KP2023-0001 栏目：内容”" in by_mail.faults[0] and "请写" not in on_page.faults[0]
    assert "没有改动" in on_page.faults[0] and "如下" not in on_page.faults[0] and not on_page.settled


def test_a_correction_settles_one_letter_and_not_all_of_the_notice() -> None:
    form = stored(registration())
    first, second = (
        OpenItem(
            n, ReviewReason.WORDS, form.ref, form.unit, "a@example.com", "a@example.com", "报送", n, "", "", "", ""
        )
        for n in (4, 5)
    )
    case = Case(read(), (), Known((form,), items=(first, second), noticed=(4, 5)), RULES, NOW)
    unsaid, said = Done(), Done()
    set_values(Act(Deed.CORRECT, text="活动地点：市图书馆"), form, [first, second], case, unsaid)
    set_values(Act(Deed.CORRECT, (5,), text="活动地点：市图书馆"), form, [second], case, said)
    assert not unsaid.closed and "4、5仍待办" in unsaid.lines[-1]
    assert list(said.closed) == [5]
