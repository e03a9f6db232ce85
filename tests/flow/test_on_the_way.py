"""A form that came late and was sent in time, and a mail that came damaged: what the coordinator hears of the way."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.flow import samples
from tests.flow.office import Office, text_of

OURS = "Received: from a.example.org (unknown [192.0.2.1])\r\n\tby mx19 (Coremail) with SMTP id {id};\r\n\t{at} +0800 (CST)\r\n"
CLIENT = "Received: from pc (unknown [198.51.100.7])\r\n\tby smtp.example.org with ESMTPA id 9F2;\r\n\t{at} +0800\r\n"
PROOF = "X-CM-TRANSID:{id}\r\nAuthentication-Results: mx19; spf=pass smtp.mail=unit@jinjiang.example.com;\r\n"
ID = "x8mowAAX4tcS6zReRf_REg--.49102S3"
BEFORE, AT_NIGHT, AFTER = "Wed, 30 Aug 2023 23:41:09", "Wed, 30 Aug 2023 23:58:07", "Thu, 31 Aug 2023 00:11:50"


def mail(*head: str, when: str = "2023-08-30T23:40") -> bytes:
    sample = samples.mail(files={"申报表.docx": samples.registration()}, when=when).decode()
    start, blank, body = sample.partition("\n\n")
    lines = "".join(one for one in head if one.startswith("Received"))
    end = "".join(one for one in head if not one.startswith("Received"))
    return (lines + start + "\n" + end.removesuffix("\r\n") + blank + body).replace("\r\n", "\n").encode()


WAYS: list[tuple[str, bytes, str]] = [
    ("a relay", mail(OURS.format(id=ID, at=AFTER), CLIENT.format(at=BEFORE)), "逾期1天；据发件方8月30日23:41已发出"),
    ("its Date alone", mail(), "逾期1天；据发件方8月30日23:40已发出"),
    ("the server had it", mail(OURS.format(id=ID, at=AT_NIGHT), CLIENT.format(at=BEFORE), PROOF.format(id=ID)), "逾期1天；据发件方8月30日23:41已发出，收件服务器8月30日23:58已收下"),
    ("a server's line without its mark", mail(OURS.format(id=ID, at=AT_NIGHT), CLIENT.format(at=BEFORE)), "逾期1天；据发件方8月30日23:41已发出"),
    ("handed in after the deadline", mail(OURS.format(id=ID, at=AFTER), CLIENT.format(at=AFTER)), "逾期1天"),
    ("a clock that is weeks slow", mail(when="2023-08-01T09:00"), "逾期1天"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "told"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_sent_in_time_and_late_on_the_way(office: Office, raw: bytes, told: str) -> None:
    office.deliver(raw, when="2023-08-31T00:12+08:00")
    office.once(now="2023-08-31T08:00+08:00")
    assert office.view("SELECT is_late FROM v_submissions") == [{"is_late": 1}], "nobody's word makes it less late"
    office.once(now="2023-08-31T09:00+08:00")
    (digest,) = [one for one in office.sent if one["Auto-Submitted"] == "auto-generated"]
    (line,) = [one for one in text_of(digest).splitlines() if "逾期1天" in one]
    assert line.endswith(told)
    (book,) = [one.get_content() for one in digest.iter_attachments() if str(one.get_filename()).endswith(".xlsx")]
    rows = openpyxl.load_workbook(io.BytesIO(book))["问题"].iter_rows(values_only=True)
    (row,) = [row for row in rows if row[0] == "逾期"]
    assert row[4] == (f"{told}，8月31日00:12收到" if "；" in told else told)


def test_in_time_needs_no_word(office: Office) -> None:
    office.deliver(mail(when="2023-08-29T10:00"), when="2023-08-29T10:01+08:00")
    office.once(now="2023-08-31T09:00+08:00")
    (digest,) = [one for one in office.sent if one["Auto-Submitted"] == "auto-generated"]
    assert "据发件方" not in text_of(digest)


def test_a_mail_that_was_cut_off_is_shown(office: Office) -> None:
    whole = mail()
    office.deliver(
        whole[: whole.rindex(b"\n--")], samples.mail("b@quanzhou.example.com", "在吗", "请问报送邮箱是这个吗？")
    )
    office.once()
    found = office.view(
        "SELECT reason, detail, from_addr FROM review r JOIN mail m ON m.id = r.mail WHERE reason = 'damaged'"
    )
    assert [one["from_addr"] for one in found] == ["unit@jinjiang.example.com"]
    assert "没有结尾" in found[0]["detail"]
    assert office.view("SELECT outcome FROM v_messages ORDER BY id")[0] == {"outcome": "accepted"}
