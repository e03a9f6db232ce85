"""PDF: its text where it has one, its pixels where not, the files attached to it."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from bot.base.problems import Code, Problem, Severity
from bot.documents.context import ReadContext
from bot.documents.errors import STAFF_WILL_READ_IT, Damaged, Encrypted
from bot.documents.formats.pdf.page import read_page
from bot.documents.formats.pdf.seen import layers_off, look_at
from bot.documents.model import Blob, Document, Opened, Picture
from bot.documents.page.grid import PageText
from bot.documents.page.join import join_pages
from bot.documents.shared.pictures import MAX_PICTURES, picture

_TIME_SHARE = 0.6  # of the file's time limit; the rest is for what comes after
_MAX_ATTACHMENTS = 50
_FEW_LETTERS, _MANY_SHAPES = 8, 1500
_SMALLEST_PICTURE = 120  # pixels: smaller ones are marks and logos


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document in *blob* and its attached files. Raises ``Encrypted`` or ``Damaged``."""
    started = time.process_time()
    pdf, data = _open(blob.data, context.passwords)
    try:
        return _read(pdf, data, blob, context, started)
    finally:
        pdf.close()


def _open(data: bytes, passwords: tuple[str, ...]) -> tuple[Any, bytes]:
    """The file opened by pdfplumber, and its bytes without encryption."""
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it warns of each oddity of each font
    if b"/Encrypt" in data:
        data = _decrypted(data, passwords)
    try:
        pdf = pdfplumber.open(io.BytesIO(data))
        pages = len(pdf.pages)
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        raise Damaged(f"pdf: {type(cause).__name__}: {cause}") from error
    if not pages:
        raise Damaged("pdf without pages")
    return pdf, data


def _decrypted(data: bytes, passwords: tuple[str, ...]) -> bytes:
    """The same file without security, by pdfium (pdfminer misreads the fonts of some encrypted files)."""
    import pypdfium2
    import pypdfium2.raw as raw

    for password in ("", *passwords):
        try:
            with pypdfium2.PdfDocument(data, password=password or None) as document:
                buffer = io.BytesIO()
                document.save(buffer, flags=raw.FPDF_REMOVE_SECURITY)
                return buffer.getvalue()
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) not in (None, raw.FPDF_ERR_PASSWORD):
                return data  # «/Encrypt» was only a word in it, or it is damaged: the next step will say
    raise Encrypted(f"pdf: none of {len(passwords)} passwords fits")


def _read(pdf: Any, data: bytes, blob: Blob, context: ReadContext, started: float) -> Opened:
    limits = context.limits
    deadline = started + _TIME_SHARE * limits.seconds
    source = _Source(data)
    off = layers_off(pdf.doc.catalog)
    texts: list[PageText] = []
    problems: list[Problem] = []
    unfinished = False
    try:
        for number, page in enumerate(pdf.pages):
            unfinished = number > 0 and time.process_time() > deadline
            if number >= limits.max_pages or unfinished:
                problems.append(_cut(blob, number, len(pdf.pages), unfinished))
                break
            texts.append(_page_text(page, number, source, off))
            page.close()
        scans = [number for number, text in enumerate(texts) if text.is_scan] if context.ocr else []
        for done, number in enumerate(scans):  # the pages with text come first: pixels cost a hundred times as much
            if done and time.process_time() > deadline:
                unfinished = True
                problems.append(_unread_scans(blob, len(pdf.pages), len(scans) - done))
                break
            texts[number] = source.read_pixels(texts[number], number, deadline)
        ocr = bool(scans)
        pictures = () if ocr else tuple(source.pictures(len(texts)))
        children = tuple(source.attachments())
    finally:
        source.close()
    document = Document(
        path=blob.path,
        name=blob.name,
        format="pdf",
        blocks=join_pages(texts),
        pictures=pictures,
        problems=tuple(problems),
        ocr=ocr,
        title=_title(pdf),
        unfinished=unfinished,
    )
    return Opened(document, children)


