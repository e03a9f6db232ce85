"""The own readers of .xls and zip beside the libraries that could take their place: what each reads right, and CPU ms a file.

The .xls files are those of ``tests/documents/test_sheets.py``, written by LibreOffice; right is what that test expects. xlrd is
asked for all that it offers (formats, fonts, hidden rows, view), so that what is missing is missing in the library.
"""

from __future__ import annotations

import ast
import io
import itertools
import lzma
import struct
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyzipper
from rich.console import Console
from rich.table import Table as Shown

from bot.base.limits import Limits
from bot.documents.context import ReadContext
from bot.documents.formats.archives import libarchive
from bot.documents.formats.archives import zip as own_zip
from bot.documents.formats.archives.basket import Basket
from bot.documents.formats.archives.names import member_name
from bot.documents.formats.sheets import calamine
from bot.documents.formats.sheets.biff import read as biff
from bot.documents.formats.sheets.document import workbook_document
from bot.documents.formats.sheets.grid import Sheet
from bot.documents.formats.sheets.looks import CellLook
from bot.documents.model import Blob, Opened
from bot.documents.shared.colours import BLACK, WHITE, Colour, is_unseen
from bot.documents.shared.numbers import show_number
from bot.documents.shared.symbols import is_symbol_font
from tests.documents import test_archives, test_sheets
from tests.factory import office

PASSWORDS = ("123456", "kepu2023")
Cells = list[str]


def show(folder: Path | None) -> None:
    console = Console()
    console.print(_workbooks(folder))
    console.print(_archives())


# .xls


def _workbooks(folder: Path | None) -> Shown:
    own = dict(_own_workbooks())
    foreign = {path.name: path.read_bytes() for path in sorted(folder.glob("*.xls"))} if folder else {}
    readers: dict[str, Callable[[Blob, ReadContext], Opened]] = {
        "own": biff.read,
        "xlrd": with_xlrd,
        "python-calamine": lambda blob, context: calamine.read(blob, context, "xls"),
    }
    shown = Shown("workbooks (.xls)", "tests right", "wrong", "CPU ms", "others opened", "cells like own", "CPU ms")
    of_others = {title: {name: _cells(one, data) for name, data in foreign.items()} for title, one in readers.items()}
    opened_by_all = [name for name in foreign if all(one[name][0] is not None for one in of_others.values())]
    for title, reader in readers.items():
        found = {name: _cells(reader, data) for name, (data, _) in own.items()}
        wrong = [name for name, (_, expected) in own.items() if found[name][0] != expected]
        others = of_others[title]
        opened = [name for name, (cells, _) in others.items() if cells is not None]
        shown.add_row(
            title,
            f"{len(own) - len(wrong)} of {len(own)}",
            ", ".join(wrong),
            _mean([spent for _, spent in found.values()]),
            f"{len(opened)} of {len(foreign)}",
            f"{sum(others[name][0] == of_others['own'][name][0] for name in opened)}",
            _mean([others[name][1] for name in opened_by_all]),
        )
    return shown


def _mean(times: list[float]) -> str:
    return f"{1000 * sum(times) / len(times):.1f}" if times else ""


def _cells(reader: Callable[[Blob, ReadContext], Opened], data: bytes) -> tuple[Cells | None, float]:
    """What is seen in the workbook's cells, None where it does not open; and CPU seconds, the best of three."""
    spent: list[float] = []
    cells: Cells | None = None
    for _ in range(3):
        start = time.process_time()
        try:
            document = reader(Blob("a.xls", "a.xls", data), ReadContext()).document
            cells = [cell.text for table in document.tables() for cell in table.cells if cell.text] if document else []
        except Exception:  # a library may raise whatever it likes
            cells = None
        spent.append(time.process_time() - start)
    return cells, min(spent)


