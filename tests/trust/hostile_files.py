"""Files that want to fill a disk, a memory, or a day; each small on the wire."""

from __future__ import annotations

import base64
import gzip
import io
import random
import struct
import zipfile
import zlib
from functools import cache

import py7zr
import rars
from PIL import Image

from tests.documents.test_hostile import BOMB, with_prolog
from tests.flow import samples

MEGABYTE = 2**20
EXTERNAL = (
    '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "http://127.0.0.1:9/x">'
    '<!ENTITY % c SYSTEM "http://127.0.0.1:9/y.dtd"> %c;]>'
)
CONTENT_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_bomb() -> bytes:
    """20 GB of zeros in 200 archives of 100 MB each."""
    inner = zipped({"零.doc": bytes(100 * MEGABYTE)})
    return zipped({f"{number}.zip": inner for number in range(200)})


def overlapping_zip() -> bytes:
    """All entries of the directory share one stretch of data (as in Fifield's «better zip bomb»)."""
    data = zlib.compress(bytes(30 * MEGABYTE), 9)[2:-4]
    checksum = zlib.crc32(bytes(30 * MEGABYTE))
    head = (
        struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 33, checksum, len(data), 30 * MEGABYTE, 1, 0) + b"a" + data
    )
    entries = b"".join(
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 33, checksum, len(data), 30 * MEGABYTE, 6, 0, 0, 0, 0, 0, 0)
        + f"{number:06}".encode()
        for number in range(20_000)
    )  # fmt: skip
    return head + entries + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 20_000, 20_000, len(entries), len(head), 0)


def deep_zip() -> bytes:
    data = samples.registration(name="深处的表")
    for number in range(40):
        data = zipped({f"{number}.zip": data})
    return data


def seven_bomb() -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        for number in range(4):
            archive.writestr(bytes(10 * MEGABYTE), f"{number}.doc")
    return out.getvalue()


def rar_bomb() -> bytes:
    """20 MB of zeros in 2 KB."""
    builder = rars.RarBuilder(format="rar50")
    builder.add_bytes(bytes(20 * MEGABYTE), "零.doc")
    return bytes(builder.to_bytes())


