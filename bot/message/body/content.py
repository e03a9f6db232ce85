"""The leaves of a mail sorted into its own text and its parts, each with transfer encoding, charset and name undone."""

from __future__ import annotations

import re

from msgspec import Struct, field

from bot.message.body.html_text import parse_html, text_of, tidy
from bot.message.mime.charsets import decode_bytes, scrub
from bot.message.mime.encoded_words import decode_words, subject_text
from bot.message.mime.parameters import file_name
from bot.message.mime.structure import Leaf, Tree, read_tree
from bot.message.mime.transfer import undo, uu_files
from bot.message.model import DAMAGED_TEXT, Part

MAX_TEXT = 5 * 2**20

_ENDINGS = {
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/x-rar-compressed": ".rar",
    "application/vnd.rar": ".rar",
    "application/x-7z-compressed": ".7z",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/ms-tnef": ".dat",
    "application/vnd.ms-tnef": ".dat",
    "application/vnd.ms-outlook": ".msg",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/wps-office.docx": ".docx",
    "application/wps-office.doc": ".doc",
    "application/wps-office.xlsx": ".xlsx",
    "application/wps-office.xls": ".xls",
    "application/kswps": ".wps",
    "application/kset": ".et",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
}
_MAIL_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
REPORT_TYPES = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
        "message/tracking-status",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global-headers",
    }
)
_BODY_TYPES = frozenset(
    {
        "text/plain",
        "text/html",
        "text/enriched",
        "text/richtext",
        "text",
        "text/x-plain",
        "text/markdown",
        "application/xhtml+xml",
    }
)
DECORATION = re.compile(r"\.(?:ics|vcf|p7s|asc|sig)$", re.IGNORECASE)
_STUB = re.compile(
    r"^\W*(?:this is a multi-?part message|.{0,40}(?:不支持|无法显示|does not support|cannot display|can ?not view).{0,20}html|.{0,20}html.{0,20}(?:only|message|邮件)).{0,120}$",
    re.IGNORECASE | re.DOTALL,
)


