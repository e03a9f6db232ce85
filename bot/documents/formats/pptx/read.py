"""Presentations (.pptx, .ppsx, .dps saved so): what the slides show, one after the other. Notes, masters and hidden slides are left out."""

from __future__ import annotations

from collections.abc import Iterator

from bot.base.limits import Limits
from bot.base.list_numbers import list_number
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.model import Blob, Block, Cell, Document, Opened, Paragraph, Table
from bot.documents.shared.counted import Counted
from bot.documents.shared.grid import settled
from bot.documents.shared.ole_objects import embedded_files
from bot.documents.shared.ooxml import MC, A, Package, R, open_zip
from bot.documents.shared.pictures import MAX_PICTURES, picture, scans_of
from bot.documents.shared.symbols import symbol_text
from bot.documents.shared.xml import Element, inner_text

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_FURNITURE = {"sldNum", "dt", "ftr", "hdr"}  # placeholders that repeat on every slide
# a:buAutoNum -> ST_NumberFormat and what is printed around the number
_NUMBERS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "ea1Chs": "chineseCounting",
    "ea1Cht": "chineseCounting",
    "circleNum": "decimalEnclosedCircle",
}
_AROUND = {"ParenBoth": "（%）", "ParenR": "%）", "Period": "%.", "Plain": "%"}
_DEEPEST = 30
_MOST_SLIDES = 500


def read(blob: Blob, context: ReadContext) -> Opened:
    """The slides in *blob*; embedded files and slides that are nothing but a picture are children."""
    package = open_zip(blob.data, context.limits)
    main = package.related("", "officeDocument") or "ppt/presentation.xml"
    reader = _Slides(package, context.limits)
    blocks = tuple(block for slide in _slides(package, main) for block in reader.blocks(slide))
    pictures = tuple(picture(*file) for file in package.files(reader.pictures, MAX_PICTURES))
    document = Document(
        path=blob.path,
        name=blob.name,
        format="pptx",
        blocks=blocks,
        pictures=pictures,
        links=tuple(reader.links),
        title=package.title(),
    )
    inner = (blob for file in package.files(reader.objects) for blob in embedded_files(*file))
    return Opened(document, (*inner, *scans_of(blocks, pictures)))


def _slides(package: Package, main: str) -> Iterator[str]:
    """Part names of the slides that are shown, in their order."""
    root = package.xml(main)
    relations = package.relations(main)
    listed = [item.get(f"{R}id", "") for item in root.iterfind(f"{_P}sldIdLst/{_P}sldId")]
    parts = [relations[identity].target for identity in listed if identity in relations]
    if not parts and not listed:
        parts = sorted(one.target for one in relations.values() if one.kind == "slide")
    if listed and not parts:
        raise Damaged("slides without their parts")
    yield from (part for part in parts[:_MOST_SLIDES] if part in package)


