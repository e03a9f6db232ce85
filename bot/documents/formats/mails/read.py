"""Mails as containers: their own text and their parts as blobs, from .eml, .msg, winmail.dat, S/MIME and mailbox files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.documents.bystanders import is_leftover, is_owner_file, is_unnamed_rest
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted
from bot.documents.formats.mails.decoration import is_decoration
from bot.documents.formats.mails.outlook import message_of_msg, message_of_tnef
from bot.documents.formats.mails.smime import signed_content
from bot.documents.model import Blob, Document, Opened
from bot.documents.sniff import sniff_kind
from bot.message.model import Address, CloudLink, Message, Part
from bot.message.parse import parse_message

MAX_MAILS = 300
_TEXT_BODY, _HTML_BODY, _RTF_BODY = "正文.txt", "正文.html", "正文.rtf"
_MBOX = re.compile(rb"^From [^\r\n]{0,200}\d{4}[^\r\n]{0,40}\r?\n(?=[A-Za-z-]+:)", re.MULTILINE)
_ENDINGS = {
    "docx": ".docx", "doc": ".doc", "xlsx": ".xlsx", "xls": ".xls", "pptx": ".pptx", "pdf": ".pdf", "ofd": ".ofd", "odt": ".odt", "ods": ".ods", "rtf": ".rtf",
    "zip": ".zip", "rar": ".rar", "7z": ".7z", "msg": ".msg", "eml": ".eml", "html": ".html",
}  # fmt: skip
_IS_FILE = re.compile(
    r"\.(?:docx?|wps|xlsx?|et|csv|pptx?|pdf|ofd|rtf|od[ts]|zip|rar|7z|jpe?g|png|tiff?|heic)$", re.IGNORECASE
)


def blobs_of(message: Message, path: str = "") -> tuple[Blob, ...]:
    """The mail's own text (``is_body``: only what its sender wrote now) and then its parts in order.

    *path* is the mail's own place, empty where the blobs are a container's children. Decoration is left out. Files behind download
    links are problems of the text. Looks at no more than the first bytes of a part: safe outside of the guarded worker.
    """
    body = _body(message)
    blobs = [body] if body is not None else []
    blobs.extend(_files(message))
    return tuple(replace(blob, path=f"{path}!/{blob.name}" if path else blob.name) for blob in blobs)


def _files(message: Message) -> list[Blob]:
    """What is attached, without decoration and what programs left behind; an owner file that came alone was meant to be its document."""
    found: list[Blob] = []
    owners: list[Blob] = []
    for part in message.parts:
        blob = Blob(_named(part), _named(part), part.data, part.content_type, inline=part.inline)
        if is_leftover(part.name, part.data):
            owners += [blob] if is_owner_file(part.name, part.data) else []
        elif is_unnamed_rest(part.name) and (kind := sniff_kind(part.data, part.name).format) in (
            "text",
            "html",
            "unknown",
        ):
            # The mail's own text goes on behind an attachment.
            text = _HTML_BODY if kind == "html" else _TEXT_BODY
            found += [replace(blob, path=text, name=text, is_body=True)] if kind != "unknown" else []
        # An empty file is somebody's failed upload, and they should hear of it; an empty part without a name is nothing.
        elif (part.data or _IS_FILE.search(part.name)) and not is_decoration(part, message.html, message.new_html):
            found.append(blob)
    return found if any(not one.is_body for one in found) else [*found, *owners]


def read(blob: Blob, context: ReadContext) -> Opened:
    """What lies in a mail, or the mails of a mailbox file; here and below each child names the inner mail's writer."""
    mails = _mails_in(blob.data)
    if len(mails) > 1:
        return Opened(children=tuple(Blob("", f"邮件{number}.eml", raw) for number, raw in enumerate(mails, 1)))
    return _opened(blob, "eml", parse_message(mails[0]))


def read_signed(blob: Blob, context: ReadContext) -> Opened:
    """The mail in an S/MIME envelope; ``Encrypted`` where it is more than signed."""
    return _opened(blob, "unknown", parse_message(signed_content(blob.data)))


