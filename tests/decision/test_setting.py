"""Values that a coordinator sets in words: read where it is decided, and therefore bounded."""

from __future__ import annotations

from bot.decision.facts import Case, Known
from bot.decision.office.done import Done
from bot.decision.office.reading import Act, Deed
from bot.decision.office.setting import set_values
from tests.decision.test_versions import NOW, RULES, read, registration, stored


def test_what_is_longer_than_a_form_sets_nothing() -> None:
    form, done = stored(registration()), Done()
    case = Case(read(), (), Known((form,)), RULES, NOW)
    set_values(Act(Deed.CORRECT, text="活动地点：" + "海" * 5000), form, [], case, done)
    assert not done.settled and "过长" in done.faults[0]
    set_values(Act(Deed.CORRECT, text="活动地点：市图书馆"), form, [], case, done)
    assert done.settled[form.ref].form.text("venue") == "市图书馆"
