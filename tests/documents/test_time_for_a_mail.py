"""What many costly parts of one mail may take together."""

from __future__ import annotations

from datetime import date

from bot.documents.context import ReadContext
from bot.documents.guard import Guard
from bot.documents.model import Blob, Limits
from bot.documents.read import open_all
from bot.forms.definitions import load_definitions
from bot.forms.model import Campaign
from bot.problems import Code
from bot.understand import Understanding, forms_in
from tests.flow import samples


def test_what_is_left_when_the_time_is_over_is_told_one_by_one() -> None:
    limits = Limits(total_seconds=0.0)
    blobs = [Blob(f"{number}.docx", f"{number}.docx", samples.registration()) for number in range(3)]
    rules = Understanding(load_definitions(), Campaign("科普日", date(2023, 8, 21), date(2023, 9, 30)), limits)
    with Guard(limits) as guard:
        documents = open_all(blobs, guard, ReadContext(limits))
        forms = forms_in(documents, guard, rules)
    assert [document.name for document in documents] == ["0.docx", "1.docx", "2.docx"]
    assert [problem.code for form in forms for problem in form.problems] == [Code.TOO_LARGE] * 3
    assert all("分几封邮件" in form.problems[0].message for form in forms)