def read_encrypted(blob: Blob, context: ReadContext) -> Opened:
    raise Encrypted("OpenPGP message")


def read_msg(blob: Blob, context: ReadContext) -> Opened:
    return _with_rtf(_opened(blob, "msg", message_of_msg(blob.data)))


def read_tnef(blob: Blob, context: ReadContext) -> Opened:
    """A winmail.dat. Its text stands in the mail around it, too; only a table does not survive there."""
    opened = _with_rtf(_opened(blob, "tnef", message_of_tnef(blob.data)))
    return replace(opened, children=tuple(one for one in opened.children if one.name != _TEXT_BODY or not one.is_body))


def _with_rtf(opened: Opened) -> Opened:
    """Outlook's own text format in the place of the plain text that stands for it."""
    if not any(one.name == _RTF_BODY for one in opened.children):
        return opened
    kept = (one for one in opened.children if not one.is_body or one.problems)
    return Opened(children=tuple(replace(one, is_body=one.is_body or one.name == _RTF_BODY) for one in kept))


def sender_text(sender: Address) -> str:
    return f"{sender.name} <{sender.email}>" if sender.name and sender.email else sender.email or sender.name


def _opened(blob: Blob, form: str, message: Message) -> Opened:
    children = blobs_of(message)
    if not children and form != "tnef":
        if not message.headers and not message.subject:
            raise Damaged("no mail in it")
        return Opened(Document(blob.path, blob.name, form, title=message.subject))
    writer = sender_text(message.sender)
    return Opened(children=tuple(replace(child, inner_sender=child.inner_sender or writer) for child in children))


def _body(message: Message) -> Blob | None:
    problems = tuple(_link_problem(link) for link in message.cloud_links)
    if _holds_table(message.new_html):
        # The mark says the charset, whatever a meta element in it says.
        name, kind, text = _HTML_BODY, "text/html", f"\ufeff{message.new_html}"
    elif message.new_text.strip():
        name, kind, text = _TEXT_BODY, "text/plain", message.new_text
    elif problems:
        links = "\n".join(link.name or link.href for link in message.cloud_links)
        name, kind, text = _TEXT_BODY, "text/plain", links
    else:
        return None
    return Blob(
        "",
        name,
        text.encode("utf-8", "replace"),
        f"{kind}; charset=utf-8",
        inner_sender=sender_text(message.forwarded_from),
        is_body=True,
        problems=problems,
    )


def _holds_table(html: str) -> bool:
    return len(re.findall(r"<t[dh][\s>]", html, re.IGNORECASE)) >= 4


def _link_problem(link: CloudLink) -> Problem:
    until = f"，{link.expires}到期" if re.search(r"\d", link.expires) else ""
    size = f"（{link.size}{until}）" if link.size else f"（{until[1:]}）" if until else ""
    named = f"「{link.name}」" if link.name else "邮件中的文件"
    message = (
        f"{named}{size}是以下载链接（超大附件、云附件或网盘）的形式发来的，无法读取。请将文件作为普通附件重新发送。"
    )
    return Problem(Code.CLOUD_LINK, Severity.ERROR, message, value=link.name or link.href, place=link.href)


def _named(part: Part) -> str:
    """The part's name; where it has no ending, the one of what its bytes are."""
    if re.search(r"\.[A-Za-z0-9]{1,5}$", part.name):
        return part.name
    kind = sniff_kind(part.data[:65536], part.name)
    ending = f".{kind.variant}" if kind.format == "image" else _ENDINGS.get(kind.format, "")
    return part.name + ending.replace(".jpeg", ".jpg").replace(".tiff", ".tif")


def _mails_in(data: bytes) -> list[bytes]:
    """The mails of a mailbox file; one mail is itself."""
    if not data.startswith(b"From "):
        return [data]
    starts = [
        match.start()
        for match in _MBOX.finditer(data)
        if match.start() == 0 or data[match.start() - 2 : match.start()] in (b"\n\n", b"\r\n")
    ][:MAX_MAILS]
    return list(_slices(data, starts)) or [data]


def _slices(data: bytes, starts: list[int]) -> Iterator[bytes]:
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        yield data[start:end]
