"""What the reader tests share: files made once a session, and documents brought to a comparable shape."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.documents.context import ReadContext
from bot.documents.model import Blob, Document, Opened, Paragraph
from bot.documents.registry import reader_for
from bot.documents.sniff import sniff_kind
from tests.factory import docx_file, office, sheet_file
from tests.factory.layouts import LAYOUTS

TEXT_FORMATS = ("doc", "odt", "fodt", "rtf", "html", "docx")
SHEET_FORMATS = ("xls", "ods", "fods")
# Techniques whose state LibreOffice keeps in the formats that it writes.
KEPT = ("symbol", "font", "style", "legacy", "typed")
Converted = Callable[[str, str], bytes]
OWN: dict[str, dict[str, Callable[[], bytes]]] = {}  # what test files want converted: format -> file -> what makes it


def to_convert(name: str, make: Callable[[], bytes], *forms: str) -> None:
    """*name* is converted to these formats with all other files: LibreOffice takes longer to start than to write a dozen."""
    for form in forms:
        OWN.setdefault(form, {})[name] = make


def opened(data: bytes, name: str, context: ReadContext | None = None) -> Opened:
    """*data* read by the reader of what it is; raises like the reader."""
    return reader_for(sniff_kind(data, name))(Blob(name, name, data), context or ReadContext())


def document_of(data: bytes, name: str) -> Document:
    document = opened(data, name).document
    assert document is not None
    return document


def squeezed(text: str) -> str:
    """Runs of blanks as one (HTML knows no more), no-break spaces as spaces."""
    return re.sub(r"[ \xa0]+", " ", text).strip()


def shape(document: Document) -> list[object]:
    """Paragraphs as text, tables as lists of (row, column, rows, columns, text): what ``shape_of`` gives for a page."""
    found: list[object] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if block.text.strip():
                found.append(squeezed(block.text))
        else:
            found.append([(c.row, c.col, c.rowspan, c.colspan, squeezed(c.text)) for c in block.cells])
    return found


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """``converted(form, stem)``: a file that LibreOffice wrote; all files of a form in one run, at its first use."""
    if not office.find_soffice():
        pytest.skip("LibreOffice is not installed: its files cannot be made (apt install libreoffice)")
    folder = tmp_path_factory.mktemp("office")
    made: dict[str, dict[str, bytes]] = {}

    def get(form: str, stem: str) -> bytes:
        if form not in made:
            sources = folder / ("sheets" if form in SHEET_FORMATS else "texts")
            own = folder / f"own {form}"
            own.mkdir()
            for name, make in OWN.get(form, {}).items():
                (own / name).write_bytes(make())
            files = [*_sources(sources, sheets=form in SHEET_FORMATS), *own.iterdir()]
            made[form] = office.convert(files, form, folder / form)
        return made[form][stem]

    return get


def _sources(folder: Path, sheets: bool) -> list[Path]:
    if folder.exists():
        return sorted(folder.iterdir())
    folder.mkdir()
    for name, layout in LAYOUTS.items():
        if sheets:
            (folder / f"{name}.xlsx").write_bytes(sheet_file.xlsx_bytes(layout()))
        else:
            (folder / f"{name}.docx").write_bytes(docx_file.docx_bytes(layout()))
    if not sheets:
        for technique in KEPT:
            (folder / f"tick_{technique}.docx").write_bytes(docx_file.docx_bytes(LAYOUTS["official"](), technique))
    return sorted(folder.iterdir())
