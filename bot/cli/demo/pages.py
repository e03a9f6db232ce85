"""What the demo leaves on disk: each mail as .eml and .html, attachments as files. What came of it all is looked at in the desk."""

from __future__ import annotations

import base64
import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from msgspec import Struct

from bot.letters.mime import file_name


class Saved(Struct, frozen=True):
    """One mail on disk. ``page`` is its HTML, ``files`` its attachments, ``text`` its plain text."""

    subject: str
    to: str
    message_id: str
    eml: Path
    page: Path
    files: tuple[Path, ...] = ()
    text: str = ""


class Line(Struct, frozen=True):
    """One incoming mail in the account, with what came of it. *answer* is None where none was written."""

    what: str
    subject: str
    source: Path
    outcome: str
    ref: str
    why: str
    answer: Saved | None


def save_mail(raw: bytes, folder: Path, stem: str) -> Saved:
    """Write *raw* as ``stem.eml`` and ``stem.html`` (pictures inside), attachments beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    eml, page = folder / f"{stem}.eml", folder / f"{stem}.html"
    eml.write_bytes(raw)
    body = message.get_body(("html", "plain"))
    shown = cast(str, body.get_content()) if body else ""
    page.write_text(with_pictures(shown, message), encoding="utf-8")
    plain = message.get_body(("plain",))
    text = cast(str, plain.get_content()) if plain else ""
    files = []
    for part in message.iter_attachments():
        name = part.get_filename()
        content = part.get_content()
        if name and isinstance(content, bytes) and not name.lower().endswith(".docx"):
            files.append(folder / f"{stem}-{file_name(name)}")
            files[-1].write_bytes(content)
    return Saved(str(message["Subject"]), str(message["To"]), str(message["Message-ID"]), eml, page, tuple(files), text)


def with_pictures(page: str, message: EmailMessage) -> str:
    """*page* with ``cid:`` pictures put in as data, so that a browser shows what a mail program shows."""
    for part in message.walk():
        identity = str(part["Content-ID"] or "").strip("<>")
        if identity and part.get_content_maintype() == "image":
            data = base64.b64encode(cast(bytes, part.get_payload(decode=True))).decode()
            page = re.sub(rf"cid:{re.escape(identity)}(?=[\"'])", f"data:{part.get_content_type()};base64,{data}", page)
    return page