def _page_text(page: Any, number: int, source: _Source, off: frozenset[int]) -> PageText:
    if source.is_all_outlines(number):
        return PageText((), True, float(page.width), float(page.height))
    look_at(page, off)
    turn = _turn_of(page)
    return read_page(source.turned(page, number, turn) if turn else page, number + 1, turn)


def _unread_scans(blob: Blob, pages: int, unread: int) -> Problem:
    message = f"{blob.name}：共 {pages} 页，其中 {unread} 页是图片或图形，程序没有读完。{STAFF_WILL_READ_IT}。"
    return Problem(Code.TOO_LARGE, Severity.WARNING, message, value=blob.name, place=blob.path)


def _cut(blob: Blob, read_pages: int, pages: int, unfinished: bool) -> Problem:
    what_to_do = STAFF_WILL_READ_IT if unfinished else "请只发送表格所在的页"
    message = f"{blob.name}：共 {pages} 页，只读取了前 {read_pages} 页。{what_to_do}。"
    return Problem(Code.TOO_LARGE, Severity.WARNING, message, value=blob.name, place=blob.path)


def _title(pdf: Any) -> str:
    title = (pdf.metadata or {}).get("Title")
    return title.strip()[:200] if isinstance(title, str) else ""


def _turn_of(page: Any) -> int:
    """Degrees clockwise by which the page must be turned for its text to run from left to right."""
    directions = [char["matrix"][:2] for char in page.chars[:2000] if not char["text"].isspace()]
    counts = {
        0: sum(a > abs(b) for a, b in directions),
        90: sum(b > abs(a) for a, b in directions),
        180: sum(-a > abs(b) for a, b in directions),
        270: sum(-b > abs(a) for a, b in directions),
    }
    most = max(counts, key=lambda turn: counts[turn])
    return most if counts[most] * 10 >= 6 * len(directions) else 0


class _Source:
    """The same file opened by pdfium, once something needs it: pixels, pictures, attachments, turned pages."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._opened: Any = None

    def _document(self) -> Any:
        if self._opened is None:
            import pypdfium2

            try:
                self._opened = pypdfium2.PdfDocument(self._data)
            except pypdfium2.PdfiumError as error:
                raise Damaged(f"pdfium: {error}") from error
        return self._opened

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def is_all_outlines(self, number: int) -> bool:
        """A page of thousands of shapes without a letter (文字转曲, CAD): pdfminer would need seconds to find no text in it."""
        import pypdfium2

        try:
            page = self._document()[number]
            letters = page.get_textpage()
            few = letters.count_chars() < _FEW_LETTERS
            letters.close()
        except pypdfium2.PdfiumError:
            return False
        return few and sum(1 for _ in islice(page.get_objects(max_depth=4), _MANY_SHAPES)) >= _MANY_SHAPES

    def turned(self, page: Any, number: int, turn: int) -> Any:
        """*page* turned by *turn* degrees clockwise."""
        import pdfplumber
        import pypdfium2

        turned = pypdfium2.PdfDocument.new()
        turned.import_pages(self._document(), [number])
        there = turned[0]
        there.set_rotation((there.get_rotation() + turn) % 360)
        buffer = io.BytesIO()
        turned.save(buffer)
        turned.close()
        found = pdfplumber.open(io.BytesIO(buffer.getvalue()))
        look_at(found.pages[0], layers_off(found.doc.catalog))
        return found.pages[0]

    def read_pixels(self, text: PageText, number: int, deadline: float) -> PageText:
        from bot.documents.formats.ocr.read import read_rendered

        return read_rendered(self._document()[number], number + 1, deadline) or text

    def pictures(self, pages: int) -> Iterator[Picture]:
        import pypdfium2
        import pypdfium2.raw as raw

        count = 0
        for number in range(pages):
            for item in self._document()[number].get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
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
        import pypdfium2

        document = self._document()
        for index in range(min(document.count_attachments(), _MAX_ATTACHMENTS)):
            attachment = document.get_attachment(index)
            try:
                yield Blob("", attachment.get_name(), bytes(attachment.get_data()))
            except pypdfium2.PdfiumError:
                continue