class _Slides:
    """Reads slide after slide; collects what lies beside the text."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self.pictures: dict[str, None] = {}
        self.objects: dict[str, None] = {}
        self.links: dict[str, None] = {}
        self._package = package
        self._part = ""
        self._counted = Counted(limits)

    def blocks(self, part: str) -> Iterator[Block]:
        root = self._package.optional_xml(part)
        tree = root.find(f"{_P}cSld/{_P}spTree") if root is not None else None
        if root is None or tree is None or root.get("show", "1") in ("0", "false"):
            return
        self._part = part
        for link in root.iter(f"{A}hlinkClick"):
            relation = self._package.relations(part).get(link.get(f"{R}id", ""))
            if relation is not None and relation.external and len(self.links) < 500:
                self.links[relation.target] = None
        yield from self._shapes(tree, 0)

    def _shapes(self, tree: Element, depth: int) -> Iterator[Block]:
        """The title first, wherever it stands among the shapes."""
        shapes = [item for item in tree if isinstance(item.tag, str)]
        for item in sorted(shapes, key=lambda shape: _place_kind(shape) not in ("title", "ctrTitle")):
            if depth < _DEEPEST and not _is_hidden(item) and _place_kind(item) not in _FURNITURE:
                yield from self._shape(item, depth)

    def _shape(self, item: Element, depth: int) -> Iterator[Block]:
        if item.tag == f"{MC}AlternateContent":
            shown = (one for one in item if next(one.iter(f"{A}t", f"{A}blip"), None) is not None)
            yield from self._shapes(next(shown, item), depth + 1)
        elif item.tag == f"{_P}grpSp":
            yield from self._shapes(item, depth + 1)
        elif item.tag == f"{_P}graphicFrame":
            yield from self._frame(item)
        elif item.tag in (f"{_P}sp", f"{_P}cxnSp"):
            self._note_pictures(item)
            heading = _place_kind(item) in ("title", "ctrTitle")
            for line in self._lines(item.find(f"{_P}txBody")):
                yield Paragraph(line, heading=heading)
        elif item.tag == f"{_P}pic":
            self._note_pictures(item)

    def _frame(self, item: Element) -> Iterator[Block]:
        """A table, a diagram (its texts), or an embedded file."""
        for table in item.iter(f"{A}tbl"):
            yield self._table(table)
        for diagram in item.iter(f"{_DIAGRAM}relIds"):
            root = self._package.optional_xml(self._package.target(self._part, diagram.get(f"{R}dm", "")))
            for point in root.iter(f"{_DIAGRAM}t") if root is not None else ():
                yield from (Paragraph(line) for line in self._lines(point))
        for thing in item.iter(f"{_P}oleObj"):
            self.objects[self._package.target(self._part, thing.get(f"{R}id", ""))] = None

    def _note_pictures(self, item: Element) -> None:
        for blip in item.iter(f"{A}blip"):
            self.pictures[self._package.target(self._part, blip.get(f"{R}embed", ""))] = None

    def _table(self, item: Element) -> Table:
        cells: list[Cell] = []
        row = -1
        for row, source in enumerate(item.iterfind(f"{A}tr")):
            self._counted.row()
            for column, cell in enumerate(source.iterfind(f"{A}tc")):
                if cell.get("hMerge", "0") in ("1", "true") or cell.get("vMerge", "0") in ("1", "true"):
                    continue
                text = "\n".join(self._lines(cell.find(f"{A}txBody"))).strip("\n")
                cells.append(Cell(row, column, text, _count(cell, "rowSpan"), _count(cell, "gridSpan")))
        return settled(cells, row + 1)

    def _lines(self, body: Element | None) -> Iterator[str]:
        numbers: dict[int, int] = {}
        for paragraph in body.iterfind(f"{A}p") if body is not None else ():
            text = "".join(_pieces(paragraph)).strip()
            self._counted.text(len(text))
            if text:
                yield _label(paragraph, numbers) + text


def _pieces(paragraph: Element) -> Iterator[str]:
    for item in paragraph:
        if item.tag == f"{A}br":
            yield "\n"
        elif item.tag in (f"{A}r", f"{A}fld"):
            properties = item.find(f"{A}rPr")
            struck = properties is not None and properties.get("strike", "noStrike") != "noStrike"
            if struck or (item.tag == f"{A}fld" and item.get("type", "") == "slidenum"):
                continue
            symbol = properties.find(f"{A}sym") if properties is not None else None
            yield symbol_text(item.findtext(f"{A}t") or "", symbol.get("typeface", "") if symbol is not None else "")
        elif isinstance(item.tag, str) and item.tag.endswith("}m"):
            yield inner_text(item)


def _label(paragraph: Element, numbers: dict[int, int]) -> str:
    """The automatic number; *numbers* counts by level within one text."""
    properties = paragraph.find(f"{A}pPr")
    level = int(properties.get("lvl", "0")) if properties is not None and properties.get("lvl", "0").isdigit() else 0
    for deeper in [one for one in numbers if one > level]:
        del numbers[deeper]
    rule = properties.find(f"{A}buAutoNum") if properties is not None else None
    if rule is None:
        numbers.pop(level, None)
        return ""
    start = rule.get("startAt", "1")
    numbers[level] = numbers.get(level, (int(start) if start.isdigit() else 1) - 1) + 1
    kind = rule.get("type", "arabicPeriod")
    style = next((style for name, style in _NUMBERS.items() if kind.startswith(name)), "decimal")
    around = next((text for name, text in _AROUND.items() if kind.endswith(name)), "%")
    if style == "chineseCounting":
        around = "%、"
    return around.replace("%", list_number(numbers[level], style)) + ("" if around[-1] in "）、" else " ")


def _place_kind(shape: Element) -> str:
    for properties in shape:
        if isinstance(properties.tag, str) and properties.tag.endswith(("}nvSpPr", "}nvGraphicFramePr", "}nvPicPr")):
            place = properties.find(f"{_P}nvPr/{_P}ph")
            return place.get("type", "body") if place is not None else ""
    return ""


def _is_hidden(shape: Element) -> bool:
    found = next(shape.iter(f"{_P}cNvPr"), None)
    return found is not None and found.get("hidden", "0") in ("1", "true")


def _count(cell: Element, name: str) -> int:
    text = cell.get(name, "1")
    return max(1, min(int(text), 500)) if text.isdigit() else 1
