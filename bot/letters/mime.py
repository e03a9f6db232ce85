"""A finished mail as bytes: headers, text and HTML, inline pictures, attachments (RFC 5322, 2045-2049, 2231, 2387).

The older ``email`` classes are used on purpose: the newer header folding of Python 3.11 drops the blank between an
encoded word and plain text (python/cpython#92081).
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from collections.abc import Sequence
from datetime import datetime
from email import policy
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.utils import format_datetime, formataddr

from msgspec import Struct

from bot.base import expressions as re
from bot.base.clean import cut, one_line
from bot.base.domains import on_the_wire
from bot.letters.model import Attachment

MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f-\U0010ffff]{1,250}>")
MAX_REFERENCES = 10
MAX_NAME = 80  # characters; a Chinese one is nine bytes in RFC 2231, a header line may have 998


class Head(Struct, frozen=True):
    """The headers that differ from mail to mail. Addresses are bare, names and subject decoded; ids with their ``<>``."""

    from_email: str
    from_name: str
    to: tuple[tuple[str, str], ...]
    subject: str
    message_id: str
    date: datetime
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    auto_submitted: str = "auto-replied"


def mail_bytes(head: Head, text: str, html: str, attachments: Sequence[Attachment] = ()) -> bytes:
    """The mail with CRLF line ends, all header lines in ASCII.

    Attachments with a ``content_id`` are shown inside of the HTML, the others hang on the mail as files.
    """
    inline = [item for item in attachments if item.content_id]
    files = [item for item in attachments if not item.content_id]
    # From the Message-ID: the same mail is always the same bytes. All bodies are base64, which has no «=_».
    stem = hashlib.sha256(head.message_id.encode("utf-8", "replace")).hexdigest()[:24]
    whole, within, inmost = (f"=_{stem}_{number}" for number in range(3))
    page = text_part("html", html)
    if inline:
        page = multipart('related; type="text/html"', inmost if files else within, [page, *map(file_part, inline)])
    kind, parts = "alternative", [text_part("plain", text), page]
    if files:
        kind, parts = "mixed", [multipart(kind, within, parts), *map(file_part, files)]
    return multipart(kind, whole, parts, header_lines(head))


def multipart(kind: str, boundary: str, parts: Sequence[bytes], further: Sequence[tuple[str, str]] = ()) -> bytes:
    """*parts* as one, with the *further* headers of a mail."""
    lines = [f'Content-Type: multipart/{kind}; boundary="{boundary}"', "MIME-Version: 1.0"]
    lines += [f"{name}: {in_ascii(value)}" for name, value in further]
    inside = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return b"%b\r\n\r\n%b--%b--\r\n" % ("\r\n".join(lines).encode("ascii"), inside, boundary.encode())


def text_part(kind: str, text: str) -> bytes:
    head = (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    body = b2a_base64(text.encode(), newline=False)
    return head.encode() + b"".join([body[at : at + 76] + b"\r\n" for at in range(0, len(body), 76)])


def in_ascii(value: str) -> str:
    return value if value.isascii() else Header(value, "utf-8").encode(maxlinelen=0, linesep="\r\n")


def header_lines(head: Head) -> list[tuple[str, str]]:
    """Names and encoded, folded values, in the order in which they are written."""
    lines = [
        ("From", address(head.from_name, head.from_email)),
        ("To", ",\r\n ".join(address(name, email) for name, email in head.to)),
        ("Subject", encoded(head.subject, len("Subject: "))),
        ("Date", format_datetime(head.date)),
        ("Message-ID", with_brackets(head.message_id)),
    ]
    answered = message_ids((head.in_reply_to,))
    if answered:
        lines.append(("In-Reply-To", answered[0]))
    if chain := reference_chain(head.references, answered):
        lines.append(("References", "\r\n ".join(chain)))
    # RFC 3834 §5: «auto-replied» must not stand in what a person wrote.
    lines += [("Auto-Submitted", head.auto_submitted)] if head.auto_submitted else []
    lines += [
        ("X-Auto-Response-Suppress", "All"),
        ("Content-Language", "zh-CN"),
    ]
    return lines


def with_brackets(message_id: str) -> str:
    bare = re.sub(r"[<>\s]", "", message_id)
    return f"<{bare}>"


def message_ids(written: Sequence[str]) -> tuple[str, ...]:
    """Well-formed ids among *written*, each once, in their order; what is not one (``<>``, line ends) is dropped."""
    found = [i for text in written for i in MESSAGE_ID.findall(text if "<" in text else f"<{text.strip()}>")]
    return tuple(dict.fromkeys(found))


def reference_chain(references: Sequence[str], answered: tuple[str, ...]) -> tuple[str, ...]:
    """The thread's first id and its newest ones (RFC 5322 section 3.6.4), so that a long exchange stays bounded."""
    ids = tuple(i for i in message_ids(references) if i not in answered) + answered
    return ids if len(ids) <= MAX_REFERENCES else (ids[0], *ids[1 - MAX_REFERENCES :])


def encoded(text: str, used: int) -> str:
    """*text* as a header value: as it is where plain, else base64 words of UTF-8 folded at 75 columns."""
    line = one_line(text, 400)
    if line.isascii() and "=?" not in line:
        return Header(line, "us-ascii", maxlinelen=76, header_name=" " * (used - 2)).encode(linesep="\r\n")
    rest, words = line.encode("utf-8", "replace"), list[str]()
    while rest:
        end = (75 - len("=?utf-8?b??=") - (1 if words else used)) // 4 * 3
        while len(rest) > end and rest[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        words.append(f"=?utf-8?b?{b2a_base64(rest[:end], newline=False).decode()}?=")
        rest = rest[end:]
    return "\r\n ".join(words)


def address(name: str, email: str) -> str:
    """``"name" <email>``; a domain in Chinese becomes its ASCII form."""
    bare = re.sub(r"[\s<>,;\"]", "", one_line(email, 320))
    local, at, _ = bare.rpartition("@")
    try:
        bare = on_the_wire(bare)
    except UnicodeError:
        bare = f"{local}{at}invalid"
    shown = one_line(name, 60)
    return formataddr((shown, bare)) if local.isascii() else bare


def file_part(item: Attachment) -> bytes:
    """One file with its name as RFC 2231 asks for."""
    main, _, sub = (item.content_type or "application/octet-stream").partition("/")
    part = MIMEBase(main, sub or "octet-stream")
    part.set_payload(item.data)
    encode_base64(part)
    name = file_name(item.name)
    if name.isascii():
        part.set_param("name", name)
    else:
        # QUIRK(older Chinese mail programs): know a name only as an encoded word, which RFC 2047 §5 forbids here
        part.set_param("name", Header(name, "utf-8", maxlinelen=10_000).encode())
    disposition = "inline" if item.content_id else "attachment"
    part.add_header("Content-Disposition", disposition, filename=name if name.isascii() else ("utf-8", "", name))
    if item.content_id:
        part["Content-ID"] = with_brackets(item.content_id)
    return part.as_bytes(policy=policy.compat32.clone(linesep="\r\n", max_line_length=None))


def file_name(name: str) -> str:
    """*name* without folders and reserved characters, cut in front of its ending where it is too long."""
    safe = re.sub(r'[\\/:*?"<>|]+', "_", one_line(name, 400)).strip(" .") or "file"
    stem, dot, ending = safe.rpartition(".")
    if not dot or len(ending) > 8:
        return cut(safe, MAX_NAME)
    return f"{cut(stem, MAX_NAME - len(ending) - 1)}.{ending}"
