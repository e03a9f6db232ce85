"""Loaded by the process from which commands are forked: what each of them would compile and look up anew is done once.

Nothing is kept but what the modules themselves keep: compiled templates and expressions, tables of words.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.base.campaign import Campaign
from bot.documents.context import ReadContext
from bot.documents.model import Blob
from bot.documents.open import open_blob
from bot.forms.definitions import load_definitions
from bot.forms.read import read_forms
from bot.letters.templates import Templates, packaged_templates
from bot.message.parse import parse_message
from bot.statements.read import read_letter
from tests.flow import samples

templates = Templates(packaged_templates(), ZoneInfo("Asia/Shanghai"), {"kind": str, "field": str, "cid": str})
for name in templates.names():
    templates.environment.get_template(name)
definitions, campaign = load_definitions(), Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
for name, data in (
    ("a.docx", samples.registration(venue="")),
    ("b.xlsx", samples.summary([("讲座", "9月3日", "馆", "科协", "庄晓东", "0595-22000000")])),
):
    opened = open_blob(Blob(name, name, data), ReadContext(ocr=False))
    forms = read_forms(opened.document, definitions, campaign) if opened.document else []
    read_letter(
        "老师您好，活动地点在科技馆一楼大厅，时间改到9月20日，谢谢！\n晋江市科协 庄晓东", forms, definitions, campaign
    )
parse_message(
    samples.mail(
        sender="a@example.com",
        subject="报送",
        text="附件请查收",
        files={"a.docx": b"x"},
        message_id="<warm@example.com>",
    )
)
