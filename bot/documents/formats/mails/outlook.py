"""Outlook's own mail formats as messages: .msg files and winmail.dat (TNEF).

Strings are taken as bytes and decoded where all mail is decoded: the libraries believe the code page that the file names, and
files from Chinese Windows name the wrong one or none.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

import olefile

from bot.base.replacing import replace
from bot.documents.errors import Damaged
from bot.message.mime.addresses import addresses
from bot.message.mime.charsets import decode_bytes, scrub
from bot.message.mime.encoded_words import clean, decode_words
from bot.message.mime.fields import split_head
from bot.message.model import Address, Message, Part
from bot.message.parse import compose_message

RTF_NAME = "正文.rtf"
MAX_ATTACHMENTS = 500
_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = "0037", "1000", "1013", "1009", "007D"
_SENDER_NAMES, _SENDER_EMAILS = ("0C1A", "0042"), ("5D01", "5D02", "0C1F", "0065")
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _MIME_TYPE, _CONTENT_ID, _FILE = "3707", "3704", "3001", "370E", "3712", "3701"


def message_of_msg(data: bytes) -> Message:
    """The mail in a .msg file; ``Damaged`` where it is none. Mails attached to it are parts that are .msg files themselves."""
    try:
        with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_FATAL) as ole:
            return _of_ole(ole)
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise Damaged(f"not a .msg file: {error}") from error


def _of_ole(ole: Any) -> Message:
    folders = sorted(
        {entry[0] for entry in ole.listdir(True, True) if entry[0].lower().startswith("__attach_version1.0")}
    )
    return _composed(_streams(ole, []), (_ole_attachment(ole, folder) for folder in folders[:MAX_ATTACHMENTS]))


def _streams(ole: Any, folder: list[str]) -> dict[str, bytes]:
    """Property tag and type (``0037001F``) -> bytes of the streams directly in *folder*."""
    found: dict[str, bytes] = {}
    for entry in ole.listdir(True, False):
        match = re.fullmatch(r"__substg1\.0_([0-9A-F]{8})", entry[-1], re.IGNORECASE)
        if match and entry[:-1] == folder:
            with contextlib.suppress(OSError):
                found[match.group(1).upper()] = ole.openstream(entry).read()
    return found


def _ole_attachment(ole: Any, folder: str) -> Part | None:
    properties = _streams(ole, [folder])
    name, kind = _file_name(properties), _text(properties, _MIME_TYPE).lower()
    identity = _text(properties, _CONTENT_ID)
    data = properties.get(f"{_FILE}0102")
    if data is None and ole.exists([folder, f"__substg1.0_{_FILE}000D"]):
        data = _embedded(ole, [folder, f"__substg1.0_{_FILE}000D"])
        shown = re.sub(r"[\\/:*?<>|]+", "_", _text(properties, _SHOWN_NAME))
        kind, name = (
            "application/vnd.ms-outlook",
            name if name.lower().endswith(".msg") else f"{shown or '转发的邮件'}.msg",
        )
    if data is None:
        return None
    return Part(name or "附件", kind or "application/octet-stream", data, identity)


def _embedded(ole: Any, path: list[str]) -> bytes | None:
    """An attached mail as a .msg file of its own (what is no mail, such as an old OLE object, likewise)."""
    from extract_msg.ole_writer import OleWriter

    writer = OleWriter()
    out = io.BytesIO()
    try:
        writer.fromOleFile(ole, path)
        writer.write(out)
    except (
        Exception
    ):  # the writer raises whatever a damaged directory leads it to: this attachment is lost, the others are not
        return None
    return out.getvalue()


def message_of_tnef(data: bytes) -> Message:
    """The mail in a winmail.dat; ``Damaged`` where it is none."""
    from tnefparse.mapi import decode_mapi
    from tnefparse.tnef import TNEF, TNEFObject

    if len(data) < 12:
        raise Damaged("TNEF stream without objects")
    properties: dict[str, bytes] = {}
    attachments: list[dict[str, bytes]] = []
    place = 6
    while place + TNEF.MIN_OBJ_SIZE < len(data):
        length = int.from_bytes(data[place + 5 : place + 9], "little") + 11
        if length < 11 or place + length > len(data) + 2:
            break
        item = TNEFObject(data[place : place + length])
        place += length
        if item.name == TNEF.ATTATTACHRENDDATA and len(attachments) < MAX_ATTACHMENTS:
            attachments.append({})
        target = attachments[-1] if item.level == TNEF.LVL_ATTACHMENT and attachments else properties
        if item.name in (TNEF.ATTMAPIPROPS, TNEF.ATTATTACHMENT):
            with contextlib.suppress(Exception):  # one broken property block: the attributes around it still count
                target.update(_mapi(decode_mapi(item.data, "latin-1")))
        elif item.name == TNEF.ATTATTACHTITLE:
            target.setdefault(f"{_SHORT_NAME}001E", item.data)
        elif item.name == TNEF.ATTATTACHDATA:
            target.setdefault(f"{_FILE}0102", item.data)
        elif item.name == TNEF.ATTBODY:
            target.setdefault(f"{_BODY}001E", item.data)
        elif item.name == TNEF.ATTSUBJECT:
            target.setdefault(f"{_SUBJECT}001E", item.data)
    if not properties and not attachments:
        raise Damaged("TNEF stream without objects")
    message = _composed(properties, map(_tnef_attachment, attachments))
    # A whole one may well hold no file; one that breaks off, or names files that it does not hold, has lost them.
    if not message.parts and (attachments or len(data) - place > TNEF.MIN_OBJ_SIZE):
        raise Damaged("TNEF stream breaks off before its attachments")
    return message


def _mapi(attributes: Any) -> Iterator[tuple[str, bytes]]:
    """Properties as bytes under the names that .msg files use; strings were decoded as latin-1, which keeps every byte."""
    for attribute in attributes:
        values = attribute.raw_data
        value = values[0] if isinstance(values, list) and values else values
        if isinstance(value, str):
            unicode = attribute.attr_type == 0x1F
            yield (
                f"{attribute.name:04X}{'001F' if unicode else '001E'}",
                value.encode("utf-16-le" if unicode else "latin-1", "ignore"),
            )
        elif isinstance(value, bytes):
            yield f"{attribute.name:04X}{'000D' if attribute.attr_type == 0x0D else '0102'}", value


def _tnef_attachment(properties: dict[str, bytes]) -> Part | None:
    name = _file_name(properties)
    embedded = properties.get(f"{_FILE}000D", b"")
    mark = embedded.find(b"\x78\x9f\x3e\x22", 0, 64)
    if mark >= 0:  # a mail attached to this one: a TNEF stream behind an interface id
        return Part(f"{name or '转发的邮件'}.dat", "application/ms-tnef", embedded[mark:])
    data = properties.get(f"{_FILE}0102") or embedded
    if not data:
        return None
    return Part(
        name or "附件",
        _text(properties, _MIME_TYPE).lower() or "application/octet-stream",
        data,
        _text(properties, _CONTENT_ID),
    )


def _file_name(properties: dict[str, bytes]) -> str:
    return next((found for tag in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME) if (found := _text(properties, tag))), "")


def _composed(properties: dict[str, bytes], attached: Iterable[Part | None]) -> Message:
    """The mail that *properties* tell; what its RTF says beyond its text is a part before the files that are *attached*."""
    text, html = _long_text(properties, _BODY), _html(properties)
    parts: list[Part] = []
    if not html:
        html = _rtf_into(parts, properties.get(f"{_RTF}0102", b""), text)
    parts += filter(None, attached)
    shown = html.lower()
    parts = [replace(one, inline=bool(one.content_id) and f"cid:{one.content_id}".lower() in shown) for one in parts]
    return compose_message(_writer(properties), _text(properties, _SUBJECT), text, html, parts)


def _writer(properties: dict[str, bytes]) -> Address:
    """From by the transport header where there is one, else by the sender's properties (an Exchange address is no e-mail address)."""
    header = _raw(properties, _HEADERS)
    if header:
        fields, _ = split_head(header)
        found = addresses(fields.first("from"))
        if found and found[0].email:
            return found[0]
    name = next((text for tag in _SENDER_NAMES if (text := _text(properties, tag))), "")
    email = next((one.email for tag in _SENDER_EMAILS for one in addresses(_text(properties, tag)) if one.email), "")
    return Address(email, name if name != email else "")


