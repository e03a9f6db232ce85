"""The digest as a mail: read back with the standard library, its numbers and pictures compared with the figures."""

import io
import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from bot.digest.mail import Drawn, digest_mail
from bot.digest.samples import sample_mails
from bot.digest.slots import Slot, due_slots
from bot.digest.workbook.charts import draw_charts
from bot.digest.workbook.fonts import candidates, chinese_fonts, without_glyph
from bot.digest.workbook.workbook import build_workbook
from bot.forms.model import Kind
from bot.forms.units.roster import load_roster
from bot.letters.model import Envelope
from bot.letters.office import office_of
from bot.letters.render import Renderer
from bot.store.database import Store
from tests.digest.conftest import Office
from tests.digest.world import World, world_settings

TEMPLATES = Path(__file__).parents[2] / "templates"


def mail_of(
    office: Office, deadline: int = 0, now: str = "2023-08-29T09:00", last: object = None, slot: Slot | None = None
) -> EmailMessage:
    found = office.figures(deadline, now, last)
    book = build_workbook(found, office_of(office.settings))
    renderer = Renderer(TEMPLATES, office_of(office.settings))
    rendered = digest_mail(
        found,
        Drawn(draw_charts(found), book),
        renderer,
        slot,
        found.now,
        Envelope("coordinator@example.gov.cn"),
        "<d1@example.com>",
    )
    message = message_from_bytes(rendered.raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == rendered.subject and message["To"] == rendered.to_addr == "coordinator@example.gov.cn"
    return message


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_mail_says_the_figures_in_text_and_html(office: Office) -> None:
    found, message = office.figures(), mail_of(office)
    assert message["Auto-Submitted"] == "auto-generated" and message["Message-ID"] == "<d1@example.com>"
    assert f"已报{found.reported}/{found.expected}个单位" in str(message["Subject"]) and "还有1天" in str(
        message["Subject"]
    )
    text, html = part(message, "plain"), part(message, "html")
    bare = re.sub(r"<[^>]+>|\s", "", html)
    for said in (f"{found.participants:,}", f"{len(found.activities)}项", "距截止还有1天"):
        assert said in re.sub(r"\s", "", text) and said in bare, said
    for unit in found.missing:
        assert unit.unit.name in text and unit.unit.name in html
    assert "庄晓东" in html and "jjkx@example.com" not in html, (
        "晋江 has reported; its contact is not listed as missing"
    )
    for form in found.open_forms[:25]:
        assert form.ref in text and form.ref in html
    for review in found.reviews:
        assert review.detail in text and review.detail in html
    assert "<script" not in html and "None" not in text and "Undefined" not in html


def test_every_picture_is_shown_inline_and_is_a_sharp_png(office: Office) -> None:
    message = mail_of(office)
    html = part(message, "html")
    shown = set(re.findall(r'src="cid:([^"]+)"', html))
    pictures = {str(p["Content-ID"]).strip("<>"): p for p in message.walk() if p.get_content_type() == "image/png"}
    assert shown == set(pictures) == {"progress", "calendar", "counties", "kinds"}
    for cid, picture in pictures.items():
        image = Image.open(io.BytesIO(picture.get_payload(decode=True)))
        width = int(re.search(rf'cid:{cid}" width="(\d+)"', html)[1])  # type: ignore[index]
        assert image.width == 2 * width and len({pixel for _, pixel in image.convert("RGB").getcolors(1 << 20)}) > 20
        assert re.search(rf'cid:{cid}"[^>]* alt="[^"]{{8,}}"', html)
    assert all(int(w) <= 600 for w in re.findall(r'width="(\d+)"', html)), "nothing wider than 600 pixels"


def test_the_workbook_is_attached_and_agrees(office: Office) -> None:
    [book] = mail_of(office).iter_attachments()
    assert book.get_filename() == "2023年泉州市全国科普日重点活动申报汇总20230829.xlsx"
    sheet = load_workbook(io.BytesIO(book.get_payload(decode=True)))["统计"]
    totals = {row[0].value: row[1].value for row in sheet.iter_rows(max_row=12)}
    found = office.figures()
    assert totals["活动"] == len(found.activities) and totals["预计公众参与活动人数"] == found.participants
    assert totals["缺报单位"] + totals["已报单位"] == totals["应报单位"] == found.expected


def test_a_missed_and_a_final_digest_say_so(office: Office) -> None:
    zone = office.settings.schedule.zone
    started = datetime(2023, 8, 20, tzinfo=zone)
    [late] = due_slots(office.settings.deadline[:1], zone, {}, started, datetime(2023, 8, 29, 15, tzinfo=zone))
    text = part(mail_of(office, now="2023-08-29T15:00", slot=late), "plain")
    assert "原定8月29日9:00的汇总当时没有发出" in text and "错过的2次汇总不再另发" in text
    [final] = due_slots(office.settings.deadline[:1], zone, {}, started, datetime(2023, 8, 31, 9, tzinfo=zone))
    message = mail_of(office, now="2023-08-31T09:00", slot=final)
    assert (
        "最终汇总" in str(message["Subject"])
        and "逾期" in part(message, "plain")
        and "当时没有发出" not in part(message, "plain")
    )


def test_changes_and_the_report_digest(office: Office) -> None:
    last = ("2023-09-29T09:00:00+08:00", {"reported": 1, "activities": 90, "units": []})
    message = mail_of(office, 1, "2023-10-01T09:00", last)
    text, found = part(message, "plain"), office.figures(1, "2023-10-01T09:00")
    assert f"已报单位{found.reported - 1:+d}" in text and f"活动{len(found.activities) - 90:+d}" in text
    assert "材料不齐的活动" in text and "缺总结、图片、新闻链接" in text and "已交总结单位" in text


def test_strangers_words_are_escaped_and_bounded(empty_office: Office) -> None:
    at = datetime(2023, 8, 25, 9, tzinfo=empty_office.settings.schedule.zone)
    name = "<script>alert(1)</script>&\u202e\x07" + "很" * 5000
    empty_office.world.add(
        Kind.REGISTRATION,
        "<b>单位</b>",
        name,
        at,
        fields={"activity_name": name, "activity_types": ["<i>"]},
        status="needs_correction",
    )
    empty_office.world.add(Kind.SUMMARY, "{{ 7*7 }}", "t", at, rows=[{"activity_name": name}])
    message = mail_of(empty_office)
    html = part(message, "html")
    assert (
        "<script" not in html
        and "<b>单位" not in html
        and "<i>" not in html
        and "\u202e" not in html
        and "{{ 7*7 }}" in html
    )
    assert len(html) < 60_000


def test_an_empty_office_gets_a_digest_without_pictures(empty_office: Office) -> None:
    message = mail_of(empty_office)
    assert not [p for p in message.walk() if p.get_content_type() == "image/png"]
    assert "已报0/52个单位" in str(message["Subject"]) and "目前没有需要处理的事项" in part(message, "plain")


def test_without_a_roster_nobody_is_said_to_be_missing(tmp_path: Path) -> None:
    settings = world_settings(tmp_path, roster={})
    with Store(settings.store.path) as store:
        office = Office(settings, load_roster(settings), store, World(store))
        at = datetime(2023, 8, 25, 9, tzinfo=settings.schedule.zone)
        office.world.add(Kind.REGISTRATION, "华侨大学", "科普展", at, fields={"activity_name": "科普展"})
        message = mail_of(office)
        assert "已报1个单位，1项活动" in str(message["Subject"]) and office.figures().progress[-1].units == 1
        text = part(message, "plain")
        assert (
            "未配置单位名单" in text and "尚未报送" not in text and "全部报齐" not in text and "【来报单位】1个" in text
        )


def test_thousands_of_activities_stay_a_readable_mail(empty_office: Office) -> None:
    at = datetime(2023, 8, 25, 9, tzinfo=empty_office.settings.schedule.zone)
    for unit in range(20):
        rows = [
            {"activity_name": f"活动{unit}-{n}", "start_date": "2023-09-17", "end_date": "2023-09-17"}
            for n in range(100)
        ]
        empty_office.world.add(Kind.SUMMARY, f"晋江市第{unit}小学", "汇总表", at + timedelta(hours=unit), rows=rows)
    message = mail_of(empty_office)
    assert "2000" in part(message, "plain").replace(",", "") and "另有1975项" in part(message, "plain")
    assert len(part(message, "html")) < 80_000, "webmails cut longer ones"


def test_templates_pass_the_check_with_full_and_empty_samples(office: Office) -> None:
    renderer = Renderer(TEMPLATES, office_of(office.settings))
    assert renderer.check_templates(sample_mails(datetime(2023, 8, 28, 9, tzinfo=office.settings.schedule.zone))) == []


def test_fonts_have_every_character_that_the_pictures_show(office: Office) -> None:
    assert chinese_fonts()
    letters = set("已报单位应活动项右轴截止周一二三四五六日月市直及其他余人（），…主要类型对象总结份")
    for chart in draw_charts(office.figures()):
        letters |= set(chart.alt + chart.title)
    letters |= set("".join(office.roster.county(unit.name) for unit in office.roster.units))
    path = next(candidates())
    assert without_glyph("".join(letters), path) == ""
    assert without_glyph("\U0001f9ea", path) == "\U0001f9ea", "the test itself can fail"


def test_pictures_draw_odd_names_without_harm(office: Office, recwarn: pytest.WarningsRecorder) -> None:
    from bot.base.replacing import replace

    odd = replace(
        office.figures(),
        counties=(("$x_1^2$ \\frac", 3, 0), ("很长" * 30, 2, 5), *((f"县{n}", 1, 1) for n in range(30))),
    )
    charts = draw_charts(odd)
    assert len(charts) == 4 and all(chart.png.startswith(b"\x89PNG") for chart in charts)
    assert not [w for w in recwarn if "Glyph" in str(w.message)]
    assert draw_charts(odd) == charts, "the same figures give the same bytes"
