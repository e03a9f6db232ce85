"""A letter about a long table can be read on a telephone; nothing of it is lost."""

import io
from email.message import EmailMessage
from typing import cast

import pytest
from openpyxl import load_workbook

from bot.base.problems import Code, Problem, Severity
from bot.decision.model import Item, ItemState, MailKind, Reply
from bot.forms.model import Kind
from tests.letters.conftest import Answer, Read

HEADS = ("序号", "活动名称", "联系电话")


def table_of(rows: int) -> tuple[tuple[str, ...], ...]:
    return (HEADS, *((str(n), f"第{n}场讲座", "=1+1") for n in range(1, rows + 1)))


def problems_of(number: int, severity: Severity) -> tuple[Problem, ...]:
    return tuple(
        Problem(Code.MISSING, severity, f"第{n}行缺联系电话", "phone", place=f"第{n}行") for n in range(number)
    )


def sent(answer: Answer, template: str, item: Item) -> tuple[Read, dict[str, list[tuple[object, ...]]]]:
    mail = answer(Reply(MailKind.ANSWER, template, "KP2031-0001", items=(item,), unit="某区科协"))
    files = list(cast(EmailMessage, mail.message).iter_attachments())
    sheets = {}
    for file in files:
        book = load_workbook(io.BytesIO(cast(bytes, file.get_payload(decode=True))))
        sheets |= {sheet.title: list(sheet.values) for sheet in book}
        assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    return mail, sheets


@pytest.mark.parametrize(("template", "severity"), [("confirmation", Severity.WARNING), ("correction", Severity.ERROR)])
def test_a_long_table_is_shown_in_part_and_attached_whole(answer: Answer, template: str, severity: Severity) -> None:
    item = Item(
        Kind.SUMMARY, ItemState.NEW, "汇总表", "汇总表.xlsx", "KP2031-0001", 1, "某区科协",
        table=table_of(400), problems=problems_of(300, severity),
    )  # fmt: skip
    mail, sheets = sent(answer, template, item)
    assert len(mail.text) < 8_000 and len(mail.html) < 40_000
    assert "第400场讲座" not in mail.text and "全部内容和提示.xlsx" in mail.text and "全部内容和提示.xlsx" in mail.html
    rows, remarks = sheets.values()
    assert rows[0] == HEADS and rows[-1] == ("400", "第400场讲座", "=1+1") and len(rows) == 401
    assert len(remarks) == 301 and remarks[-1][4] == "第299行缺联系电话"


def test_a_short_one_stands_in_the_letter_alone(answer: Answer) -> None:
    item = Item(
        Kind.SUMMARY, ItemState.NEW, "汇总表", "汇总表.xlsx", "KP2031-0001", 1, "某区科协",
        table=table_of(30), problems=problems_of(30, Severity.WARNING),
    )  # fmt: skip
    mail, sheets = sent(answer, "confirmation", item)
    assert not sheets and "第30场讲座" in mail.text and "第29行缺联系电话" in mail.text
