"""Milliseconds per file for each format, and MarkItDown on the same files in the same run; or own code beside libraries.

    python -m bench.readers [--runs N]
    python -m bench.readers --libraries [FOLDER]
    python -m bench.readers --pdf [FOLDER]

The third takes pages of PDFs (and those in FOLDER) beside pdfplumber and pdftotext, in processor time. The second compares what decision 012 speaks of: .xls with xlrd and python-calamine, odd zips with pyzipper and libarchive. FOLDER
holds further .xls files, of which only the cells and the time are counted.

Files are made by the tests' factory: the notice's registration form filled in, and a summary table. Formats that only LibreOffice
writes are left out where it is missing. Times are medians in a warm process, the best class of what a mail's part costs.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table as Shown

from bench import beside_libraries, pdf_pages
from bot.documents.context import ReadContext
from bot.documents.model import Blob
from bot.documents.registry import reader_for
from bot.documents.sniff import sniff_kind
from tests.factory import docx_file, html_file, office, rtf_file, sheet_file
from tests.factory.layouts import official, summary


def files() -> dict[str, bytes]:
    """File name -> bytes, one for each format."""
    form, table = official(), summary()
    own = {
        "form.docx": docx_file.docx_bytes(form),
        "form.rtf": rtf_file.rtf_bytes(form),
        "form.html": html_file.html_bytes(form),
        "form.mht": html_file.mht_bytes(form),
        "table.xlsx": sheet_file.xlsx_bytes(table),
        "table.xml": sheet_file.xml_2003_bytes(table),
        "table.csv": sheet_file.csv_bytes(table),
    }
    return {**own, **_converted(own)}


def _converted(own: dict[str, bytes]) -> dict[str, bytes]:
    if not office.find_soffice():
        return {}
    found: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source, forms in (("form.docx", ("doc", "odt", "fodt", "pdf")), ("table.xlsx", ("xls", "ods"))):
            path = folder / source
            path.write_bytes(own[source])
            for form in forms:
                for stem, data in office.convert([path], form, folder / form).items():
                    found[f"{stem}.{form}"] = data
    return found


def milliseconds(call: Callable[[], object], runs: int) -> float:
    """Median of *runs* calls after one that warms up."""
    call()
    taken: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def ours(name: str, data: bytes) -> Callable[[], object]:
    context = ReadContext(ocr=False)
    return lambda: reader_for(sniff_kind(data, name))(Blob(name, name, data), context)


def markitdown() -> Callable[[str, bytes], Callable[[], object]] | None:
    """How MarkItDown reads a file; None where it is not installed (``pip install '.[bench]'``)."""
    try:
        import io

        from markitdown import MarkItDown, StreamInfo
    except ImportError:
        return None
    converter = MarkItDown(enable_plugins=False)

    def reader(name: str, data: bytes) -> Callable[[], object]:
        info = StreamInfo(extension=Path(name).suffix, filename=name)
        return lambda: converter.convert_stream(io.BytesIO(data), stream_info=info)

    return reader


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--libraries", nargs="?", const="", metavar="FOLDER")
    parser.add_argument("--pdf", nargs="?", const="", metavar="FOLDER")
    options = parser.parse_args()
    if options.pdf is not None:
        pdf_pages.show(Path(options.pdf) if options.pdf else None, min(options.runs, 15))
        return
    if options.libraries is not None:
        beside_libraries.show(Path(options.libraries) if options.libraries else None)
        return
    runs = options.runs
    peer = markitdown()
    shown = Shown("file", "bytes", "this reader, ms", "MarkItDown, ms")
    for name, data in sorted(files().items()):
        other = "not installed"
        if peer is not None:
            try:
                other = f"{milliseconds(peer(name, data), max(3, runs // 5)):.1f}"
            except Exception as error:  # the peer does not open every format
                other = type(error).__name__
        shown.add_row(name, str(len(data)), f"{milliseconds(ours(name, data), runs):.2f}", other)
    Console().print(shown)


if __name__ == "__main__":
    main()
