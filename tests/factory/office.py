"""LibreOffice as the writer of the formats that no Python library writes: one run converts everything, once a session."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

FILTERS = {
    "doc": "doc:MS Word 97",
    "odt": "odt",
    "fodt": "fodt:OpenDocument Text Flat XML",
    "rtf": "rtf:Rich Text Format",
    "html": "html:HTML (StarWriter)",
    "docx": "docx:MS Word 2007 XML",
    "xls": "xls:MS Excel 97",
    "ods": "ods",
    "fods": "fods:OpenDocument Spreadsheet Flat XML",
    "pdf": "pdf",
}


def find_soffice() -> str:
    """Path of LibreOffice, empty where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice") or ""


@cache
def home() -> tempfile.TemporaryDirectory[str]:
    """LibreOffice's own, of this process: to make one costs half as much again as to convert a file."""
    return tempfile.TemporaryDirectory(prefix="office-")


def convert(files: list[Path], form: str, folder: Path) -> dict[str, bytes]:
    """*files* in the format *form*, by stem."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        find_soffice(),
        f"-env:UserInstallation=file://{home().name}",
        "--headless",
        "--norestore",
        "--convert-to",
        FILTERS[form],
        "--outdir",
        str(folder),
        *map(str, files),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {path.stem: path.read_bytes() for path in folder.glob(f"*.{form}")}
