"""Several answers to one correspondent -> one mail: whoever writes twenty mails in a morning gets the later answers together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html import escape

from bot.letters.mime import Head, mail_bytes
from bot.letters.model import Attachment

BODY = re.compile(r"<body\b[^>]{0,2000}>(.*)</body>", re.DOTALL | re.IGNORECASE)
INTRO = "今天收到的来信较多，以下{count}封来信一并答复。"


def gathered_mail(raws: Sequence[bytes], now: datetime) -> bytes:
    """One mail with the header of the first of *raws* (mails of ours), the words of all one after the other, and each file once."""
    mails = [parsed(raw) for raw in raws]
    first = mails[0]
    head = Head(
        from_email=pair(first, "From")[1],
        from_name=pair(first, "From")[0],
        to=(pair(first, "To"),),
        subject=str(first["Subject"]),
        message_id=str(first["Message-ID"]),
        date=now,
        in_reply_to=str(first["In-Reply-To"] or ""),
        references=tuple(str(first["References"] or "").split()),
    )
    intro = INTRO.format(count=len(mails))
    titles = [f"【{number}】{mail['Subject']}" for number, mail in enumerate(mails, 1)]
    text = "\n\n".join(
        [intro, *(f"{title}\n\n{words(mail, 'plain')}" for title, mail in zip(titles, mails, strict=True))]
    )
    pages = [
        f"<p><strong>{escape(title, quote=False)}</strong></p>{inner(words(mail, 'html'))}"
        for title, mail in zip(titles, mails, strict=True)
    ]
    frame = words(first, "html")
    html = BODY.sub(lambda found: found[0].replace(found[1], f"<p>{intro}</p>" + "<hr>".join(pages)), frame, count=1)
    files = {one.name: one for mail in mails for one in attachments(mail)}
    return mail_bytes(head, text, html, tuple(files.values()))


def parsed(raw: bytes) -> EmailMessage:
    """A mail that we wrote ourselves: no worker is needed."""
    return message_from_bytes(raw, policy=policy.default)


def pair(mail: EmailMessage, name: str) -> tuple[str, str]:
    return next(iter(getaddresses([str(mail[name] or "")])), ("", ""))


def words(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()).strip() if part is not None else ""


def inner(html: str) -> str:
    found = BODY.search(html)
    return found[1] if found else html


def attachments(mail: EmailMessage) -> list[Attachment]:
    found = []
    for part in mail.walk():
        data = part.get_payload(decode=True)
        if part.get_filename() and isinstance(data, bytes):
            cid = str(part["Content-ID"] or "").strip("<> ")
            found.append(Attachment(str(part.get_filename()), part.get_content_type(), data, cid))
    return found
