"""PDF: its text where it has one, its pixels where not, the files attached to it."""

from __future__ import annotations

import io
import logging
import re
import time
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted
from bot.documents.formats.ocr.there import is_there
from bot.documents.formats.pdf.drawn import Kind, Letter, View
from bot.documents.formats.pdf.forms import filled_in
from bot.documents.formats.pdf.ink import left_out
from bot.documents.formats.pdf.marks import TICKS_AND_BOXES
from bot.documents.formats.pdf.page import read_page, tokens_of
from bot.documents.formats.pdf.seen import Seen, look_at
from bot.documents.formats.pdf.text import is_mojibake
from bot.documents.formats.pdf.xfa import blocks_of
from bot.documents.model import Blob, Block, Document, Opened, Picture
from bot.documents.page.frame import Frame
from bot.documents.page.grid import PageText
from bot.documents.page.join import join_pages, of_pages_left
from bot.documents.page.lines import Token
from bot.documents.shared.pictures import MAX_PICTURES, picture

_TIME_SHARE = 0.6  # of the file's time limit; the rest is for what comes after
_MAX_ATTACHMENTS = 50
_LAYERS, _PACKED = b"/OCProperties", b"/ObjStm"
_NUMBER, _ENCRYPTED = re.compile(rb"\d+ \d+$"), re.compile(rb"/Filter\s*/Standard")
_CONTENTS = re.compile(rb"/Contents\s*(\[[\s\dR]{1,2000}\]|\d+ \d+ R)")
_REFERENCE, _OBJECT = re.compile(rb"(\d+) \d+ R"), re.compile(rb" obj\b")
_STREAM = re.compile(rb"(?=[^>]*/Filter\s*\[?\s*(/ASCII85Decode\s*)?/FlateDecode\s*\]?\s*[/>])[^>(]*>>\s*stream\r?\n")
_NOT_ASCII85 = re.compile(rb"[^!-uz\s\0]")
_MOST_UNPACKED = 1 << 22
_SMALLEST_PICTURE = 120  # pixels: smaller ones are marks and logos


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document in *blob* and its attached files. Raises ``Encrypted`` or ``Damaged``."""
    started = time.process_time()
    source = _Source(blob.data, context.passwords)
    try:
        return _read(source, blob, context, started)
    finally:
        source.close()


def _read(source: _Source, blob: Blob, context: ReadContext, started: float) -> Opened:
    limits = context.limits
    deadline = started + _TIME_SHARE * limits.seconds
    texts: dict[int, PageText] = {}
    unread: list[int] = []
    last = min(source.pages, limits.max_pages)
    for number in range(last):
        if not context.wants(number + 1):
            continue
        if texts and time.process_time() > deadline:
            unread.append(number)
        else:
            texts[number] = source.read_text(number, texts.get(number - 1))
    problems = of_pages_left(blob, last, source.pages)
    scans = [number for number, text in texts.items() if text.is_scan] if context.ocr else []
    if scans and context.quick:
        return Opened(Document(blob.path, blob.name, "pdf", unfinished=True))
    seen = {number: [text] for number, text in texts.items()}
    for done, number in enumerate(scans):  # the pages with text come first: pixels cost a hundred times as much
        if done and time.process_time() > deadline:
            unread += scans[done:]
            break
        seen[number] = source.read_pixels(number) or [texts[number]]
    ocr = bool(scans)
    document = Document(
        path=blob.path,
        name=blob.name,
        format="pdf",
        blocks=source.blocks_of_xml() or join_pages([sheet for sheets in seen.values() for sheet in sheets]),
        pictures=() if ocr else tuple(source.pictures()),
        problems=problems,
        ocr=ocr,
        title=source.title,
        unfinished=bool(unread),
        unread=tuple(number + 1 for number in sorted(unread)),
    )
    return Opened(document, tuple(source.attachments()))


def has_layers(data: bytes) -> bool:
    """Whether anything in the file may be switched off: its catalogue, in the open or packed (7.5.7), has optional content."""
    if _LAYERS in data or b"/Encrypt" in data:
        return True
    place = data.find(_PACKED)
    while place >= 0:
        start = data.find(b"stream", place) + len(b"stream")
        try:
            if _LAYERS in zlib.decompressobj().decompress(
                data[start : start + _MOST_UNPACKED].lstrip(b"\r\n"), _MOST_UNPACKED
            ):
                return True
        except zlib.error:
            return True
        place = data.find(_PACKED, start)
    return False


def is_torn(data: bytes) -> bool:
    """Whether what draws a page cannot be unpacked to its end: pdfium shows what stands before the damage and says nothing."""
    drawn = {number for found in _CONTENTS.findall(data) for number in _REFERENCE.findall(found)}
    objects = {}
    for found in _OBJECT.finditer(data):
        number = _NUMBER.search(data, max(found.start() - 20, 0), found.start())
        if number and (name := number[0].split()[0]) in drawn:
            objects[name] = found.end()
    for place in () if b"/Encrypt" in data else objects.values():
        begins = _STREAM.match(data, place)
        if begins and begins[1]:
            strange = _NOT_ASCII85.search(data, begins.end())
            if strange and not data.startswith(b"~>", strange.start()):
                return True
        elif begins:
            try:
                zlib.decompressobj().decompress(data[begins.end() : begins.end() + _MOST_UNPACKED], _MOST_UNPACKED)
            except zlib.error as error:
                if "data check" not in str(error):  # a sum that is wrong is no letter lost
                    return True
    return False


def opened(data: bytes, passwords: tuple[str, ...]) -> Any:
    logging.getLogger("pypdfium2").setLevel(logging.ERROR)  # it would like to be built with XFA
    for password in ("", *passwords):
        try:
            return pypdfium2.PdfDocument(data, password=password or None)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
                continue
            whole = _with_trailer(data)
            if not whole:
                raise Damaged(f"pdf: {error}") from error
            return opened(whole, passwords)
    raise Encrypted(f"pdf: none of {len(passwords)} passwords fits")


def _with_trailer(data: bytes) -> bytes:
    """*data* of which a transfer lost the end, where that was only the list of its objects; empty where an object was cut or it may be encrypted."""
    begins = data.rfind(b" obj", 0, max(data.rfind(b"/Catalog"), 0))
    catalogue = _NUMBER.search(data, max(begins - 20, 0), max(begins, 0))
    behind = data[data.rfind(b"endobj") :]
    if not catalogue or b" obj" in behind or b"trailer" in behind or _ENCRYPTED.search(data):
        return b""
    return data + b"\ntrailer\n<</Root %s R>>\nstartxref\n0\n%%%%EOF\n" % catalogue[0]


def count_pages(data: bytes, passwords: tuple[str, ...]) -> int:
    document = opened(data, passwords)
    try:
        return len(document)
    finally:
        document.close()


def _tokens(letters: Sequence[Letter], view: View) -> list[Token]:
    """*letters* in fractions of the page as a viewer shows it."""
    frame = Frame.of_sheet(1, (0.0, 0.0, view.width, view.height), view.turn)
    found = []
    for token in tokens_of(letters):
        at = frame.spot(token.x0, token.top, token.x1, token.bottom)
        found.append(Token(token.text, at.x0, at.top, at.x1, at.bottom))
    return found


def _typed(seen: Seen) -> list[Letter]:
    """The letters that are seen over the picture of a page, but for ticks, which are told by where they stand in it."""
    if is_mojibake(letter.text for letter in seen.letters):
        return []
    written = {letter.order for letter in seen.letters if letter.text.strip() and letter.text not in TICKS_AND_BOXES}
    return [letter for letter in seen.letters if letter.order in written]


class _Source:
    """The file opened by pdfium. Raises ``Encrypted`` or ``Damaged``."""

    def __init__(self, data: bytes, passwords: tuple[str, ...]) -> None:
        self._document = opened(data, passwords)
        self.pages = len(self._document)
        if not self.pages:
            self.close()
            raise Damaged("pdf without pages")
        if is_torn(data):
            self.close()
            raise Damaged("pdf: a page is damaged")
        self._layered = has_layers(data)
        self._with_pictures: list[int] = []
        self._with_fields = False
        if raw.FPDF_GetFormType(self._document.raw) != raw.FORMTYPE_NONE:
            self._document.init_forms()

    def close(self) -> None:
        self._document.close()

    @property
    def title(self) -> str:
        return str(self._document.get_metadata_value("Title")).strip()[:200]

    def read_text(self, number: int, before: PageText | None) -> PageText:
        try:
            page = self._document[number]
        except pypdfium2.PdfiumError as error:
            raise Damaged(f"pdf: page {number + 1}: {error}") from error
        try:
            seen = look_at(page, self._layered)
            if any(one.kind is Kind.IMAGE for one in seen.shapes):
                self._with_pictures.append(number)
            forms = self._document.formenv
            added = filled_in(page.raw, forms.raw if forms else None, seen.view)
            self._with_fields = self._with_fields or bool(added.fields)
            return read_page(seen, added, number + 1, before)
        finally:
            page.close()

    def blocks_of_xml(self) -> tuple[Block, ...]:
        """The form that takes the place of the pages."""
        whole = raw.FPDF_GetFormType(self._document.raw) == raw.FORMTYPE_XFA_FULL
        return blocks_of(self._document.raw) if whole and not self._with_fields else ()

    def read_pixels(self, number: int) -> list[PageText]:
        if not is_there():
            return []
        from bot.documents.formats.ocr.read import read_rendered

        page = self._document[number]
        seen = look_at(page, self._layered)
        over = _typed(seen)
        items = {letter.order: letter.item for letter in over}
        behind = [letter for letter in (*seen.hidden, *seen.letters) if letter.order not in items]

        def draw(scale: float, whole: bool) -> Any:
            with left_out(() if whole else items.values()):
                return page.render(scale=scale, may_draw_forms=True)

        sheets: list[PageText] = read_rendered(
            draw, page.get_size(), number + 1, seen.view.turn, _tokens(behind, seen.view), _tokens(over, seen.view)
        )
        return sheets

    def pictures(self) -> Iterator[Picture]:
        count = 0
        for number in self._with_pictures:
            for item in self._document[number].get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
                width, height = item.get_px_size() if hasattr(item, "get_px_size") else item.get_size()
                if min(width, height) < _SMALLEST_PICTURE or width * height > 40_000_000:
                    continue
                if count >= MAX_PICTURES:
                    return
                buffer = io.BytesIO()
                try:
                    item.extract(buffer)
                except (pypdfium2.PdfiumError, OSError, ValueError, NotImplementedError):
                    continue
                count += 1
                yield picture(f"page{number + 1}-{count}", buffer.getvalue())

    def attachments(self) -> Iterator[Blob]:
        document = self._document
        for index in range(min(document.count_attachments(), _MAX_ATTACHMENTS)):
            attachment = document.get_attachment(index)
            try:
                yield Blob("", attachment.get_name(), bytes(attachment.get_data()))
            except pypdfium2.PdfiumError:
                continue
