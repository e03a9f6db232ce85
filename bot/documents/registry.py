"""Which module opens which format. Readers are imported when first needed: a .docx must not pay for OCR.

A reader module offers ``read(blob: Blob, context: ReadContext) -> Opened`` and keeps to this:

* it runs in the guarded worker; it may raise a leaf of ``bot.documents.errors`` (anything else that it raises is taken as
  a damaged file);
* it leaves ``Document.sha256`` and ``Document.data`` empty: the queue in ``open.py`` fills them in;
* a child's ``path`` is its place inside the container (``folder/member.doc``) or empty where ``name`` says it all; the queue joins
  paths with ``!/``, makes them safe and unique, and sets ``depth``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from bot.documents.context import ReadContext
from bot.documents.errors import NothingOpens
from bot.documents.model import Blob, Opened
from bot.documents.sniff import Sniffed

Reader = Callable[[Blob, ReadContext], Opened]

# Looked up as "format/variant" first, then "format".
READERS: dict[str, str] = {
    "docx": "bot.documents.formats.docx.read:read",
    "docx/flat": "bot.documents.formats.docx.read:read_flat",
    "docx/2003": "bot.documents.formats.docx.word_2003:read",
    "docx/encrypted": "bot.documents.passwords:read",
    "xlsx/encrypted": "bot.documents.passwords:read",
    "doc": "bot.documents.formats.doc.read:read",
    "rtf": "bot.documents.formats.rtf.read:read",
    "odt": "bot.documents.formats.odt.read:read",
    "html": "bot.documents.formats.html.read:read",
    "html/mht": "bot.documents.formats.html.mht:read",
    "text": "bot.documents.formats.text:read",
    "xlsx": "bot.documents.formats.sheets.xlsx:read",
    "xlsx/xlsb": "bot.documents.formats.sheets.calamine:read",
    "xlsx/2003": "bot.documents.formats.sheets.xml_2003:read",
    "xls": "bot.documents.formats.sheets.biff.read:read",
    "ods": "bot.documents.formats.sheets.ods:read",
    "pptx": "bot.documents.formats.pptx.read:read",
    "pdf": "bot.documents.formats.pdf.read:read",
    "ofd": "bot.documents.formats.ofd.read:read",
    "image": "bot.documents.formats.ocr.there:read",
    "zip": "bot.documents.formats.archives.zip:read",
    "rar": "bot.documents.formats.archives.rar:read",
    "7z": "bot.documents.formats.archives.seven_zip:read",
    "unknown/tar": "bot.documents.formats.archives.tar:read",
    "unknown/gzip": "bot.documents.formats.archives.tar:read_gzip",
    "unknown/bzip2": "bot.documents.formats.archives.tar:read_bzip2",
    "unknown/xz": "bot.documents.formats.archives.tar:read_xz",
    "eml": "bot.documents.formats.mails.read:read",
    "msg": "bot.documents.formats.mails.read:read_msg",
    "tnef": "bot.documents.formats.mails.read:read_tnef",
    "unknown/p7m": "bot.documents.formats.mails.read:read_signed",
    "unknown/pgp": "bot.documents.formats.mails.read:read_encrypted",
    "unknown": "bot.documents.bystanders:read",
}


def reader_for(kind: Sniffed) -> Reader:
    """The reader of this kind of file, imported now; ``NothingOpens`` where there is none."""
    place = READERS.get(f"{kind.format}/{kind.variant}") or READERS.get(kind.format)
    if not place:
        raise NothingOpens(f"no reader for {kind.format}/{kind.variant}")
    module, _, name = place.partition(":")
    reader: Reader = getattr(import_module(module), name)
    return reader
