"""A good file of every kind, to be damaged; LibreOffice's kinds only where it may take its time."""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import py7zr
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from tests.documents.test_texts import flat_opc, word_2003
from tests.factory import docx_file, html_file, office, rtf_file, sheet_file
from tests.factory.layouts import LAYOUTS, summary
from tests.factory.odd import ODD_DOCX
from tests.flow import samples
from tests.mails.outlook_files import msg, tnef

TESTS = Path(__file__).parents[1]


def scanned_pdf() -> bytes:
    """A small scan: its pixels are read, as those of any damaged page without text are; of a whole form that costs seconds."""
    out, picture = io.BytesIO(), Image.new("L", (660, 210), 255)
    ImageDraw.Draw(picture).text((60, 60), "0595-22000000", fill=0, font_size=60)
    canvas = Canvas(out, pagesize=(220, 70))
    canvas.drawInlineImage(picture, 0, 0, 220, 70)
    canvas.save()
    return out.getvalue()


@cache
def own() -> dict[str, bytes]:
    page, table = LAYOUTS["wps_grid"](), summary()
    form = samples.registration()
    packed, tarred, seven, picture = io.BytesIO(), io.BytesIO(), io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("申报表.docx", form)
    with tarfile.open(fileobj=tarred, mode="w:gz") as tar:
        info = tarfile.TarInfo("表.rtf")
        info.size = 5
        tar.addfile(info, io.BytesIO(b"{\\rtf"))
    with py7zr.SevenZipFile(seven, "w") as archive_7z:
        archive_7z.writestr(rtf_file.rtf_bytes(page), "表.rtf")
    Image.new("RGB", (40, 30), "green").save(picture, "PNG")
    return {
        "表.docx": docx_file.docx_bytes(page),
        "怪.docx": ODD_DOCX,
        "正式.docx": form,
        "平.xml": flat_opc(ODD_DOCX),
        "旧.xml": word_2003(ODD_DOCX),
        "表.rtf": rtf_file.rtf_bytes(page, "legacy", gbk=True),
        "表.html": html_file.html_bytes(page, "font"),
        "表.mht": html_file.mht_bytes(page),
        "表.xlsx": sheet_file.xlsx_bytes(table),
        "旧.xls": sheet_file.xml_2003_bytes(table),
        "表.csv": sheet_file.csv_bytes(table),
        "表.pdf": (TESTS / "documents" / "pdf" / "registration.pdf").read_bytes(),
        "扫描.pdf": scanned_pdf(),
        "包.zip": packed.getvalue(),
        "包.tgz": tarred.getvalue(),
        "包.7z": seven.getvalue(),
        "图.png": picture.getvalue(),
        "信.msg": msg("申报表", "见附件", [("表.rtf", rtf_file.rtf_bytes(page))], html=b"<p>x</p>"),
        "winmail.dat": tnef([("表.rtf", rtf_file.rtf_bytes(page))], body="见附件"),
        "信.eml": samples.mail(files={"表.rtf": rtf_file.rtf_bytes(page), "表.html": html_file.html_bytes(page)}),
    }


@cache
def converted() -> dict[str, bytes]:
    """Formats that only LibreOffice writes; nothing where it is missing."""
    if not office.find_soffice():
        return {}
    found: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source, forms in (("正式.docx", ("doc", "odt", "fodt")), ("表.xlsx", ("xls", "ods"))):
            path = folder / source
            path.write_bytes(own()[source])
            for form in forms:
                made = office.convert([path], form, folder / form)
                found |= {f"{stem}.{form}": data for stem, data in made.items()}
    return found


def mails() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((TESTS / "mails").glob("*.eml"))}
