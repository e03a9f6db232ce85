"""The sample mails and the embedded servers: each mail shows what it promises."""

from __future__ import annotations

import io
import smtplib
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from imapclient import IMAPClient

from bot.base.errors import BotError
from bot.cli.demo.forms import filled_docx
from bot.cli.demo.mails import ADDRESS, ZONE, Answered, Day, Sample, days, moment, of_kind
from bot.cli.demo.run import prepare
from bot.cli.demo.servers import HOST, PASSWORD, mail_servers
from bot.forms.definitions import load_definitions
from bot.forms.model import Kind
from bot.message.model import Message
from bot.message.parse import parse_message

DEFINITIONS = load_definitions()
UNANSWERED = Answered()


@cache
def story() -> Sequence[Day]:
    return days(DEFINITIONS)


@cache
def samples() -> dict[str, tuple[Day, Sample]]:
    return {sample.what: (day, sample) for day in story() for sample in day.samples}


def mail(what: str, answered: Answered = UNANSWERED) -> Message:
    day, sample = next((day, sample) for name, (day, sample) in samples().items() if what in name)
    raw = sample.build(day.at, answered)
    assert raw is not None
    return parse_message(raw, (ADDRESS,))


def test_days_go_through_both_deadlines_in_order() -> None:
    times = [day.at for day in story()]
    assert times == sorted(times)
    assert times[0] < moment(8, 30, 23, 59) < times[-1]
    assert times[-1] > moment(9, 30, 23, 59)
    assert len(samples()) >= 14


def test_every_mail_is_whole_and_dated() -> None:
    for what, (day, sample) in samples().items():
        message = mail(what)
        assert message.sender.email == sample.sender, what
        assert message.message_id, what
        assert message.date is not None and message.date.astimezone(ZONE) - day.at < timedelta(minutes=1), what
        assert "\ufffd" not in message.subject + message.text + "".join(part.name for part in message.parts), what


def test_robots_are_robots_and_people_are_people() -> None:
    robots = {what for what in samples() if mail(what).robot}
    assert robots == {what for what in samples() if "自动回复" in what or "退信" in what}


def test_raw_gbk_reads_as_chinese() -> None:
    message = mail("GBK")
    assert message.subject == "惠安县科协报送申报表"
    assert [part.name for part in message.parts] == ["惠安申报表.docx"]
    assert "请查收附件" in message.text
    _, sample = next(pair for what, pair in samples().items() if "GBK" in what)
    raw = sample.build(moment(8, 25, 10), Answered())
    assert raw is not None
    assert "惠安县科协报送申报表".encode("gbk") in raw.partition(b"\n\n")[0]


def test_zip_names_are_gbk_without_the_utf8_flag() -> None:
    part = mail("压缩包").parts[0]
    with zipfile.ZipFile(io.BytesIO(part.data), metadata_encoding="gbk") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["藤铁工艺里的科学申报表.docx", "防震减灾应急演练申报表.docx"]
        assert not any(member.flag_bits & 0x800 for member in archive.infolist())


def test_link_mail_has_no_file_but_a_link() -> None:
    message = mail("网盘")
    assert not message.parts
    assert [link.name for link in message.cloud_links] == ["德化县申报材料.zip"]


def test_answers_refer_to_what_the_bot_wrote() -> None:
    message = mail("按答复补正", Answered("<bot@example.com>", "Re: 石狮 【受理号 KP2023-0002】"))
    assert message.in_reply_to == ("<bot@example.com>",)
    assert "KP2023-0002" in message.subject


def test_filled_form_shows_values_and_ticks() -> None:
    from docx import Document

    form = of_kind(DEFINITIONS, Kind.REGISTRATION)
    values = {
        "reporting_unit": "某单位",
        "activity_name": "某活动",
        "activity_types": ("展览展示", "其他：研学"),
        "expected_public": 321,
    }
    document = Document(io.BytesIO(filled_docx(form, values)))
    text = "\n".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    assert any("某单位" in line.text for line in document.paragraphs)
    assert "某活动" in text
    assert "☑展览展示" in text
    assert "☑其他：研学" in text
    assert "□互动体验" in text
    assert "321 人" in text


def test_servers_take_and_keep_mail() -> None:
    with mail_servers(ADDRESS) as servers:
        servers.deliver(b"Subject: one\r\n\r\nbody\r\n", moment(8, 23, 9))
        with IMAPClient(HOST, servers.imap_port, ssl=False) as client:
            client.login(ADDRESS, PASSWORD)
            client.select_folder("INBOX", readonly=True)
            uid = client.search()[0]
            found = client.fetch([uid], ["BODY.PEEK[]", "INTERNALDATE"])[uid]
        assert found[b"BODY[]"] == b"Subject: one\r\n\r\nbody\r\n"
        with smtplib.SMTP(HOST, servers.smtp_port) as client:
            with pytest.raises(smtplib.SMTPException):
                client.sendmail(ADDRESS, ["a@example.com"], b"Subject: no login\r\n\r\n")
            client.login(ADDRESS, PASSWORD)
            client.sendmail(ADDRESS, ["a@example.com"], b"Subject: two\r\n\r\n")
        assert [one.to for one in servers.deliveries] == [("a@example.com",)]


def test_a_folder_with_other_things_is_never_emptied(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "letter.txt").write_text("x")
    for keep in (False, True):
        with pytest.raises(BotError):
            prepare(out, keep)
    assert (out / "letter.txt").read_text() == "x"


def test_own_results_are_replaced_or_moved_aside(tmp_path: Path) -> None:
    out = tmp_path / "demo-output"
    prepare(out, False)
    (out / "old").touch()
    prepare(out, True)
    assert not (out / "old").exists()
    assert (tmp_path / "demo-output-1" / "old").exists()
    (out / "newer").touch()
    prepare(out, False)
    assert not (out / "newer").exists()


def test_samples_have_different_names() -> None:
    all_samples: list[Sample] = [sample for day in story() for sample in day.samples]
    assert len({sample.what for sample in all_samples}) == len(all_samples)
