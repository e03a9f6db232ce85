"""A file that lost its end says so: what was in it must not vanish without a word."""

from __future__ import annotations

import pytest

from bot.base.problems import Code
from bot.documents.context import ReadContext
from bot.documents.model import Blob
from bot.documents.open import open_blob
from tests.factory import rtf_file
from tests.factory.layouts import LAYOUTS
from tests.mails.outlook_files import tnef

FORM = rtf_file.rtf_bytes(LAYOUTS["wps_grid"]())


@pytest.mark.parametrize("part", range(1, 20))
def test_a_cut_winmail_dat_is_damaged(part: int) -> None:
    data = tnef([("表.rtf", FORM)], body="见附件")
    opened = open_blob(Blob("winmail.dat", "winmail.dat", data[: len(data) * part // 20]), ReadContext())
    problems = opened.document.problems if opened.document else ()
    assert opened.children or Code.UNREADABLE in {problem.code for problem in problems}


def test_a_whole_winmail_dat_without_files_is_silent() -> None:
    opened = open_blob(Blob("winmail.dat", "winmail.dat", tnef([], body="您好")), ReadContext())
    assert not (opened.document and opened.document.problems)
