"""Loaded by the process from which commands are forked: what each of them would compile and look up anew is done once.

Nothing is kept but what the modules themselves keep: compiled templates and expressions, tables of words, how a type crosses to the worker and back.
"""

from __future__ import annotations

import gc
import re
from contextlib import suppress
from zoneinfo import ZoneInfo

from jinja2 import TemplateNotFound
from sqlite_utils import Database

from bot.base.expressions import _Later
from bot.documents import wire
from bot.documents.open import open_blob
from bot.intake.understand import read_whole
from bot.letters.templates import Templates, packaged_templates
from bot.message.parse import parse_message
from bot.operation.offline import packaged_rules
from bot.statements.read import read_letter
from tests.flow import samples

for one in gc.get_objects():
    if type(one) is _Later:
        _ = one.flags  # compiled
Database(memory=True)  # looks through all packages for plugins
templates = Templates(packaged_templates(), ZoneInfo("Asia/Shanghai"), {"kind": str, "field": str, "cid": str})
for name in templates.environment.list_templates(filter_func=re.compile(r"[^/]+\.(?:txt|html)").fullmatch):
    templates.environment.get_template(name)
    if name.endswith(".txt"):
        with suppress(TemplateNotFound):
            templates.environment.get_template(f"{name}.html")  # as HTML borrows it
for function in (parse_message, open_blob, read_letter):
    wire.codec_of(wire.returned_by(function))
raw = samples.mail(
    sender="a@example.com",
    subject="报送",
    text="老师您好，附件请查收。活动地点在科技馆一楼大厅，时间改到9月20日，谢谢！\n晋江市科协 庄晓东",
    files={
        "a.docx": samples.registration(venue=""),
        "b.xlsx": samples.summary([("讲座", "9月3日", "馆", "科协", "庄晓东", "0595-22000000")]),
    },
    message_id="<warm@example.com>",
)
found = read_whole(raw, "1.eml", packaged_rules(), ())
hint = wire.returned_by(read_whole)
wire.load(wire.dump(found, hint), hint)
for form in found.forms:
    read_letter("活动地点改为科技馆二楼。", [form], packaged_rules().definitions, packaged_rules().campaign)
gc.collect()
gc.freeze()  # nobody need look at it again