def _raw(properties: dict[str, bytes], tag: str) -> bytes:
    wide = properties.get(f"{tag}001F")
    if wide is not None:
        return wide.decode("utf-16-le", "replace").encode("utf-8", "replace")
    return properties.get(f"{tag}001E", b"")


def _long_text(properties: dict[str, bytes], tag: str) -> str:
    wide = properties.get(f"{tag}001F")
    text = (
        wide.decode("utf-16-le", "replace")
        if wide is not None
        else decode_bytes(properties.get(f"{tag}001E", b"").rstrip(b"\0")).text
    )
    return scrub(text).replace("\ufffd", "")


def _text(properties: dict[str, bytes], tag: str) -> str:
    """A short property on one line."""
    return decode_words(clean(_long_text(properties, tag)))


def _html(properties: dict[str, bytes]) -> str:
    data = properties.get(f"{_HTML}0102")
    if data is None:
        return _long_text(properties, _HTML)
    label = re.search(rb"charset\s*=\s*[\"']?([\w-]{2,30})", data[:4000], re.IGNORECASE)
    return scrub(decode_bytes(data.rstrip(b"\0"), label.group(1).decode("ascii") if label else "").text)


def _rtf_into(parts: list[Part], compressed: bytes, text: str) -> str:
    """The HTML that Outlook hides in RTF; other RTF becomes a part where it says more than the plain text (a table)."""
    if not compressed:
        return ""
    from compressed_rtf import decompress

    try:
        rtf = bytes(decompress(compressed))
    except (ValueError, IndexError):
        return ""
    if b"\\fromhtml1" in rtf[:2000]:
        try:
            from RTFDE.deencapsulate import DeEncapsulator

            inside = DeEncapsulator(rtf)
            inside.deencapsulate()
            if inside.content_type == "html":
                found = inside.html
                return scrub(decode_bytes(found).text if isinstance(found, bytes) else str(found))
        except (
            Exception
        ):  # the library raises whatever broken RTF leads it to, or is not installed; the RTF itself is read then
            pass
    if not text.strip() or b"\\trowd" in rtf:
        parts.append(Part(RTF_NAME, "application/rtf", rtf))
    return ""