def _own_workbooks() -> Iterator[tuple[str, tuple[bytes, Cells]]]:
    if not office.find_soffice():
        return
    made = {
        "odd": (test_sheets.odd_workbook(), [text for row in test_sheets.ODD for text in row if text]),
        "unseen": (test_sheets.unseen_workbook(), test_sheets.SEEN),
        "coloured": (test_sheets.coloured_workbook(), ["-7", "礼堂", "末行", "深底"]),
        "filtered": (test_sheets.filtered_workbook("filter"), [t for n in "12345" for t in (n, f"活动{n}")]),
        "hidden rows": (test_sheets.filtered_workbook("by hand"), [t for n in "125" for t in (n, f"活动{n}")]),
        "conditions": (test_sheets.conditional_workbook(), test_sheets.UNDER_CONDITIONS),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for stem, (data, _) in made.items():
            (folder / f"{stem}.xlsx").write_bytes(data)
        converted = office.convert([*folder.glob("*.xlsx")], "xls", folder / "xls")
    for stem, (_, cells) in made.items():
        yield stem, (converted[stem], cells)


def with_xlrd(blob: Blob, context: ReadContext) -> Opened:
    """The workbook as xlrd gives it, shown as the own reader shows it."""
    import xlrd

    book = xlrd.open_workbook(
        file_contents=blob.data, formatting_info=True, ragged_rows=True, logfile=io.StringIO(), on_demand=False
    )
    return workbook_document(
        blob, "xls", [_of_xlrd(book, one, context.limits) for one in book.sheets() if not one.visibility]
    )


def _of_xlrd(book: Any, source: Any, limits: Limits) -> Sheet:
    sheet = Sheet(source.name)
    rows = source.rowinfo_map.items()
    sheet.hidden_rows = {
        row for row, info in rows if info.hidden or (info.has_default_height == 0 and info.height < 40)
    }
    sheet.hidden_columns = {column for column, info in source.colinfo_map.items() if info.hidden}
    sheet.merges = [(top, left, below - 1, behind - 1) for top, below, left, behind in source.merged_cells]
    looks: dict[int, CellLook] = {}
    for row in range(source.nrows):
        for column, cell in enumerate(source.row(row)):
            if cell.xf_index not in looks:
                looks[cell.xf_index] = _look_of_xlrd(book, cell.xf_index)
            look = looks[cell.xf_index]
            if cell.ctype == 1 and (row, column) in source.rich_text_runlist_map:
                runs = [(0, None), *source.rich_text_runlist_map[row, column], (len(cell.value), None)]
                kept = [
                    cell.value[start:end]
                    for (start, font), (end, _) in itertools.pairwise(runs)
                    if font is None or not _is_gone(book, book.font_list[font], look.paper)
                ]
                text, number = look.shown("".join(kept)), None
            elif cell.ctype == 1:
                text, number = "" if look.is_pale(cell.value) else look.written(cell.value), None
            elif cell.ctype in (2, 3):
                found = show_number(cell.value, look.format, bool(book.datemode))
                text, number = "" if look.is_pale(cell.value) else look.shown(found.text), found.number
            else:
                text, number = (look.shown("TRUE" if cell.value else "FALSE") if cell.ctype == 4 else ""), None
            sheet.put(row, column, text, number, limits)
    if not source.show_zero_values:
        sheet.drop_zeros()
    return sheet


def _look_of_xlrd(book: Any, index: int) -> CellLook:
    style = book.xf_list[index]
    font = book.font_list[style.font_index]
    paper = {0: WHITE, 1: book.colour_map.get(style.background.pattern_colour_index)}.get(style.background.fill_pattern)
    code = book.format_map[style.format_key].format_str
    name = font.name if is_symbol_font(font.name) else ""
    return CellLook(code, bool(font.struck_out) or font.height <= 40, name, False, paper, _is_gone(book, font, paper))


def _is_gone(book: Any, font: Any, paper: Colour | None) -> bool:
    ink = BLACK if font.colour_index == 0x7FFF else book.colour_map.get(font.colour_index)
    return bool(font.struck_out) or is_unseen(ink, paper)


# zip


def _archives() -> Shown:
    readers: dict[str, Callable[[bytes, Basket], None]] = {
        "own": lambda data, basket: own_zip.unpack(data, basket, PASSWORDS),
        "pyzipper": with_pyzipper,
        "libarchive": with_libarchive,
    }
    cases = odd_archives()
    shown = Shown("archives (.zip)", "right", "wrong", "CPU ms")
    for title, reader in readers.items():
        wrong: list[str] = []
        spent: list[float] = []
        for name, (data, expected) in cases.items():
            basket = Basket(Limits())
            start = time.process_time()
            try:
                reader(data, basket)
            except Exception:  # a library may raise whatever it likes
                basket.children.clear()
            spent.append(time.process_time() - start)
            if {child.path: child.data for child in basket.children} != expected:
                wrong.append(name)
        shown.add_row(title, f"{len(cases) - len(wrong)} of {len(cases)}", ", ".join(wrong), _mean(spent))
    return shown


def with_pyzipper(data: bytes, basket: Basket) -> None:
    with pyzipper.AESZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            says_utf8 = bool(info.flag_bits & 0x800)
            raw = info.orig_filename.encode("utf-8" if says_utf8 else "cp437", "surrogateescape")
            path = member_name(raw, says_utf8=says_utf8, extra=info.extra)
            if not basket.wants(path):
                continue
            for password in (None, *PASSWORDS):
                try:
                    with archive.open(info, pwd=password.encode() if password else None) as stream:
                        basket.add(path, stream.read())
                        break
                except Exception:  # a wrong password, or what it cannot read
                    continue


def with_libarchive(data: bytes, basket: Basket) -> None:
    libarchive.unpack(data, basket, PASSWORDS)
    # A name that is not in the system's charset comes as the representation of its bytes.
    for number, child in enumerate(basket.children):
        if child.path.startswith("b'"):
            raw = ast.literal_eval(child.path.replace("/x", "\\x"))
            path = member_name(raw.replace(b"//", b"/"))
            basket.children[number] = Blob(path, path, child.data)


def odd_archives() -> dict[str, tuple[bytes, dict[str, bytes]]]:
    """What units and their programs send, and what must come out of it."""
    files = test_archives.FILES
    found = {name: (make(), files) for name, make in test_archives.WHOLE.items() if name.endswith(".zip")}
    plain, locked = test_archives.zipped(files), test_archives.locked_zip(b"kepu2023")
    one = {"申报表.doc": test_archives.FORM}
    found["aes"] = locked, files
    found["old cipher"] = test_archives.old_locked_zip(b"kepu2023", test_archives.FORM), one
    found["no directory"] = plain[: plain.index(b"PK\x01\x02")], files
    found["aes without directory"] = locked[: locked.index(b"PK\x01\x02")], files
    cut = plain[: plain.index(b"PK\x01\x02") - 100]
    found["cut off"] = cut, {name: data for name, data in files.items() if name.endswith(".doc")}
    found["name differs"] = _renamed(test_archives.raw_zip([("申报表.doc".encode("gbk"), test_archives.FORM)])), one
    found["deflate64"] = _packed(9, _deflate64(test_archives.FORM)), one
    found["xz"] = _packed(95, lzma.compress(test_archives.FORM, lzma.FORMAT_XZ)), one
    return found


def _renamed(data: bytes) -> bytes:
    """The header before the member names it in another charset than the directory, as programs on phones do."""
    place = 30
    return data[:place] + "表.docx ".encode("gbk")[:9].ljust(len("申报表.doc".encode("gbk")), b"x") + data[place + 10 :]


def _packed(method: int, packed: bytes) -> bytes:
    """A zip with one member of the form, compressed by *method*."""
    data = bytearray(test_archives.raw_zip([("申报表.doc".encode("gbk"), packed)], method=0))
    directory = data.index(b"PK\x01\x02")
    sums = struct.pack("<III", zlib.crc32(test_archives.FORM), len(packed), len(test_archives.FORM))
    data[8:10] = data[directory + 10 : directory + 12] = struct.pack("<H", method)
    data[14:26] = data[directory + 16 : directory + 28] = sums
    return bytes(data)


def _deflate64(content: bytes) -> bytes:
    import inflate64

    deflater = inflate64.Deflater()
    return bytes(deflater.deflate(content) + deflater.flush())
