"""Work summaries in September: as a file or in the mail, with pictures beside it, for the activity they report on."""

from __future__ import annotations

import io
import json

import docx
from PIL import Image

from tests.flow import samples
from tests.flow.office import Office, text_of

TEXT = (
    "9月17日，晋江市科学技术协会在晋江市科技馆举办“科技馆里的海洋课”活动，取得了良好效果，现将活动开展情况总结如下。"
    "活动共吸引青少年及家长五百余人参与，现场发放科普资料六百份，设置海洋标本展示、互动体验、专家讲解三个环节，受到群众欢迎。"
    "下一步，我们将继续办好此类活动，不断提升全民科学素质。报道链接：https://news.example.com/2023/0918.html"
)
NOW = "2023-09-26T10:00+08:00"


def report() -> bytes:
    document = docx.Document()
    document.add_heading("“科技馆里的海洋课”活动总结", 0)
    document.add_paragraph("晋江市科学技术协会")
    for line in TEXT.split("。"):
        document.add_paragraph(line + "。")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def photo(shade: int) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((900, 700), shade).convert("RGB").save(stream, "JPEG", quality=70)
    return stream.getvalue()


def with_form(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()


def test_a_report_with_pictures_beside_it(office: Office) -> None:
    with_form(office)
    files = {"活动总结.docx": report(), "现场1.jpg": photo(40), "现场2.jpg": photo(80)}
    office.deliver(
        samples.mail(subject="活动总结", text="总结和照片见附件。", files=files, when="2023-09-26T09:00"),
        when="2023-09-26T09:00+08:00",
    )
    office.once(now=NOW)
    (row,) = office.view("SELECT * FROM v_submissions WHERE kind = 'report'")
    assert row["unit"] == "晋江市科学技术协会" and row["status"] == "accepted" and row["title"] == "科技馆里的海洋课"
    (stored,) = office.view("SELECT content FROM submission WHERE kind = 'report'")
    content = json.loads(stored["content"])
    assert len(content["pictures"]) == 2 and all(
        (office.path / "data" / one["file"]).is_file() for one in content["pictures"]
    )
    assert any("news.example.com" in link for link in [*content["links"], str(content["fields"])])
    answer = text_of(office.answers()[-1])
    assert "活动总结" in answer and "没有看到" not in answer
    assert office.view("SELECT reports FROM v_units") == [{"reports": 1}]


def test_what_lies_beside_a_report_is_nobodys_fault(office: Office) -> None:
    """A film is kept and listed; what programs left is passed over; alone, a film is a person's matter."""
    film = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00" + bytes(range(256)) * 40
    files = {
        "活动总结.docx": report(),
        "现场.jpg": photo(40),
        "现场视频.mp4": film,
        "~$动总结.docx": b"\x03cai".ljust(162),
    }
    files |= {"Thumbs.db": b"\xd0\xcf\x11\xe0" + bytes(600), "备份.dat": b"\x93\x01\xf7\x02\x80" * 30}
    mail = samples.mail(subject="活动总结", text="材料见附件。", files=files, when="2023-09-26T09:00")
    alone = samples.mail("b@example.com", "视频", "现场视频见附件。", {"现场视频.mp4": film}, when="2023-09-26T09:10")
    office.deliver(mail, alone, when="2023-09-26T09:00+08:00")
    office.once(now=NOW)
    assert [row["outcome"] for row in office.view("SELECT outcome FROM v_messages ORDER BY id")] == [
        "accepted",
        "no_form",
    ]
    answer = next(text_of(one) for one in office.answers() if "总结" in one["Subject"])
    assert (
        "已收到并留存，未作申报材料登记：“现场视频.mp4”、“备份.dat”。" in answer
        and "补正" not in answer
        and "~$" not in answer
    )
    assert [path for path in (office.path / "data").rglob("*现场视频.mp4") if path.read_bytes() == film]
    assert {row["reason"] for row in office.view("SELECT reason FROM review")} >= {"no_form"}
    (stored,) = office.view("SELECT content FROM submission WHERE kind = 'report'")
    assert [one["name"] for one in json.loads(stored["content"])["videos"]] == ["现场视频.mp4"]


def test_a_report_in_the_mail_without_pictures(office: Office) -> None:
    with_form(office)
    raw = samples.mail(
        subject="“科技馆里的海洋课”活动总结", text="“科技馆里的海洋课”活动总结\n\n" + TEXT, when="2023-09-26T09:00"
    )
    office.deliver(raw, when="2023-09-26T09:00+08:00")
    office.once(now=NOW)
    (row,) = office.view("SELECT * FROM v_submissions WHERE kind = 'report'")
    assert row["unit"] == "晋江市科学技术协会"
    assert "图片" in text_of(office.answers()[-1])
