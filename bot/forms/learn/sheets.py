"""Sheets of a workbook that are one form, and those that are forms of their own."""

from __future__ import annotations

import re

from bot.base.text import is_blank, squeeze
from bot.documents.model import Table
from bot.forms.labels.raw import covering
from bot.forms.learn.headers import headers_of
from bot.forms.learn.lines import is_title
from bot.forms.learn.model import Sketch
from bot.forms.learn.printed import clean, labelled_pieces

ANNEX = re.compile(r"附\s*[件表录]?\s*[\d一二三四五六七八九十]{0,3}\s*[:：.、]?")
# «表二 典型活动清单», behind «表一»; «从业人员名册» without a column for the unit is that of whoever the sheet before it asks for.
FURTHER = re.compile("(?:续?表[二三四五六七八九2-9]|续表)|.*(?:名册|名单|清单|明细表?)$")
WHOSE = re.compile("(?:填报|报送|申报|推荐|选送|所在|工作|参[赛加])?(?:单位|学校|机构)(?:名称)?")


def starts_anew(table: Table, sketch: Sketch) -> bool:
    """A further sheet of a workbook whose first cell is a title: a form of its own."""
    first = next((cell.text for cell in table.cells if not is_blank(cell.text)), "")
    told = [cell.text for cell in table.cells]
    is_of_entries = refers(table, sketch) or not any(map(tells_whose, told))
    if (
        table.name
        and sketch.labels
        and (is_further_part(first, sketch.title) or (FURTHER.match(squeeze(first)) and is_of_entries))
    ):
        sketch.says(first)
        return False
    return bool(table.name and sketch.labels and (is_title(first) or ANNEX.fullmatch(first.strip())))


def tells_whose(text: str) -> bool:
    """«填报单位：____», or a column for it: such a sheet is handed in by itself."""
    is_column = WHOSE.fullmatch(clean(text)) is not None
    return is_column or any(re.search("单位|学校|机构", piece.label) for piece in labelled_pieces(text))


def refers(table: Table, sketch: Sketch) -> bool:
    """«节目名称» as the first column, as in the table before: what is told here is told of its entries."""
    firsts = {squeeze(one.columns[0].label) for one in sketch.tables} - {"姓名"}
    return any(squeeze(header.columns[0][0]) in firsts for header in headers_of(covering(table.cells), table.n_cols))


def is_further_part(title: str, before: str) -> bool:
    """«统计表（二）» behind «统计表（一）»: the same form goes on."""
    bare = [
        re.sub(r"[（(][一二三四五六七八九十\d]{1,2}[)）]|[（(]?续表?[)）]?$|[一二三四五\d]$", "", squeeze(one))
        for one in (title, before)
    ]
    return bare[0] == bare[1]
