"""A .docx drawn once and filled many times: marks stand where text comes, one for each field or column.

Drawing a form by its object model costs a hundred times what putting text into its XML does.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Self
from xml.sax.saxutils import escape

from bot.base.clean import xml_text
from bot.letters.blank_forms import FIXED_TIME

BODY = "word/document.xml"
FIRST_MARK = 0xE000  # Unicode's private use area: no label is written with it
_PARAGRAPH = re.compile(r"(<w:p\b(?:(?!</w:p>).)*</w:p>)", re.DOTALL)
_ROW = re.compile(r"<w:tr\b(?:(?!</w:tr>).)*</w:tr>", re.DOTALL)
_MARK = re.compile("([\ue000-\uefff])")


class Skeleton:
    """``fill`` makes a finished file from the text of each mark; a paragraph that is one mark alone is repeated for each line of its text."""

    def __init__(self, drawn: bytes) -> None:
        """*drawn* is a .docx with marks (``mark``) in its paragraphs."""
        rest = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(drawn)) as source, zipfile.ZipFile(rest, "w", zipfile.ZIP_DEFLATED) as target:
            body = source.read(BODY).decode()
            for member in source.infolist():
                if member.filename != BODY:
                    info = zipfile.ZipInfo(member.filename, FIXED_TIME)
                    target.writestr(info, source.read(member), zipfile.ZIP_DEFLATED)
        self._rest = rest.getvalue()
        rows = [match for match in _ROW.finditer(body) if _MARK.search(match[0])]
        row = rows[0] if len(rows) == 1 else None
        before, within, behind = (body[: row.start()], row[0], body[row.end() :]) if row else (body, "", "")
        self._before, self._row, self._behind = _pieces(before), _pieces(within), _pieces(behind)

    def fill(self, texts: Mapping[str, str], rows: Sequence[Mapping[str, str]] = ()) -> bytes:
        """The file with *texts* by mark in their places. Where one row of a table alone has marks, it is repeated for each of *rows*."""
        told = [_filled(self._before, texts), *(_filled(self._row, row) for row in rows), _filled(self._behind, texts)]
        body = "".join(told)
        made = io.BytesIO(self._rest)
        with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as target:
            target.writestr(zipfile.ZipInfo(BODY, FIXED_TIME), body.encode(), zipfile.ZIP_DEFLATED)
        return made.getvalue()


def mark(number: int) -> str:
    """The mark of the field at place *number*."""
    return chr(FIRST_MARK + number)


def _pieces(xml: str) -> list[_Piece]:
    return [_Piece.of(piece) for piece in _PARAGRAPH.split(xml)]


def _filled(pieces: Sequence[_Piece], texts: Mapping[str, str]) -> str:
    return "".join(piece.filled(texts) for piece in pieces)


class _Piece(tuple[str, ...]):
    """XML between marks and marks, in turn."""

    @classmethod
    def of(cls, xml: str) -> Self:
        return cls(_MARK.split(xml.replace("<w:t>", '<w:t xml:space="preserve">') if _MARK.search(xml) else xml))

    def filled(self, texts: Mapping[str, str]) -> str:
        if len(self) == 1:
            return self[0]
        is_alone = len(self) == 3 and self[0].endswith(">") and self[2].startswith("<")
        if not is_alone:
            return "".join(_text(" ".join(texts[one].split("\n"))) if at % 2 else one for at, one in enumerate(self))
        return "".join(f"{self[0]}{_text(line)}{self[2]}" for line in texts[self[1]].split("\n"))


def _text(line: str) -> str:
    """One line inside of ``w:t`` (ECMA-376, 17.3.3.31)."""
    return escape(xml_text(line)).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
