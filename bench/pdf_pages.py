"""Processor milliseconds for a page of a PDF with text: this reader, pdfplumber (words and tables) and pdftotext, on the same files."""

from __future__ import annotations

import io
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2
from rich.console import Console
from rich.table import Table as Shown

from bot.documents.context import ReadContext
from bot.documents.formats.pdf.read import read
from bot.documents.model import Blob
from tests.documents import pdf_builder

EXAMPLES = Path(__file__).parents[1] / "tests" / "documents" / "pdf"


def files(folder: Path | None) -> dict[str, bytes]:
    """The forms that the tests keep, one drawn by reportlab, and those in *folder*."""
    found = {path.name: path.read_bytes() for path in sorted(EXAMPLES.glob("*.pdf"))}
    found["reportlab.pdf"] = pdf_builder.pdf(pdf_builder.table)
    if folder is not None:
        found |= {path.name: path.read_bytes() for path in sorted(folder.glob("*.pdf"))}
    return found


def least(call: Callable[[], object], runs: int, children: bool = False) -> float:
    """Processor milliseconds of the quickest of *runs* calls; of the processes that it starts with *children*."""

    def spent() -> float:
        if not children:
            return time.process_time()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    taken = []
    for _ in range(runs):
        start = spent()
        call()
        taken.append(spent() - start)
    return min(taken) * 1000


def show(folder: Path | None, runs: int) -> None:
    shown = Shown("file", "pages", "this reader, ms a page", "pdfplumber", "pdftotext (with its start)")
    for name, data in files(folder).items():
        with pypdfium2.PdfDocument(data) as document:
            pages = len(document)
        own = least(lambda data=data: read(Blob("a.pdf", "a.pdf", data), ReadContext(ocr=False)), runs)  # type: ignore[misc]
        shown.add_row(name, str(pages), f"{own / pages:.1f}", _plumber(data, pages), _pdftotext(data, pages, runs))
    Console().print(shown)


def _plumber(data: bytes, pages: int) -> str:
    try:
        import logging

        import pdfplumber
    except ImportError:
        return "not installed"
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

    def call() -> None:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            for page in pdf.pages:
                page.extract_words()
                page.extract_tables()

    return f"{least(call, 3) / pages:.1f}"


def _pdftotext(data: bytes, pages: int, runs: int) -> str:
    if not shutil.which("pdftotext"):
        return "not installed"
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()

        def call() -> None:
            subprocess.run(["pdftotext", "-layout", file.name, "-"], check=True, capture_output=True)

        return f"{least(call, runs, children=True) / pages:.1f}"
