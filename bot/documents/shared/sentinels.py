"""What programs write where they have no value: errors of formulas, broken references of Word, pictures as text. No person means them.

One place for all formats, because they are typed, pasted and exported from one into the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.base.replacing import replace
from bot.documents.model import Block, Cell, Paragraph, Table

# Errors of formulas as Excel, WPS and LibreOffice write them, in whatever width they were typed.
_ERRORS = (
    r"[#＃](?:REF|VALUE|NAME|DIV[/／]0|NULL|NUM|SPILL|CALC|FIELD|BLOCKED|UNKNOWN|CONNECT|引用|值|名称|数值|除以零)\s*[!！?？]"
    r"|[#＃](?:N[/／]A|GETTING_DATA)(?![A-Za-z0-9])"
)
# Word's fields whose target is gone, in the languages of its editions.
_FIELDS = (
    r"(?:错误|錯誤)\s*[!！]\s*(?:未找到|找不到|未定义|尚未定義|未指定|没有|沒有|文档中没有|书签|無|不能识别|超链接引用|链接|参照)[^。\n]{0,30}[。.]?"
    r"|Error!\s*(?:Reference source|Bookmark|No text of|Not a valid|Hyperlink reference|Unknown|Use the Home tab|No bookmark)[^.\n]{0,120}\.?"
)
# QUIRK(WPS): a picture in a cell is the formula DISPIMG, which no other program knows. ECMA-376 18.17. Or any formula that stands as text.
_FORMULA = r"=\s*(?:_xl(?:fn|udf|ws)\.)*(?:DISPIMG|IMAGE)\s*\([^()\n]{0,200}\)"
_ANYWHERE = re.compile(f"{_ERRORS}|{_FIELDS}|{_FORMULA}", re.IGNORECASE)
# The whole of a value: marks of a column too narrow, LibreOffice's errors, any other formula.
_WHOLE = (
    r"[#＃]{2,}|(?:Err|错误)[:：]\d{3}|=\s*(?:_xl(?:fn|udf|ws)\.)*[A-Z][A-Z0-9.]*\([^\n]*\)"
    r"|=(?:(?:'[^'\n]+'|[\w.]+)!)?\$?[A-Z]{1,3}\$?[1-9]\d{0,6}"
)
_ALONE = re.compile(_WHOLE, re.IGNORECASE)
_BEHIND_LABEL = re.compile(rf"(?<=[:：])[ \t\u3000]*(?:{_WHOLE})[ \t\u3000]*$", re.IGNORECASE | re.MULTILINE)
_SIGN = re.compile(r"[#＃=!！]|(?:Err|错误)[:：]", re.IGNORECASE)  # every sentinel holds one of these


def without_sentinels(text: str) -> str:
    """*text* without what only a program wrote; empty where it was nothing else."""
    if not _SIGN.search(text):
        return text
    if _ALONE.fullmatch(text.strip()):
        return ""
    found = _BEHIND_LABEL.sub("", _ANYWHERE.sub("", text))
    return found if found == text or found.strip() else ""


def cleaned(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, nested tables included, without sentinels; a cell stays where it was."""
    for block in blocks:
        if isinstance(block, Paragraph):
            text = without_sentinels(block.text)
            yield block if text == block.text else replace(block, text=text)
        else:
            yield _table(block)


def _table(table: Table) -> Table:
    cells = tuple(map(_cell, table.cells))
    return (
        table if all(new is old for new, old in zip(cells, table.cells, strict=True)) else replace(table, cells=cells)
    )


def _cell(cell: Cell) -> Cell:
    if not cell.nested and not _SIGN.search(cell.text):
        return cell
    text = without_sentinels(cell.text)
    nested = tuple(map(_table, cell.nested)) if cell.nested else ()
    if text == cell.text and all(new is old for new, old in zip(nested, cell.nested, strict=True)):
        return cell
    return replace(cell, text=text, nested=nested)
