"""The element tree of WordprocessingML, seen as it stands now: deletions skipped, alternatives chosen, merges read."""

from __future__ import annotations

from collections.abc import Iterator

from bot.documents.formats.docx.styles import child, integer, switch, value
from bot.documents.shared.ooxml import BLIP, MC, VML, W
from bot.documents.shared.symbols import picture_mark
from bot.documents.shared.xml import Element

_DOC_PROPERTIES = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_DOC_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_SLIT = 2 * 20  # twips
_SMALL = 360_000 * 2  # EMU: a mark is at most 2 cm wide

DELETED = {f"{W}del", f"{W}moveFrom", f"{W}rPrChange", f"{W}pPrChange", f"{W}tblPrChange", f"{W}sectPrChange"}
PROPERTIES = {
    f"{W}{name}"
    for name in ("pPr", "rPr", "tcPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "tblPr", "tblGrid")
}


def hexadecimal(text: str | None) -> int:
    try:
        return int(text or "0", 16)
    except ValueError:
        return 0


def branch_of(alternate: Element) -> Element:
    """What to read of ``mc:AlternateContent``: the first choice that holds text or a picture, else the fallback."""
    branches = [one for one in alternate if one.tag in (f"{MC}Choice", f"{MC}Fallback")]
    for branch in branches:
        if (
            next(branch.iter(f"{W}t", f"{W}txbxContent", f"{W}sym", f"{W}sdt", BLIP, f"{VML}imagedata"), None)
            is not None
        ):
            return branch
    return branches[0] if branches else alternate


def is_within(item: Element, top: Element, tag: str) -> bool:
    parent = item.getparent()
    while parent is not None and parent is not top:
        if parent.tag == tag:
            return True
        parent = parent.getparent()
    return False


def in_unread_branch(item: Element, top: Element) -> bool:
    """Whether *item* repeats, in a fallback inside one drawing, what a choice before it holds."""
    parent = item.getparent()
    while parent is not None and parent is not top:
        above = parent.getparent()
        if parent.tag == f"{MC}Fallback" and above is not None and branch_of(above) is not parent:
            return True
        if parent.tag == f"{MC}Choice" and above is not None and branch_of(above) is not parent:
            return True
        parent = above
    return False


def is_deletion(item: Element) -> bool:
    """Word 2003 XML marks changes with ``aml:annotation w:type="Word.Deletion"``."""
    return (
        isinstance(item.tag, str)
        and item.tag.endswith("}annotation")
        and item.get(f"{W}type", "").endswith(("Deletion", "Formatting", "Numbering", "Comment"))
    )


def mark_of_picture(blip: Element) -> str:
    """A tick where a small picture's alternative text says so."""
    parent = blip.getparent()
    while parent is not None and parent.tag != f"{W}drawing":
        extent = parent.find(_DOC_EXTENT)
        described = parent.find(_DOC_PROPERTIES)
        if extent is not None and described is not None:
            if integer(extent.get("cx"), _SMALL + 1) > _SMALL:
                return ""
            return picture_mark(f"{described.get('descr', '')} {described.get('title', '')}")
        parent = parent.getparent()
    return ""


def is_hidden_drawing(item: Element) -> bool:
    """A drawing that was switched off in the selection pane, or a VML shape that its style hides."""
    if any(one.get("hidden", "0").lower() in ("1", "true") for one in item.iter(_DOC_PROPERTIES)):
        return True
    shape = next((one for one in item if isinstance(one.tag, str) and one.tag.startswith(VML)), None)
    return shape is not None and "visibility:hidden" in shape.get("style", "").replace(" ", "")


def rows_of(table: Element) -> Iterator[Element]:
    for item in table:
        if item.tag == f"{W}tr":
            properties = child(item, "trPr")
            if child(properties, "del") is None and not switch(properties, "hidden") and not _is_slit(properties):
                yield item
        elif item.tag not in DELETED and item.tag not in PROPERTIES and not is_deletion(item):
            yield from rows_of(branch_of(item) if item.tag == f"{MC}AlternateContent" else item)


def _is_slit(properties: Element | None) -> bool:
    """A row of exactly less than two points: nothing in it can be read."""
    height = child(properties, "trHeight")
    exact = height is not None and height.get(f"{W}hRule", height.get(f"{W}h-rule")) == "exact"
    return exact and 0 < integer(value(properties, "trHeight"), 0) < _SLIT


def cells_of(row: Element) -> Iterator[Element]:
    for item in row:
        if item.tag == f"{W}tc":
            if child(child(item, "tcPr"), "cellDel") is None:
                yield item
        elif item.tag not in DELETED and item.tag not in (f"{W}trPr", f"{W}tblPrEx") and not is_deletion(item):
            yield from cells_of(item)


def grid_before(row: Element) -> int:
    return max(0, min(integer(value(child(row, "trPr"), "gridBefore")), 200))


def merge_of(properties: Element | None) -> str:
    """``restart``, ``continue`` or empty: vertical merge of a cell."""
    for name in ("vMerge", "vmerge"):
        found = child(properties, name)
        if found is not None:
            return "restart" if found.get(f"{W}val", "continue") in ("restart", "rest") else "continue"
    return ""
