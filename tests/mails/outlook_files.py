"""Small .msg and winmail.dat files made at run time."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

from extract_msg.ole_writer import OleWriter


def msg(
    subject: str,
    body: str,
    files: Sequence[tuple[str, bytes]] = (),
    *,
    html: bytes = b"",
    rtf: bytes = b"",
    sender: tuple[str, str] = ("张三", "zhang@example.com"),
    codec: str = "",
    inner: bytes = b"",
    headers: str = "",
) -> bytes:
    """A .msg file. With *codec*, strings are 8-bit ones in that charset, as Outlook 2000 and older write; else UTF-16."""
    writer = OleWriter()
    kind = "001E" if codec else "001F"

    def text(value: str) -> bytes:
        return value.encode(codec or "utf-16-le")

    def put(path: Sequence[str], data: bytes) -> None:
        writer.addEntry(list(path), data)

    put(["__properties_version1.0"], b"\0" * 32)
    strings = {
        "0037": subject,
        "1000": body,
        "0C1A": sender[0],
        "0C1F": "/O=OFFICE/CN=ZHANG",
        "5D01": sender[1],
        "001A": "IPM.Note",
    }
    if headers:
        strings["007D"] = headers
    for tag, value in strings.items():
        put([f"__substg1.0_{tag}{kind}"], text(value))
    if html:
        put(["__substg1.0_10130102"], html)
    if rtf:
        put(["__substg1.0_10090102"], rtf)
    for number, (name, data) in enumerate(files):
        folder = f"__attach_version1.0_#{number:08X}"
        writer.addEntry([folder], storage=True)
        put([folder, "__properties_version1.0"], b"\0" * 8)
        put([folder, f"__substg1.0_3707{kind}"], text(name))
        put([folder, "__substg1.0_37010102"], data)
    if inner:
        folder = f"__attach_version1.0_#{len(files):08X}"
        writer.addEntry([folder], storage=True)
        put([folder, f"__substg1.0_3001{kind}"], text("转来的申报"))
        import olefile

        writer.addEntry([folder, "__substg1.0_3701000D"], storage=True)
        with olefile.OleFileIO(io.BytesIO(inner)) as ole:
            for entry in ole.listdir(True, True):
                path = [folder, "__substg1.0_3701000D", *entry]
                if ole.get_type(entry) == 1:
                    writer.addEntry(path, storage=True)
            for entry in ole.listdir():
                writer.addEntry([folder, "__substg1.0_3701000D", *entry], ole.openstream(entry).read())
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def tnef(
    files: Sequence[tuple[str, bytes]],
    *,
    codec: str = "gbk",
    body: str = "",
    html: bytes = b"",
    with_long_names: bool = True,
    code_page: int | None = 936,
) -> bytes:
    """A winmail.dat; names as 8-bit strings in *codec*, whatever code page it declares."""
    out = bytearray(struct.pack("<IH", 0x223E9F78, 1))

    def attribute(level: int, name: int, kind: int, data: bytes) -> None:
        out.extend(struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF))

    def string_property(tag: int, value: bytes, kind: int = 0x1E) -> bytes:
        padded = value + b"\0" * (-len(value) % 4)
        return struct.pack("<HHII", kind, tag, 1, len(value)) + padded

    attribute(1, 0x9006, 8, struct.pack("<I", 0x10000))
    if code_page is not None:
        attribute(1, 0x9007, 6, struct.pack("<II", code_page, 0))
    attribute(1, 0x8008, 7, b"IPM.Microsoft Mail.Note\0")
    attribute(1, 0x8004, 1, "申报材料".encode(codec) + b"\0")
    if body:
        attribute(1, 0x800C, 2, body.encode(codec) + b"\0")
    if html:
        attribute(1, 0x9003, 6, struct.pack("<I", 1) + string_property(0x1013, html, 0x102))
    for name, data in files:
        attribute(2, 0x9002, 6, struct.pack("<HIHHHH", 1, 0xFFFFFFFF, 0, 0, 0, 0))
        attribute(2, 0x8010, 1, name.encode(codec)[:12] + b"\0")
        attribute(2, 0x800F, 6, data)
        if with_long_names:
            attribute(2, 0x9005, 6, struct.pack("<I", 1) + string_property(0x3707, name.encode(codec) + b"\0"))
    return bytes(out)
