"""Filled forms and mails for the tests of the whole way; every person and number is invented."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx
import openpyxl
from PIL import Image

BLANK = Path(__file__).parents[2] / "templates" / "blank"
ZONE = ZoneInfo("Asia/Shanghai")
GOOD: dict[str, str] = {
    "unit": "晋江市科学技术协会",
    "name": "科技馆里的海洋课",
    "host": "晋江市科学技术协会",
    "undertaker": "晋江市科技馆",
    "person": "庄晓东",
    "phone": "0595-22000000",
    "mobile": "13900000000",
    "email": "zxd@example.com",
    "time": "2023年9月17日至18日",
    "venue": "晋江市科技馆一楼大厅",
    "types": "展览展示",
    "audience": "青少年",
    "public": "500",
    "staff": "20",
    "content": "组织青少年参观海洋科普展，开展互动体验和专家讲解，预计两天四场。",
}


def registration(**changes: str) -> bytes:
    """The official form filled in; an empty value leaves its field blank."""
    values = GOOD | changes
    document = docx.Document(str(BLANK / "registration.docx"))
    head = next(p for p in document.paragraphs if "填报单位" in p.text)
    head.text = f"填报单位：{values['unit']}    填报日期：2023年8月25日"
    cells = document.tables[0].rows
    for row, key in enumerate(("name", "host", "undertaker")):
        cells[row].cells[1].text = values[key]
    for row, left, right in ((3, "person", "phone"), (4, "mobile", "email"), (5, "time", "venue")):
        cells[row].cells[1].text, cells[row].cells[3].text = values[left], values[right]
    for row, key in ((6, "types"), (7, "audience")):
        cell = cells[row].cells[1]
        cell.text = cell.text.replace(f"□{values[key]}", f"☑{values[key]}") if values[key] else cell.text
    cells[8].cells[1].text = f"预计公众参与活动人数 {values['public']} 人，组织工作人员 {values['staff']} 人。"
    cells[9].cells[1].text = values["content"]
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def summary(rows: Sequence[tuple[str, ...]], unit: str = "晋江市科学技术协会") -> bytes:
    """Attachment 2 as a workbook: (name, time, venue) of each activity, perhaps with its host where that is another than *unit*."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["2023年泉州市全国科普日重点活动汇总表"])
    sheet.append([f"填报单位（章）：{unit}"])
    sheet.append(["序号", "活动名称", "活动时间", "活动地点", "主（承）办单位", "联系人", "联系电话"])
    for number, (name, time, venue, *host) in enumerate(rows, 1):
        sheet.append([number, name, time, venue, *(host or [unit]), "庄晓东", "13900000000"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def other() -> bytes:
    """A file that is none of ours."""
    document = docx.Document()
    document.add_paragraph("本馆简介：建于一九五八年，藏书二十万册。")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def picture() -> bytes:
    """A photograph without any words."""
    stream = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 210, 220)).save(stream, "JPEG")
    return stream.getvalue()


def mail(
    sender: str = "unit@jinjiang.example.com",
    subject: str = "晋江市申报表",
    text: str = "您好，申报表见附件。",
    files: dict[str, bytes] | None = None,
    when: str = "2023-08-25T10:00",
    message_id: str = "",
    headers: dict[str, str] | None = None,
) -> bytes:
    """A mail as a person's program writes it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "kepu@example.com", subject
    message["Date"] = format_datetime(datetime.fromisoformat(when).replace(tzinfo=ZONE))
    message["Message-ID"] = message_id or f"<{abs(hash((sender, subject, when, text))):x}@client.example.com>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    for name, data in (files or {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