class Content(Struct):
    """What the leaves hold while they are sorted into body and parts."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    calendar_method: str = ""
    defects: list[str] = field(default_factory=list)


def sort_leaves(tree: Tree) -> Content:
    content = Content()
    chosen: set[tuple[int, str]] = set()  # one text of each kind from a multipart/alternative
    for leaf in tree.leaves:
        kind = leaf.content_type.value
        name = file_name(leaf.disposition, leaf.content_type)
        if _is_body(leaf, name, content):
            alternative = next((number for subtype, number in reversed(leaf.parents) if subtype == "alternative"), 0)
            _add_text(leaf, content, bool(alternative) and (alternative, kind) in chosen)
            if alternative:
                chosen.add((alternative, kind))
            continue
        _add_part(leaf, name, content)
    _mark_inline(content)
    return content


def _is_body(leaf: Leaf, name: str, content: Content) -> bool:
    kind = leaf.content_type.value
    if kind and kind not in _BODY_TYPES and "/" in kind:
        return False
    if leaf.disposition.value == "attachment":
        return False
    if not kind or "/" not in kind:  # no type, or a broken one: text by RFC 2045, unless it has a file's name
        return not name
    if name:
        # Some programs name their body; a file that is text comes behind a body, or with a disposition.
        return leaf.disposition.value == "" and not content.plain and not content.html and not leaf.within("mixed")
    if leaf.within("related") and kind == "text/html" and content.html and leaf.fields.has("content-id"):
        return False
    return not leaf.within("report") or not (content.plain and content.html)


def _add_text(leaf: Leaf, content: Content, second: bool) -> None:
    data, sound = undo(leaf.body, leaf.fields.first("content-transfer-encoding"), is_text=True)
    if not sound and data is not leaf.body:
        content.defects.append(DAMAGED_TEXT)
    kind = leaf.content_type.value
    label = leaf.content_type.parameters.get("charset", "")
    is_html = kind in ("text/html", "application/xhtml+xml")
    if not is_html and b"begin" in data[:MAX_TEXT]:
        data = _without_uu(data, content)
    if is_html and not label:
        meta = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,30})", data[:4000], re.IGNORECASE)
        label = meta.group(1).decode("ascii") if meta else ""
    text = scrub(decode_bytes(data[:MAX_TEXT], label).text)
    if kind in ("text/enriched", "text/richtext"):
        text = re.sub(r"<[^<>\n]{1,40}>", "", text.replace("<<", "<"))
    elif leaf.content_type.parameters.get("format", "").lower() == "flowed":
        text = _unflowed(text, leaf.content_type.parameters.get("delsp", "").lower() == "yes")
    if second:
        return
    (content.html if is_html else content.plain).append(text)


def _without_uu(data: bytes, content: Content) -> bytes:
    """Files that old programs write into the text itself become parts."""
    for name, inner, start, end in reversed(uu_files(data)):
        content.parts.append(
            Part(
                _named(decode_words(decode_bytes(name.encode("latin-1")).text), "application/octet-stream", content),
                "application/octet-stream",
                inner,
            )
        )
        data = data[:start] + data[end:]
    return data


def _add_part(leaf: Leaf, name: str, content: Content) -> None:
    kind = leaf.content_type.value or "application/octet-stream"
    data, sound = undo(
        leaf.body, leaf.fields.first("content-transfer-encoding"), is_text=kind.startswith(("text/", "message/"))
    )
    if not sound:
        content.defects.append("broken transfer encoding")
    if kind in _MAIL_TYPES and not re.match(rb"\s*(?:>?From |[!-9;-~]{1,80}[ \t]*:)", data[:400]):
        # QUIRK(gateways): a mail within the mail is encoded, and not labelled so. RFC 2046 §5.2.1
        again, fine = undo(data, "base64", is_text=True)
        data = again if fine and b":" in again[:400] else data
    if kind in REPORT_TYPES:
        content.statuses.append(decode_bytes(data[:200_000]).text)
    if kind in ("text/calendar", "application/ics"):
        method = leaf.content_type.parameters.get("method", "")
        found = re.search(rb"^METHOD:(\w+)", data[:20_000], re.MULTILINE | re.IGNORECASE)
        content.calendar_method = (method or (found.group(1).decode("ascii") if found else "")).lower()
    if not data and not name:
        return
    if not name and kind in _MAIL_TYPES:
        inner = subject_text(read_tree(data[:65536]).root.first("subject"))
        name = (re.sub(r"[\\/:*?<>|]+", "_", inner)[:80] or "转发的邮件") + ".eml"
    content.parts.append(
        Part(
            name=_named(name, kind, content),
            content_type=kind,
            data=data,
            content_id=decode_words(leaf.fields.first("content-id")).strip("<> "),
            inline=leaf.disposition.value == "inline",
        )
    )


def _named(name: str, kind: str, content: Content) -> str:
    if name.strip():
        return name.strip()
    stem = "图片" if kind.startswith("image/") else "附件"
    return f"{stem}{len(content.parts) + 1}{_ENDINGS.get(kind, '')}"


def _mark_inline(content: Content) -> None:
    """Parts that the HTML shows by ``cid:`` are inline whatever their disposition says."""
    shown = {
        one.lower() for source in content.html for one in re.findall(r"cid:([^\"'\s>)]{1,200})", source, re.IGNORECASE)
    }
    if not shown:
        return
    content.parts = [
        Part(part.name, part.content_type, part.data, part.content_id, part.inline or part.content_id.lower() in shown)
        if part.content_id
        else part
        for part in content.parts
    ]


def visible_text(plain: str, html: str) -> tuple[str, str]:
    """Plain text (empty where it says less than the HTML does), and the whole text for reading."""
    plain = tidy(plain)[:MAX_TEXT]
    root = parse_html(html[:MAX_TEXT]) if html else None
    shown = text_of(root) if root is not None else ""
    if shown and (
        not plain.strip() or _STUB.match(plain[:300]) or len("".join(plain.split())) * 3 < len("".join(shown.split()))
    ):
        plain = ""
    return plain, plain or shown


def _unflowed(text: str, delete_space: bool) -> str:
    """Soft line ends of format=flowed (RFC 3676) undone."""
    out: list[str] = []
    open_depth = -1
    for line in text.replace("\r\n", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if open_depth == depth and out:
            out[-1] = (out[-1][:-1] if delete_space else out[-1]) + content
        else:
            out.append((">" * depth + " " if depth else "") + content)
        open_depth = depth if content.endswith(" ") and content != "-- " else -1
    return "\n".join(out)
