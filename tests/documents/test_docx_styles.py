"""The style sheet of a .docx: of hundreds of mails with the office's own blank form it is always the same."""

from __future__ import annotations

import io
import zipfile

from bot.documents.context import ReadContext
from bot.documents.model import Blob
from bot.documents.open import open_blob
from tests.counted import calls_made
from tests.flow import samples


def text_in(data: bytes) -> str:
    document = open_blob(Blob("申报表.docx", "申报表.docx", data), ReadContext()).document
    assert document is not None
    return " ".join(cell.text for table in document.tables() for cell in table.cells)


def all_hidden(data: bytes) -> bytes:
    """The same file with a default paragraph style that hides its text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/styles.xml":
                head, mark, rest = part.partition(b'w:default="1"')
                begin, end, behind = rest.partition(b">")
                part = head + mark + begin + end + b"<w:rPr><w:vanish/></w:rPr>" + behind
            target.writestr(name, part)
    return out.getvalue()


def test_what_one_sheet_hides_is_seen_under_another() -> None:
    form = samples.registration(name="海洋科普课")
    assert "海洋科普课" in text_in(form)
    assert "海洋科普课" not in text_in(all_hidden(form))
    assert "海洋科普课" in text_in(form)


def test_a_sheet_that_came_before_is_not_read_again() -> None:
    forms = [samples.registration(name=name) for name in ("甲展览", "乙展览")]
    text_in(forms[0])
    assert calls_made(lambda: text_in(forms[1])) < 8_000
