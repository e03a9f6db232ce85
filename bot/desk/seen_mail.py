"""A mail of ours as its reader sees it: one page of its own, pictures within it, nothing to be fetched."""

from __future__ import annotations

import base64
import html
from email.message import EmailMessage
from typing import cast


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def as_page(mail: EmailMessage) -> str:
    """Its HTML with the pictures that it shows put into it; its text where it has none."""
    body = mail.get_body(("html",))
    if body is None:
        return f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title></title><pre>{html.escape(text_of(mail))}</pre></html>'
    page = str(body.get_content())
    for part in mail.walk():
        cid = str(part["Content-ID"] or "").strip("<> ")
        if cid and part.get_content_type() in ("image/png", "image/jpeg"):
            data = base64.b64encode(bytes_of(part)).decode()
            page = page.replace(f"cid:{cid}", f"data:{part.get_content_type()};base64,{data}")
    return page


def files_of(mail: EmailMessage) -> list[tuple[str, bytes]]:
    """Name and bytes of what is attached."""
    return [(str(part.get_filename()), bytes_of(part)) for part in mail.iter_attachments() if part.get_filename()]


def bytes_of(part: object) -> bytes:
    found = cast(EmailMessage, part).get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