def png_bomb() -> bytes:
    """60,000 × 60,000 pixels in two megabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compressobj(1)
    line = bytes(1 + 60_000 // 8)
    packed = b"".join(rows.compress(line * 1000) for _ in range(60)) + rows.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")  # fmt: skip


def tiff_bomb() -> bytes:
    """A thousand pages, each claiming 90,000 × 90,000 pixels."""
    out = io.BytesIO()
    pages = [Image.new("L", (16, 16)) for _ in range(300)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_adobe_deflate")
    small, large = struct.pack("<HHI", 4, 1, 16), struct.pack("<HHI", 4, 1, 90_000)
    data = out.getvalue()
    for tag in (256, 257):
        for kind, old in ((3, struct.pack("<HHIHH", tag, 3, 1, 16, 0)), (4, struct.pack("<H", tag) + small)):
            data = data.replace(
                old, struct.pack("<H", tag) + large if kind == 4 else struct.pack("<HHII", tag, 4, 1, 90_000)
            )
    return data


def pdf(objects: list[bytes]) -> bytes:
    out, places = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, 2)
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table))
    return out.getvalue()


def pdf_bomb() -> bytes:
    """A page whose content unpacks twice to 600 MB, far more than one call may use even at the second try; and 20,000 pages that all show it."""
    data = zlib.compress(zlib.compress(b"q Q " * (150 * MEGABYTE), 9), 9)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(data) + data + b"\nendstream"
    kids = b" ".join([b"3 0 R"] * 20_000)
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/AA<</O<</S/JavaScript/JS(app.alert(1))>>>>>>"
    )
    return pdf([b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(/bin/sh)>>>>", b"<</Type/Pages/Count 20000/Kids[" + kids + b"]>>", page, stream])  # fmt: skip


def endless_sheet() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_000_001))
    return repacked(
        samples.summary([("甲", "9月17日", "乙")]), "xl/worksheets/sheet1.xml", "<sheetData>", f"<sheetData>{rows}"
    )


def repacked(data: bytes, member: str, old: str, new: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return zipped({name: source.read(name).replace(old.encode(), new.encode()) if name == member else source.read(name) for name in source.namelist()})  # fmt: skip


def outside_links() -> bytes:
    """A template, a picture and an OLE object elsewhere, and a field that would start a program."""
    field = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    data = repacked(samples.registration(name="外链活动"), "word/document.xml", "<w:body>", f"<w:body>{field}")
    link = '<Relationship Id="x{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{1}" Target="http://127.0.0.1:9/{1}" TargetMode="External"/></Relationships>'
    for number, kind in enumerate(("attachedTemplate", "image", "oleObject", "frame")):
        data = repacked(data, "word/_rels/document.xml.rels", "</Relationships>", link.format(number, kind))
    return data


def odt(prolog: str) -> bytes:
    body = '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:body><office:text/></office:body></office:document-content>'
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": f'<?xml version="1.0"?>{prolog}{body}'.encode()})  # fmt: skip


@cache
def files() -> dict[str, bytes]:
    """Name -> bytes."""
    form, table = samples.registration(name="x"), samples.summary([("甲", "9月17日", "乙")])
    noise = random.Random(1).randbytes(8 * MEGABYTE)
    return {
        "炸弹.zip": zip_bomb(),
        "重叠.zip": overlapping_zip(),
        "很深.zip": deep_zip(),
        "炸弹.7z": seven_bomb(),
        "炸弹.rar": rar_bomb(),
        "炸弹.docx.gz": gzip.compress(bytes(100 * MEGABYTE)),
        "大图.png": png_bomb(),
        "大图.tif": tiff_bomb(),
        "炸弹.pdf": pdf_bomb(),
        "百万行.xlsx": endless_sheet(),
        "实体.docx": with_prolog(form, "word/document.xml", BOMB),
        "外部实体.docx": with_prolog(form, "word/document.xml", EXTERNAL),
        "实体.xlsx": with_prolog(table, "xl/worksheets/sheet1.xml", BOMB),
        "外部实体.xlsx": with_prolog(table, "xl/sharedStrings.xml", EXTERNAL),
        "实体.odt": odt(BOMB),
        "外部实体.odt": odt(EXTERNAL),
        "外链.docx": outside_links(),
        "胖.docx": zipped({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": b"<w:document>" + b" " * (100 * MEGABYTE)}),
        "噪声.doc": noise,
        "深.html": b"<table><tr><td>" * 60_000,
        "深.rtf": b"{\\rtf1" + b"{" * 300_000,
    }  # fmt: skip


def many_parts(count: int) -> bytes:
    """A mail of so many parts."""
    parts = b"".join(b'--b\r\nContent-Type: text/plain; name="%d.txt"\r\n\r\nx\r\n' % number for number in range(count))
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"


def many_levels(depth: int) -> bytes:
    heads = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(depth)
    )
    return HEAD + heads + b"Content-Type: text/plain\r\n\r\nx\r\n"


def nested_mails(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" * depth + b"\r\nx\r\n"


def garbage_base64(size: int) -> bytes:
    lines = base64.encodebytes(random.Random(2).randbytes(size)).replace(b"\n", b"!\xff*\r\n")
    return HEAD + b'Content-Type: application/msword; name="x.doc"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + lines


def long_header(size: int) -> bytes:
    return (
        HEAD + b"References:" + b" <%s@x>" % (b"a" * 60) * (size // 65) + b"\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    )


HEAD = b"From: odd@example.com\r\nTo: kepu@example.com\r\nSubject: odd\r\nDate: Fri, 25 Aug 2023 10:00:00 +0800\r\nMIME-Version: 1.0\r\n"


@cache
def mails() -> dict[str, bytes]:
    """Whole mails, each from an address of its own."""
    found = {
        "parts": many_parts(100_000),
        "levels": many_levels(2_000),
        "nested": nested_mails(500),
        "garbage": garbage_base64(15 * MEGABYTE),
        "header": long_header(2 * MEGABYTE),
    }
    return {
        name: raw.replace(b"odd@example.com", b"%s@odd.example.com" % name.encode(), 1) for name, raw in found.items()
    }
