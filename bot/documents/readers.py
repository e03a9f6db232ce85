"""Which module opens which format. Readers are imported when first needed: a .docx must not pay for OCR.

A reader module offers ``read(blob: Blob, context: ReadContext) -> Opened`` and keeps to this:

* it runs in the guarded worker; it may raise a leaf of ``bot.documents.errors`` (anything else that it raises is taken as
  a damaged file);
* it leaves ``Document.sha256`` and ``Document.data`` empty: the queue in ``read.py`` fills them in;
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
    "docx": "bot.documents.docx:read",
    "docx/flat": "bot.documents.docx:read_flat",
    "docx/2003": "bot.documents.docx_2003:read",
    "docx/encrypted": "bot.documents.passwords:read",
    "xlsx/encrypted": "bot.documents.passwords:read",
    "doc": "bot.documents.doc:read",
    "rtf": "bot.documents.rtf:read",
    "odt": "bot.documents.odt:read",
    "html": "bot.documents.html:read",
    "html/mht": "bot.documents.html_mht:read",
    "text": "bot.documents.text:read",
    "xlsx": "bot.documents.sheets:read",
    "xlsx/xlsb": "bot.documents.sheets:read",
    "xlsx/2003": "bot.documents.sheets:read",
    "xls": "bot.documents.sheets:read",
    "ods": "bot.documents.sheets:read",
    "pptx": "bot.documents.pptx:read",
    "pdf": "bot.documents.pdf:read",
    "image": "bot.documents.ocr:read",
    "zip": "bot.documents.archives:read",
    "rar": "bot.documents.archives:read",
    "7z": "bot.documents.archives:read",
    "unknown/tar": "bot.documents.archives:read",
    "unknown/gzip": "bot.documents.archives:read",
    "unknown/bzip2": "bot.documents.archives:read",
    "unknown/xz": "bot.documents.archives:read",
    "eml": "bot.documents.mails:read",
    "msg": "bot.documents.mails:read",
    "tnef": "bot.documents.mails:read",
    "unknown/p7m": "bot.documents.mails:read",
    "unknown/pgp": "bot.documents.mails:read",
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
