"""Controls of Microsoft Forms in .doc: LibreOffice writes them as Word does, a CONTROL field and a storage of the object pool each."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from pathlib import Path

import pytest

from tests.documents.conftest import Converted, document_of, to_convert

EXAMPLE = Path(__file__).parents[1] / "forms" / "examples" / "activex_check_boxes.docx"


def told_apart(data: bytes) -> bytes:
    """The example with another name and shape for each control; LibreOffice takes those of one name for one."""
    numbers = itertools.count(1)

    def own(match: re.Match[str]) -> str:
        number = next(numbers)
        return match.group().replace("CheckBox1", f"Box{number}").replace("i1025", f"i{1024 + number}")

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                content = re.sub("<w:object>.*?</w:object>", own, content.decode(), flags=re.DOTALL).encode()
            target.writestr(name, content)
    return out.getvalue()


to_convert("boxes.docx", lambda: told_apart(EXAMPLE.read_bytes()), "doc")


@pytest.mark.slow
def test_check_boxes_of_doc(converted: Converted) -> None:
    (table,) = document_of(converted("doc", "boxes"), "表.doc").tables()
    (types,) = [cell.text for cell in table.cells if "展览展示" in cell.text]
    assert types.split("\n") == ["☑展览展示", "☐互动体验", "☐现场咨询", "☑科普宣传", "☐科普表演", "☐其他（请注明）"]
